// Bundles the extension (dist/extension.js), and with --tests the unit tests too.
import { build } from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';

const here = import.meta.dirname;
const production = process.argv.includes('--production');
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode'],
  logLevel: 'warning',
  absWorkingDir: here,
};

await build({
  ...common,
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.js',
  minify: production,
  sourcemap: production ? false : 'linked',
});

if (process.argv.includes('--tests')) {
  fs.rmSync(path.join(here, 'dist/test'), { recursive: true, force: true });
  const tests = fs.readdirSync(path.join(here, 'test')).filter((name) => name.endsWith('.test.ts'));
  await build({
    ...common,
    entryPoints: tests.map((name) => `test/${name}`),
    outdir: 'dist/test',
    sourcemap: 'inline',
  });
}
