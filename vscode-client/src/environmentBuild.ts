// Makes the server's private Python environment with uv: complete, or as it was before. Knows no editor.
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { programIn } from './discovery';

export interface Build {
  /** Absolute path of the uv program. */
  uv: string;
  /** The environment's folder. What stands there keeps working until the new one is complete. */
  folder: string;
  /** The arguments of each `uv pip install`, in order. */
  installs: readonly string[][];
  log: (line: string) => void;
  progress: (step: string) => void;
  signal: AbortSignal;
}

/** Raises an Error that says which step failed; then, and when it is cancelled, the former environment is back. */
export async function buildEnvironment(build: Build): Promise<void> {
  const { folder } = build;
  const former = `${folder}.former`;
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  fs.rmSync(former, { recursive: true, force: true });
  // the scripts of an environment name its folder, so the new one has to be made in its final place
  if (fs.existsSync(folder)) fs.renameSync(folder, former);
  try {
    build.progress('a Python environment');
    await run(build, ['venv', '--python', '>=3.11', folder]);
    build.progress('the packages');
    const python = path.join(path.dirname(programIn(folder)), process.platform === 'win32' ? 'python.exe' : 'python');
    for (const what of build.installs) await run(build, ['pip', 'install', '--python', python, ...what]);
  } catch (error) {
    fs.rmSync(folder, { recursive: true, force: true });
    if (fs.existsSync(former)) fs.renameSync(former, folder);
    throw error;
  }
  fs.rmSync(former, { recursive: true, force: true });
}

/** The wheel that the extension brings, with the packages it was tested with; else the release of its own version. */
export function serverInstalls(extension: string, version: string): string[][] {
  const bundled = path.join(extension, 'server');
  const wheel = fs.existsSync(bundled) ? fs.readdirSync(bundled).find((name) => name.endsWith('.whl')) : undefined;
  if (!wheel) return [[`lintel-lsp==${version}`]];
  return [
    ['--require-hashes', '--requirement', path.join(bundled, 'requirements.txt')],
    ['--no-deps', path.join(bundled, wheel)],
  ];
}

function run(build: Build, args: string[]): Promise<void> {
  build.log(`${build.uv} ${args.join(' ')}`);
  return new Promise((resolve, reject) => {
    const child = spawn(build.uv, args, { stdio: ['ignore', 'pipe', 'pipe'], signal: build.signal });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        build.log(text.trimEnd());
      });
    }
    let failed: Error | undefined;
    child.on('error', (error) => (failed = error));
    child.on('close', (code) => {
      if (code === 0 && !failed) resolve();
      else reject(failed ?? new Error(`uv ${args[0] ?? ''} ended with ${String(code ?? 'a signal')}`));
    });
  });
}
