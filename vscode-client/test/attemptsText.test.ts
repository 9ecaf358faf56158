import * as assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptsMarkdown } from '../src/attemptsText';
import type { Attempt } from '../src/protocol';

const ATTEMPT: Attempt = {
  proposer: 'cfn-lint fixer',
  title: 'Rename to BucketName',
  accepted: false,
  feedback: 'E3012 is introduced',
  seconds: 1.26,
  diff: '-      BucktName: a\n+      BucketName: a\n',
  findings: ['E3012 at 4:7'],
};

test('an attempt says who proposed what, why it was refused, and shows the diff', () => {
  const text = attemptsMarkdown('template.yaml', [ATTEMPT]);
  assert.match(text, /^# Attempts for template\.yaml/);
  assert.match(text, /## 1 of 1: Rename to BucketName \(refused\)/);
  assert.match(text, /Proposed by cfn-lint fixer in 1\.3 s\./);
  assert.match(text, /E3012 is introduced/);
  assert.match(text, /- E3012 at 4:7/);
  assert.match(text, /```diff\n- {6}BucktName: a\n\+ {6}BucketName: a\n```/);
});

test('backquotes in a diff do not end its fence', () => {
  const text = attemptsMarkdown('a.tf', [{ ...ATTEMPT, diff: '+ ```\n' }]);
  assert.match(text, /````diff\n\+ ```\n````/);
});

test('no run yet is said', () => {
  assert.match(attemptsMarkdown('a.tf', []), /No run of the loop/);
});
