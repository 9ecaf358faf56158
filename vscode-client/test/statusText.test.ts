import * as assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Status } from '../src/protocol';
import { barText, needsAttention, notesOn, spendWords, spokenText, todayWords, tooltip } from '../src/statusText';

const QUIET: Status = {
  linters: [
    { name: 'cfn-lint', state: 'idle', reason: '' },
    { name: 'tflint', state: 'off', reason: 'not installed' },
  ],
  model: { name: 'offline', state: 'idle', reason: '' },
  session: { requests: 0, inputTokens: 0, outputTokens: 0, cost: 0 },
  notes: [],
};
const SPENT = { requests: 3, inputTokens: 12400, outputTokens: 830, cost: 0.05 };

test('at rest it says no more than its name', () => {
  assert.equal(barText('running', QUIET), '$(check) Lintel');
});

test('running linters and a running model are named', () => {
  const linting: Status = { ...QUIET, linters: [{ name: 'cfn-lint', state: 'running', reason: '' }] };
  assert.equal(barText('running', linting), '$(sync~spin) Lintel: cfn-lint');
  const asking: Status = { ...linting, model: { name: 'claude', state: 'running', reason: '' } };
  assert.equal(barText('running', asking), '$(sparkle) Lintel: claude');
});

test('a linter that did not run is a warning, one that is off is not', () => {
  const lost: Status = { ...QUIET, linters: [{ name: 'cfn-lint', state: 'not run', reason: 'killed after 30 s' }] };
  assert.equal(barText('running', lost), '$(warning) Lintel');
  assert.match(tooltip('running', lost), /cfn-lint \| not run: killed after 30 s/);
});

test('a program that is not installed is told without a warning', () => {
  const reason = 'terraform is not on PATH';
  const absent: Status = { ...QUIET, linters: [{ name: 'terraform-validate', state: 'not installed', reason }] };
  assert.ok(!needsAttention(absent));
  assert.equal(barText('running', absent), '$(check) Lintel');
  assert.match(tooltip('running', absent), /terraform-validate \| not installed: terraform is not on PATH/);
});

test('what a verdict leaves out is told for the document in front, and for its module', () => {
  const notes = [
    { uri: 'file:///a/t.yaml', notes: ['one'] },
    { uri: 'file:///m', notes: ['no schema of x is bundled'] },
  ];
  const status: Status = { ...QUIET, notes };
  assert.deepEqual(notesOn('file:///a/t.yaml', status), ['one']);
  assert.deepEqual(notesOn('file:///m/main.tf', status), ['no schema of x is bundled']);
  assert.deepEqual(notesOn('file:///m/sub/main.tf', status), []);
  assert.deepEqual(notesOn(undefined, status), []);
  assert.match(tooltip('running', status, 'file:///m/main.tf'), /no schema of x is bundled/);
  assert.match(spokenText('running', status, 'file:///m/main.tf'), /no schema of x is bundled/);
});

test('what the session has spent is in the bar, and in words in the tooltip', () => {
  assert.equal(barText('running', { ...QUIET, session: SPENT }), '$(check) Lintel $0.05');
  assert.equal(spendWords(SPENT), '3 requests · 12,400 tokens in · 830 out · $0.05');
  assert.match(tooltip('running', { ...QUIET, session: SPENT }), /3 requests · 12,400 tokens in/);
  assert.match(spendWords({ ...SPENT, cachedTokens: 6200 }), /12,400 tokens in \(50 % from the cache\) · 830 out/);
  const more = { ...SPENT, requests: 7 };
  assert.deepEqual(todayWords({ ...QUIET, session: SPENT, today: more }), [`Today: ${spendWords(more)}`]);
  assert.deepEqual(todayWords({ ...QUIET, session: SPENT, today: SPENT }), []);
  assert.match(tooltip('running', { ...QUIET, today: more }), /Today: 7 requests/);
  assert.match(spendWords({ ...SPENT, estimated: true }), /about 12,400 tokens in/);
  assert.equal(spendWords(QUIET.session), 'No request to a model in this session');
});

test('tokens stand in where a price is not known', () => {
  assert.equal(barText('running', { ...QUIET, session: { ...SPENT, cost: 0 } }), '$(check) Lintel 13,230 tokens');
});

test('a request that failed has spent nothing', () => {
  const failed = { requests: 1, inputTokens: 0, outputTokens: 0, cost: 0 };
  assert.equal(barText('running', { ...QUIET, session: failed }), '$(check) Lintel');
});

test('without a server the last status is not shown as if it held', () => {
  for (const life of ['stopped', 'missing', 'restarting', 'starting'] as const) {
    assert.equal(barText(life, QUIET), barText(life, undefined));
    assert.doesNotMatch(tooltip(life, QUIET), /cfn-lint/);
  }
});

test('a reason cannot break the table or smuggle a link into it', () => {
  const odd: Status = { ...QUIET, linters: [{ name: 'x', state: 'not run', reason: 'a | [b](command:c)\nd' }] };
  const row = tooltip('running', odd)
    .split('\n')
    .find((line) => line.includes('not run'));
  assert.equal(row, '| $(warning) x | not run: a \\| \\[b\\](command:c) d |');
});

test('a screen reader hears the same without icons and tables', () => {
  assert.equal(
    spokenText('running', QUIET),
    'Lintel, cfn-lint idle, tflint off: not installed, offline idle, No request to a model in this session',
  );
  assert.equal(spokenText('missing', QUIET), 'Lintel: no server');
});
