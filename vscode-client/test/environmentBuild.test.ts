// With a script in uv's place: a real process, and no network.
import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import { buildEnvironment, serverInstalls } from '../src/environmentBuild';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'lintel-environment-'));
after(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

const MAKES = 'if [ "$1" = venv ]; then mkdir -p "$4/bin"; else echo "$5" > "$(dirname "$4")/lintel"; fi';
const FAILS = 'if [ "$1" = venv ]; then mkdir -p "$4/bin"; else echo "no such release" >&2; exit 2; fi';
const HANGS = 'if [ "$1" = venv ]; then mkdir -p "$4/bin"; else echo waiting; exec sleep 600; fi';

function prepare(name: string, script: string, former?: string) {
  const place = path.join(root, name);
  fs.mkdirSync(place);
  const uv = path.join(place, 'uv');
  fs.writeFileSync(uv, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const folder = path.join(place, 'storage', 'server');
  const program = path.join(folder, 'bin', 'lintel');
  if (former) {
    fs.mkdirSync(path.dirname(program), { recursive: true });
    fs.writeFileSync(program, former);
  }
  const cancelled = new AbortController();
  const lines: string[] = [];
  const steps: string[] = [];
  const log = (line: string): void => {
    lines.push(line);
    if (line === 'waiting') cancelled.abort();
  };
  const progress = (step: string): number => steps.push(step);
  const build = { uv, folder, installs: serverInstalls(place, '1.2.3'), log, progress, signal: cancelled.signal };
  const content = (): string => (fs.existsSync(program) ? fs.readFileSync(program, 'utf8').trim() : '');
  const beside = (): string[] => fs.readdirSync(path.dirname(folder));
  return { build, lines, steps, content, beside };
}

test('a new environment takes the place of the former one', async () => {
  const { build, steps, content, beside } = prepare('new', MAKES, 'old');
  await buildEnvironment(build);
  assert.equal(content(), 'lintel-lsp==1.2.3');
  assert.deepEqual(steps, ['a Python environment', 'the packages']);
  assert.deepEqual(beside(), ['server']);
});

test('one that fails says what uv said, and leaves the former one', async () => {
  const { build, lines, content, beside } = prepare('fails', FAILS, 'old');
  await assert.rejects(buildEnvironment(build), /uv pip ended with 2/);
  assert.ok(lines.includes('no such release'));
  assert.equal(content(), 'old');
  assert.deepEqual(beside(), ['server']);
});

test('one that is cancelled leaves nothing half made', async () => {
  const { build, beside } = prepare('cancelled', HANGS);
  await assert.rejects(buildEnvironment(build), { name: 'AbortError' });
  assert.deepEqual(beside(), []);
});

test('a uv that cannot be started is said', async () => {
  const { build, content } = prepare('gone', MAKES, 'old');
  await assert.rejects(buildEnvironment({ ...build, uv: path.join(root, 'nothing') }), /ENOENT/);
  assert.equal(content(), 'old');
});

test('the wheel beside the extension, with its locked packages, comes before a release', () => {
  const extension = path.join(root, 'extension');
  assert.deepEqual(serverInstalls(extension, '0.1.0'), [['lintel-lsp==0.1.0']]);
  const server = path.join(extension, 'server');
  const wheel = path.join(server, 'lintel_lsp-0.1.0-py3-none-any.whl');
  fs.mkdirSync(server, { recursive: true });
  fs.writeFileSync(wheel, '');
  assert.deepEqual(serverInstalls(extension, '0.1.0'), [
    ['--require-hashes', '--requirement', path.join(server, 'requirements.txt')],
    ['--no-deps', wheel],
  ]);
});
