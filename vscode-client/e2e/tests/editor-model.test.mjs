// The editor's own language model, as another extension brings it: no key, an answer, a refusal, a cancel.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rig } from '../lib/rig.mjs';

const OPEN = { workspace: 'templates', file: 'queue.yaml', settings: { 'lintel.onSave': 'off' } };
const WRONG = 'VisibilityTimeout: a minute and a half';

function answer(timeout) {
  const lines = ['Orders:', '  Type: AWS::SQS::Queue', '  Properties:'];
  lines.push('    # a worker takes that long', `    VisibilityTimeout: ${timeout}`);
  return JSON.stringify({ edits: [{ region: 'Resources/Orders', new_text: lines.join('\n') }], note: 'seconds' });
}

/** A window whose editor lends a model that plays this. */
function lending(t, play, body) {
  return rig.inWindow(t, OPEN, async (window) => {
    rig.lender.play(play);
    try {
      await window.squiggle().waitFor();
      await window.untilStatus(/editor idle/);
      await body(window);
    } finally {
      rig.lender.withdraw();
    }
  });
}

async function fixWithModel(window) {
  await window.goTo(7, 30);
  await window.pick('Fix with model');
}

test('without a key the model of the editor repairs', (t) =>
  lending(t, { text: answer(90) }, async (window) => {
    const before = await window.text();
    await fixWithModel(window);
    await window.tab('E3012 cleared').waitFor();
    await window.look('editor-model-diff');
    await window.titleButton('Accept').click();
    await window.untilText('the fix', (text) => text === before.replace(WRONG, 'VisibilityTimeout: 90'));
    await window.untilStatus(/1 request · about [\d,]+ tokens in/);
    assert.equal(rig.lender.asked().length, 1);
    await window.command('Lintel: Show what models have cost');
    await window.untilText('today', (text) => /\d{4}-\d\d-\d\d +1 request · about [\d,]+ tokens in/.test(text));
  }));

test('before a command has used it, nothing that is typed asks the model of the editor', (t) =>
  rig.inWindow(t, { ...OPEN, file: 'topic.yaml' }, async (window) => {
    rig.lender.play({ text: answer(90), id: 'lent-2' });
    try {
      await window.untilStatus(/editor idle/);
      await window.press('Control+End');
      await window.type('  # an S3 bucket with versioning');
      await window.ghost.first().waitFor();
      assert.deepEqual(rig.lender.asked(), []);
    } finally {
      rig.lender.withdraw();
    }
  }));

test('what the editor refuses is told in its words', (t) =>
  lending(t, { error: 'Blocked', message: 'you have no requests left this month' }, async (window) => {
    await fixWithModel(window);
    await window.notification('you have no requests left this month').waitFor();
  }));

test('cancelling a run takes the request back from the editor', (t) =>
  lending(t, { text: answer(90), hold: true }, async (window) => {
    const before = await window.text();
    await fixWithModel(window);
    const progress = window.notification('attempt 1');
    await progress.waitFor();
    await rig.lender.untilAsked();
    await progress.getByRole('button', { name: 'Cancel' }).click();
    await rig.lender.untilCancelled();
    assert.equal(await window.text(), before);
  }));
