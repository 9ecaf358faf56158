// A private Python environment with the server in it, made by uv in the editor's own storage when a person says so.
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { privateEnvironment, programIn } from './discovery';
import type { Server } from './server';

const UV_DOCUMENTATION = 'https://docs.astral.sh/uv/getting-started/installation/';

export class PrivateEnvironment {
  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly server: Server,
  ) {}

  /** The uv program: on PATH or where its installer puts it. */
  uv(): string | undefined {
    const name = process.platform === 'win32' ? 'uv.exe' : 'uv';
    const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
    const usual = ['.local/bin', '.cargo/bin'].map((folder) => path.join(os.homedir(), folder));
    const roots = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath + path.sep);
    return [...folders, ...usual]
      .map((folder) => path.join(folder, name))
      .filter((program) => !roots.some((root) => program.startsWith(root)))
      .find((program) => fs.existsSync(program));
  }

  async explain(): Promise<void> {
    await vscode.env.openExternal(vscode.Uri.parse(UV_DOCUMENTATION));
  }

  /** Makes the environment with cancellable progress, then starts the server. */
  async install(): Promise<void> {
    const uv = this.uv();
    if (!uv) {
      await this.explain();
      return;
    }
    const location = vscode.ProgressLocation.Notification;
    const title = 'Lintel: installing its server';
    const done = await vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
      try {
        await this.build(uv, progress, token);
        return true;
      } catch (error) {
        fs.rmSync(this.folder, { recursive: true, force: true });
        if (!token.isCancellationRequested) void this.tellFailed(error);
        return false;
      }
    });
    if (done) await this.server.restart();
  }

  private get folder(): string {
    return privateEnvironment(this.context.globalStorageUri.fsPath);
  }

  private async build(
    uv: string,
    progress: vscode.Progress<{ message: string }>,
    token: vscode.CancellationToken,
  ): Promise<void> {
    fs.mkdirSync(path.dirname(this.folder), { recursive: true });
    await this.server.stop();
    progress.report({ message: 'a Python environment' });
    await this.run(uv, ['venv', '--clear', '--python', '>=3.11', this.folder], token);
    progress.report({ message: 'the packages' });
    const python = path.join(
      path.dirname(programIn(this.folder)),
      process.platform === 'win32' ? 'python.exe' : 'python',
    );
    await this.run(uv, ['pip', 'install', '--python', python, this.source()], token);
  }

  /** The wheel that the extension brings, else the release of the same version. */
  private source(): string {
    const bundled = path.join(this.context.extensionPath, 'server');
    const wheel = fs.existsSync(bundled) ? fs.readdirSync(bundled).find((name) => name.endsWith('.whl')) : undefined;
    const version = (this.context.extension.packageJSON as { version: string }).version;
    return wheel ? path.join(bundled, wheel) : `lintel-lsp==${version}`;
  }

  private run(command: string, args: string[], token: vscode.CancellationToken): Promise<void> {
    this.server.log.info(`${command} ${args.join(' ')}`);
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      const cancellation = token.onCancellationRequested(() => child.kill());
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          this.server.log.info(text.trimEnd());
        });
      }
      child.on('error', reject);
      child.on('close', (code) => {
        cancellation.dispose();
        if (code === 0) resolve();
        else reject(new Error(`${path.basename(command)} ${args[0] ?? ''} ended with ${code ?? 'a signal'}`));
      });
    });
  }

  private async tellFailed(error: unknown): Promise<void> {
    const message = `Lintel: the server could not be installed: ${error instanceof Error ? error.message : String(error)}.`;
    if (await vscode.window.showErrorMessage(message, 'Show log')) this.server.log.show();
  }
}
