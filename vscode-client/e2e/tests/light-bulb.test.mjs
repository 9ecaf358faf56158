// A squiggle, the light bulb, a verified fix applied; and undo.
import { test } from 'node:test';
import { rig } from '../lib/rig.mjs';

const CASES = [
  {
    workspace: 'templates',
    file: 'invoices.yaml',
    at: [7, 9],
    wrong: 'BucktName: invoices',
    right: 'BucketName: invoices',
  },
  { workspace: 'templates', file: 'orders.json', at: [7, 12], wrong: '"DelaySecond": 5', right: '"DelaySeconds": 5' },
  { workspace: 'module', file: 'main.tf', at: [3, 5], wrong: 'bucket_prefx = ', right: 'bucket_prefix = ' },
];

for (const { workspace, file, at, wrong, right } of CASES) {
  test(`light bulb in ${file}`, (t) =>
    rig.inWindow(t, { workspace, file, sharing: 'plain' }, async (window) => {
      const before = window.disk(file).trimEnd();
      await window.squiggle().waitFor();
      await window.goTo(...at);
      const fix = await window.offered('0 introduced');
      await window.look(`light-bulb-${file}`);
      await fix.click();
      await window.untilText('the fix', (text) => text.trimEnd() === before.replace(wrong, right));
      await window.squiggle().waitFor({ state: 'detached' });
      await window.press('Control+z');
      await window.untilText('the old text', (text) => text.trimEnd() === before);
    }));
}
