// A problem is explained: from the light bulb and from the palette, in a rendered text beside the file.
import { test } from 'node:test';
import { rig } from '../lib/rig.mjs';

test('a problem is explained', (t) =>
  rig.inWindow(t, { workspace: 'templates', file: 'invoices.yaml' }, async (window) => {
    await window.squiggle().waitFor();
    await window.goTo(7, 9);
    await window.pick('Explain this problem');
    await window.tab('cfn-lint E3002').waitFor();
    await window.look('explain');
    await window.tab('invoices.yaml').click();
    await window.goTo(1, 1);
    await window.command('Lintel: Explain this problem');
    await window.notification('No linter reports anything here').waitFor();
  }));

test('a problem of a module is explained', (t) =>
  rig.inWindow(t, { workspace: 'module', file: 'main.tf' }, async (window) => {
    await window.squiggle().waitFor();
    await window.goTo(3, 5);
    await window.command('Lintel: Explain this problem');
    await window.tab('unsupported-argument').waitFor();
    await window.look('explain-module');
  }));
