import * as assert from 'node:assert/strict';
import { test } from 'node:test';
import { unsaid, withAdded } from '../src/explanationText';

test('what is known stays as it is, and what is added stands under it', () => {
  assert.equal(
    withAdded('# E1\n\nknown\n', '## In this text\n\nmore'),
    '# E1\n\nknown\n\n---\n\n## In this text\n\nmore\n',
  );
});

test('a reason is shown on one line and does nothing', () => {
  assert.equal(
    unsaid('main.tf has\nchanged: [x](y) <b> `c'),
    '## In this text\n\nNo model tells more: main.tf has changed: \\[x\\](y) \\<b\\> \\`c',
  );
});
