// What a save does: apply makes the safe fixes and can be undone; suggest offers and takes no focus.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rig } from '../lib/rig.mjs';

const FILE = 'invoices.yaml';

test('save with apply, and undo', (t) =>
  rig.inWindow(
    t,
    { workspace: 'templates', file: FILE, settings: { 'lintel.onSave': 'apply' }, sharing: 'plain' },
    async (window) => {
      await window.squiggle().waitFor();
      await window.press('Control+Home');
      await window.type('# the books\n');
      await window.untilText('what is typed', (text) => text.startsWith('# the books\nAWSTemplateFormatVersion'));
      const typed = await window.text();
      await window.goTo(8, 9);
      // the offer means that the fix is verified for this version; the save itself verifies nothing
      await window.offered('0 introduced');
      await window.press('Escape');
      await window.save();
      const fixed = typed.replace('BucktName', 'BucketName');
      await window.untilText('the fix', (text) => text === fixed);
      assert.equal(window.disk(FILE).trimEnd(), fixed.trimEnd());
      await window.press('Control+z');
      await window.untilText('the old text', (text) => text === typed);
    },
  ));

test('save with suggest takes no focus', (t) =>
  rig.inWindow(
    t,
    { workspace: 'templates', file: FILE, settings: { 'lintel.onSave': 'suggest' }, sharing: 'plain' },
    async (window) => {
      await window.squiggle().waitFor();
      await window.press('Control+End');
      await window.type('# the books');
      await window.save();
      window.assertContains(window.disk(FILE), 'BucktName');
      await window.suggestion.waitFor();
      await window.look('suggestion');
      await window.type('!');
      await window.untilText('typing goes on', (text) => text.includes('# the books!'));
      await window.suggestion.waitFor({ state: 'hidden' });
      await window.save();
      await window.suggestion.click();
      await window.look('suggestion-diff');
      await window.titleButton('Accept').click();
      await window.untilText('the fix', (text) => text.includes('BucketName') && text.includes('# the books!'));
    },
  ));

test('all safe fixes by the command', (t) =>
  rig.inWindow(t, { workspace: 'templates', file: FILE, sharing: 'plain' }, async (window) => {
    await window.squiggle().waitFor();
    await window.command('Lintel: Apply all safe fixes');
    await window.untilText('the fix', (text) => text.includes('BucketName'));
  }));

test('all safe fixes by editor.codeActionsOnSave', (t) => {
  const settings = { 'lintel.onSave': 'off', 'editor.codeActionsOnSave': { 'source.fixAll.lintel': 'explicit' } };
  return rig.inWindow(t, { workspace: 'templates', file: FILE, settings, sharing: 'plain' }, async (window) => {
    await window.squiggle().waitFor();
    await window.press('Control+End');
    await window.type('# the books');
    await window.save();
    await window.untilText('the fix', (text) => text.includes('BucketName'));
    assert.ok(window.disk(FILE).includes('BucketName'));
  });
});
