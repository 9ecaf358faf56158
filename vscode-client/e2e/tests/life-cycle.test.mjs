// The server crashes, or is not there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rig } from '../lib/rig.mjs';
import { until } from '../lib/until.mjs';

const OPEN = { workspace: 'templates', file: 'invoices.yaml' };

test('a crash: restarted once, then said, then restarted by the button', (t) =>
  rig.inWindow(t, OPEN, async (window) => {
    await window.squiggle().waitFor();
    await window.untilStatus(/idle/);
    const before = rig.server.started().length;

    const restarting = window.untilStatus(/restarting/);
    process.kill(rig.server.started().at(-1), 'SIGKILL');
    await restarting;
    await until('another server starts', () => rig.server.started().length === before + 1);
    await window.untilStatus(/idle/);
    await window.squiggle().waitFor();

    process.kill(rig.server.started().at(-1), 'SIGKILL');
    const said = window.notification('server has stopped');
    await said.waitFor();
    await window.look('stopped');
    assert.match(await window.label(window.status), /stopped/);
    assert.equal(rig.server.started().length, before + 1);

    await said.getByRole('button', { name: 'Restart' }).click();
    await until('another server starts', () => rig.server.started().length === before + 2);
    await window.untilStatus(/idle/);
    await window.squiggle().waitFor();
  }));

test('a setting that names no program is said', (t) => {
  const settings = { 'lintel.server.path': '/nowhere/lintel' };
  return rig.inWindow(t, { ...OPEN, settings }, async (window) => {
    const said = window.notification('/nowhere/lintel');
    await said.waitFor();
    await said.getByRole('button', { name: 'Open setting' }).waitFor();
    assert.match(await window.label(window.status), /no server/);
    await window.look('wrong-setting');
  });
});

test('no server anywhere: it is said, and installed from the extension into an environment of its own', (t) =>
  rig.inWindow(t, { ...OPEN, settings: { 'lintel.server.path': '' } }, async (window) => {
    const said = window.notification('was not found');
    await said.waitFor();
    await said.getByRole('button', { name: 'Choose path' }).waitFor();
    assert.match(await window.label(window.status), /no server/);
    await window.look('no-server');
    await window.command('Lintel: Fix with model');
    await window.notification('not running').waitFor();

    await said.getByRole('button', { name: 'Install with uv' }).click();
    await window.notification('installing its server').waitFor();
    await window.look('installing');
    await window.untilStatus(/idle/, 300);
    await window.squiggle().waitFor();
    await window.look('installed');
  }));
