// A linter's configuration changes on disk, beside the open file: the squiggle follows without a keystroke.
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { rig } from '../lib/rig.mjs';

test('a .cfnlintrc that appears and goes', (t) =>
  rig.inWindow(t, { workspace: 'templates', file: 'invoices.yaml', sharing: 'plain' }, async (window) => {
    await window.squiggle().waitFor();
    const configuration = path.join(window.folder, '.cfnlintrc');
    fs.writeFileSync(configuration, 'ignore_checks:\n  - E3002\n');
    await window.squiggle().waitFor({ state: 'detached' });
    fs.rmSync(configuration);
    await window.squiggle().waitFor();
  }));
