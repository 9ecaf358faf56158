// What a name is, where it stands, and a new one everywhere at once; and a refactoring that is verified when picked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rig } from '../lib/rig.mjs';

const FILE = 'orders.yaml';
const PLACE = { workspace: 'names', file: FILE, sharing: 'plain' };

test('hover tells what a property is and what changing it comes to', (t) =>
  rig.inWindow(t, PLACE, async (window) => {
    await window.goTo(9, 10);
    const told = window.page.locator('.monaco-hover:visible', { hasText: 'Update requires: replacement' });
    await window.pressUntil('the hover', ['Control+k', 'Control+i'], told);
    await window.look('hover');
  }));

test('a default is shown where the parameter is used', (t) =>
  rig.inWindow(t, PLACE, async (window) => {
    await window.goTo(9, 18);
    await window.press('Shift+End', 'Delete');
    await window.type('!Ref Stage');
    await window.untilText('the hint', (text) => /!Ref Stage\s*= dev/.test(text));
    await window.look('inlay-hint');
  }));

test('definition, and a new name everywhere', (t) =>
  rig.inWindow(t, PLACE, async (window) => {
    const before = window.disk(FILE).trimEnd();
    await window.goTo(19, 27);
    await window.pressUntil(
      'the definition',
      ['F12'],
      window.page.locator('.statusbar-item', { hasText: 'Ln 6, Col 3' }),
    );
    await window.press('F2');
    const input = window.page.locator('.rename-input');
    await input.waitFor();
    await input.fill('Backlog');
    await window.press('Enter');
    // another logical id is another resource: nothing changes before a person has ticked it
    const preview = window.page.locator('.bulk-edit-panel');
    await preview.locator('.edit-checkbox').first().click();
    await window.notification('the next deployment creates Backlog').waitFor();
    await window.look('rename-to-confirm');
    await preview.getByRole('button', { name: 'Apply' }).click();
    await preview.waitFor({ state: 'hidden' });
    await window.editor.click();
    const renamed = before
      .replace('  Queue:', '  Backlog:')
      .replace('DependsOn: Queue', 'DependsOn: Backlog')
      .replace('!GetAtt Queue.', '!GetAtt Backlog.')
      .replace('!Ref Queue', '!Ref Backlog');
    await window.untilText('the new name', (text) => text.trimEnd() === renamed);
    await window.look('renamed');
    await window.press('Control+z');
    await window.untilText('the old name', (text) => text.trimEnd() === before);
  }));

test('the outline lists what a template declares', (t) =>
  rig.inWindow(t, PLACE, async (window) => {
    const rows = window.page.locator('.quick-input-list .monaco-list-row');
    await window.pressUntil('the outline', ['Escape', 'Control+Shift+o'], rows.filter({ hasText: 'Alarm' }));
    await window.look('outline');
    const labels = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? ''));
    for (const name of ['Stage', 'Queue', 'Alarm']) assert.ok(labels.some((label) => label.includes(name)));
  }));

test('a literal becomes a parameter when that is picked, in one step', (t) =>
  rig.inWindow(t, PLACE, async (window) => {
    await window.goTo(21, 27);
    await window.pick('Extract to parameter');
    await window.untilText('the parameter', (text) => /EvaluationPeriods: !Ref \w+/.test(text));
    await window.look('extracted');
    await window.press('Control+z');
    await window.untilText('the literal', (text) => text.includes('EvaluationPeriods: 1'));
  }));
