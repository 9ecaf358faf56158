// The end-to-end suite: `node e2e/run.mjs [WORD…]` runs the test files whose names contain one of the words.
import fs from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { rig } from './lib/rig.mjs';

const folder = path.join(import.meta.dirname, 'tests');
const words = process.argv.slice(2);
const files = fs
  .readdirSync(folder)
  .filter((name) => name.endsWith('.test.mjs'))
  .sort();

before(() => rig.start(), { timeout: 300_000 });
after(() => rig.stop(), { timeout: 60_000 });
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void rig.stop().finally(() => process.exit(1)));
}
for (const name of files) {
  if (words.length === 0 || words.some((word) => name.includes(word))) await import(path.join(folder, name));
}
