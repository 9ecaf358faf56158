// The loop with a model behind a real socket: progress, cancel, accept, undo, and what was sent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rig } from '../lib/rig.mjs';

const KEY = 'sk-ant-only-a-test';
const OPEN = { workspace: 'templates', file: 'queue.yaml' };
const WRONG = 'VisibilityTimeout: a minute and a half';

/** An answer that gives the queue this timeout; held half-way until released. */
function answer(timeout, hold = 'middle') {
  const lines = ['Orders:', '  Type: AWS::SQS::Queue', '  Properties:'];
  lines.push('    # a worker takes that long', `    VisibilityTimeout: ${timeout}`);
  const edits = [{ region: 'Resources/Orders', new_text: lines.join('\n') }];
  return { answer: { edits, note: 'seconds' }, hold };
}

function settings() {
  return { 'lintel.model.baseUrl': rig.model.url, 'lintel.model.retries': 0, 'lintel.onSave': 'off' };
}

async function setKey(window) {
  await window.command('Lintel: Set API key');
  await window.page.locator('.quick-input-title', { hasText: 'API key' }).waitFor();
  await window.type(KEY);
  await window.press('Enter');
  await window.untilStatus(/anthropic/);
}

async function fixWithModel(window) {
  await window.goTo(7, 30);
  await window.pick('Fix with model');
}

test('fix with model: progress, cancel, then accept', (t) =>
  rig.inWindow(t, { ...OPEN, settings: settings(), sharing: 'key' }, async (window) => {
    const before = await window.text();
    await window.squiggle().waitFor();
    await setKey(window);

    await rig.model.script([answer(90)]);
    const { closed_by_client: closed } = await rig.model.state();
    await fixWithModel(window);
    const progress = window.notification('attempt 1');
    await progress.waitFor();
    await rig.model.untilState('an answer is held', (state) => state.held === 1);
    await window.look('fix-with-model-progress');
    // it is told for seconds only: who looks later than that misses it
    const cancelled = window.page.locator('.statusbar-item', { hasText: 'cancelled' });
    await Promise.all([cancelled.waitFor(), progress.getByRole('button', { name: 'Cancel' }).click()]);
    await rig.model.untilState(
      'the connection is closed',
      (state) => state.open === 0 && state.closed_by_client === closed + 1,
    );
    assert.equal(await window.text(), before);

    await rig.model.script([answer('very long', ''), answer(90)]);
    await fixWithModel(window);
    await window.notification('attempt 2').waitFor();
    await rig.model.untilState('the second answer is held', (state) => state.held === 1);
    await rig.model.release();
    await window.tab('E3012 cleared').waitFor();
    await window.look('fix-with-model-diff');
    await window.titleButton('Accept').click();
    await window.untilText('the fix', (text) => text === before.replace(WRONG, 'VisibilityTimeout: 90'));
    await window.squiggle().waitFor({ state: 'detached' });
    await window.press('Control+z');
    await window.untilText('the old text', (text) => text === before);
  }));

test('what was sent and what was tried can be shown', (t) =>
  rig.inWindow(t, { ...OPEN, settings: settings() }, async (window) => {
    await window.squiggle().waitFor();
    await setKey(window);
    await rig.model.script([answer(90, '')]);
    await fixWithModel(window);
    await window.titleButton('Refuse').click();
    await window.squiggle().waitFor();

    await window.untilStatus(/1 request ·/);
    await window.command('Lintel: Show attempts of the last run');
    await window.untilText('the attempt', (text) => text.includes('+') && text.includes('VisibilityTimeout: 90'));
    await window.look('attempts');
    await window.command('Lintel: Show model requests');
    await window.tab('model requests').waitFor();
    const shown = await window.untilText('the request', (text) => text.includes('"request"') && text);
    assert.ok(!shown.includes(KEY));
    await window.look('trace');
  }));

test('a proposal for an older version is not applied', (t) =>
  rig.inWindow(t, { ...OPEN, settings: settings(), sharing: 'key' }, async (window) => {
    await window.squiggle().waitFor();
    await setKey(window);
    await rig.model.script([answer(90, '')]);
    await fixWithModel(window);
    await window.titleButton('Accept').waitFor();
    await window.tab('queue.yaml').click();
    await window.press('Control+Home');
    await window.type('# mine\n');
    await window.tab('E3012 cleared').click();
    await window.titleButton('Accept').click();
    await window.notification('has changed since').waitFor();
    await window.untilText('what was typed is there', (text) => text.startsWith('# mine\n'));
    window.assertContains(await window.text(), WRONG);
  }));

test('a wrong key is said', (t) =>
  rig.inWindow(t, { ...OPEN, settings: settings(), sharing: 'key' }, async (window) => {
    await window.squiggle().waitFor();
    await setKey(window);
    await rig.model.script([{ status: 401, message: 'invalid x-api-key', repeat: true }]);
    await fixWithModel(window);
    await window.notification(/key/i).waitFor();
    await window.look('wrong-key');
  }));

test('without a model the light bulb does not offer it, and the command says how to get one', (t) =>
  rig.inWindow(t, { ...OPEN, settings: { 'lintel.onSave': 'off' } }, async (window) => {
    await window.squiggle().waitFor();
    await window.command('Lintel: Fix with model');
    const said = window.notification('No model is set up');
    await said.waitFor();
    await window.look('fix-without-model');
    await said.getByRole('button', { name: 'Set API key' }).click();
    await window.page.locator('.quick-input-title', { hasText: 'API key' }).waitFor();
  }));
