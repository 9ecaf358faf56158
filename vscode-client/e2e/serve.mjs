// `node e2e/serve.mjs [FOLDER]`: VS Code in the browser with the extension, on a copy of fixtures/ (or FOLDER).
// LINTEL_EDITOR_PORT chooses the port. The profile is kept in e2e/.cache/editor between runs; Ctrl-C ends it.
import fs from 'node:fs';
import path from 'node:path';
import { CodeServer, packageExtension } from './lib/codeServer.mjs';
import { CACHE, LINTEL, PROJECT } from './lib/paths.mjs';

const source = path.resolve(process.argv[2] ?? path.join(PROJECT, 'fixtures'));
const workspace = path.join(CACHE, 'editor-workspace');
fs.rmSync(workspace, { recursive: true, force: true });
fs.cpSync(source, workspace, { recursive: true });

const code = new CodeServer({
  folder: path.join(CACHE, 'editor'),
  machine: { 'lintel.server.path': LINTEL },
  // here a key of one's own is welcome
  env: { ANTHROPIC_API_KEY: process.env.ANTHROPIC_API_KEY ?? '' },
  port: Number(process.env.LINTEL_EDITOR_PORT ?? 0),
});
code.install(packageExtension());
await code.start();
console.log(`VS Code on a copy of ${source}:\n\n  ${code.url}/?folder=${encodeURI(workspace)}\n\nCtrl-C ends it.`);

const ended = await new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => resolve(signal));
  code.process.once('exit', () => resolve('exit'));
});
if (ended === 'exit') console.error('code-server has ended by itself; see e2e/.cache/editor/code-server.log');
await code.stop();
process.exitCode = ended === 'exit' ? 1 : 0;
