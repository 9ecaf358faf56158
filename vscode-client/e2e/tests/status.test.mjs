// The status item: what is there, what runs, what was spent; its tooltip and its menu.
import { test } from 'node:test';
import { rig } from '../lib/rig.mjs';

test('status item, tooltip and menu', (t) =>
  rig.inWindow(t, { workspace: 'templates', file: 'topic.yaml', sharing: 'plain' }, async (window) => {
    await window.untilStatus(/cfn-lint idle/);
    await window.untilStatus(/offline/);
    await window.untilStatus(/No request to a model in this session/);
    await window.status.hover();
    const hover = window.page.locator('.workbench-hover', { hasText: 'cfn-lint' });
    await hover.getByText('Model requests').waitFor();
    await window.look('status-hover');
    await window.status.click();
    const rows = window.page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: 'cfn-lint' }).waitFor();
    await rows.filter({ hasText: 'offline' }).first().waitFor();
    await window.look('status-menu');
    await rows.filter({ hasText: 'Show model requests' }).click();
    await window.notification('no request has been sent').waitFor();
  }));

test('a file that is no template gets nothing', (t) =>
  rig.inWindow(t, { workspace: 'templates', file: 'invoices.yaml', sharing: 'plain' }, async (window) => {
    await window.squiggle().waitFor();
    await window.press('Control+a');
    await window.type('services:\nweb:\nimage: nginx\nBucktName: 1');
    await window.squiggle().waitFor({ state: 'detached' });
  }));
