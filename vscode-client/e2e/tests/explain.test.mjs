// A problem is explained: from the light bulb and from the palette, in a rendered text beside the file; where there is a
// model, its words come under that.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rig } from '../lib/rig.mjs';

test('a problem is explained', (t) =>
  rig.inWindow(t, { workspace: 'templates', file: 'invoices.yaml', sharing: 'plain' }, async (window) => {
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
  rig.inWindow(t, { workspace: 'module', file: 'main.tf', sharing: 'plain' }, async (window) => {
    await window.squiggle().waitFor();
    await window.goTo(3, 5);
    await window.command('Lintel: Explain this problem');
    await window.tab('unsupported-argument').waitFor();
    await window.look('explain-module');
  }));

const KEY = 'sk-ant-only-a-test';
const SAID = {
  cause: '`AWS::S3::Bucket` does not know what is written here.',
  consequence: 'The stack ends in `ROLLBACK_COMPLETE`. [Free](https://evil.example) <b>advice</b>',
  remedy: 'Write another of its `Properties`.',
};

async function withModel(window) {
  await window.squiggle().waitFor();
  await window.command('Lintel: Set API key');
  await window.page.locator('.quick-input-title', { hasText: 'API key' }).waitFor();
  await window.type(KEY);
  await window.press('Enter');
  await window.untilStatus(/anthropic/);
}

function settings(more = {}) {
  return { 'lintel.model.baseUrl': rig.model.url, 'lintel.model.retries': 0, 'lintel.onSave': 'off', ...more };
}

async function explain(window) {
  await window.tab('invoices.yaml').click();
  await window.goTo(7, 9);
  await window.command('Lintel: Explain this problem');
}

test('what a model says of a problem comes under what is known of it', (t) =>
  rig.inWindow(t, { workspace: 'templates', file: 'invoices.yaml', settings: settings() }, async (window) => {
    await withModel(window);
    await rig.model.script([{ answer: SAID, hold: 'middle' }]);
    await explain(window);
    await rig.model.untilState('an answer is held', (state) => state.held === 1);
    const { text: known } = await window.rendered('cfn-lint E3002', 'Fixes');
    assert.ok(!known.includes('In this text'));
    await window.notification('Explain with the model').waitFor();
    await window.look('explain-waits-for-the-model');
    await rig.model.release();
    const { text: told, frame } = await window.rendered(
      'cfn-lint E3002',
      'In this text',
      'nobody has verified it',
      'What to change',
    );
    assert.ok(told.startsWith(known.trimEnd()), `${told}\n\ndoes not start with\n\n${known}`);
    assert.ok(told.includes('[Free](https://evil.example) <b>advice</b>'), told);
    await window.untilStatus(/1 request ·/);
    await frame.getByText('What to change').scrollIntoViewIfNeeded();
    await window.look('explain-with-the-model');
  }));

test('without the words of a model the explanation stays as it is, or says why in its place', (t) =>
  rig.inWindow(
    t,
    { workspace: 'templates', file: 'invoices.yaml', settings: settings(), sharing: 'key' },
    async (window) => {
      await withModel(window);
      await rig.model.script([{ answer: SAID, hold: 'middle' }]);
      await explain(window);
      await rig.model.untilState('an answer is held', (state) => state.held === 1);
      await window.notification('Explain with the model').getByRole('button', { name: 'Cancel' }).click();
      await rig.model.untilState('the connection is closed', (state) => state.open === 0);
      await window.notification('Explain with the model').waitFor({ state: 'detached' });
      assert.ok(!(await window.rendered('cfn-lint E3002')).text.includes('In this text'));

      await rig.model.script([{ status: 401, message: 'invalid x-api-key' }]);
      await explain(window);
      const { frame } = await window.rendered('cfn-lint E3002', 'No model tells more', 'does not accept the API key');
      assert.equal(await window.notification('API key').count(), 0);
      await frame.getByText('No model tells more').scrollIntoViewIfNeeded();
      await window.look('explain-without-the-model');

      await rig.model.script([{ answer: SAID, hold: 'middle' }]);
      await explain(window);
      await rig.model.untilState('an answer is held', (state) => state.held === 1);
      await window.tab('invoices.yaml').click();
      await window.goTo(1, 1);
      await window.type('# typed meanwhile');
      await window.rendered('cfn-lint E3002', 'No model tells more: invoices.yaml has changed');
      await rig.model.untilState('the connection is closed', (state) => state.open === 0);
    },
  ));

test('no model is asked to explain where that is turned off', (t) =>
  rig.inWindow(
    t,
    {
      workspace: 'templates',
      file: 'invoices.yaml',
      settings: settings({ 'lintel.model.explain': false }),
      sharing: 'key',
    },
    async (window) => {
      await withModel(window);
      const { length } = (await rig.model.state()).requests;
      await explain(window);
      await window.rendered('cfn-lint E3002', 'Fixes');
      await window.tab('invoices.yaml').click();
      await window.goTo(1, 1);
      await window.command('Lintel: Explain this problem');
      await window.notification('No linter reports anything here').waitFor();
      assert.equal((await rig.model.state()).requests.length, length);
    },
  ));
