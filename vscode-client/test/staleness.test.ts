import * as assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstStale } from '../src/staleness';

const BASE = { uri: 'file:///a.yaml', version: 3, text: 'a' };

test('an unchanged document is not stale', () => {
  assert.equal(firstStale([BASE], [{ ...BASE }]), undefined);
});

test('another version is stale even when its text is the same', () => {
  assert.equal(firstStale([BASE], [{ ...BASE, version: 5 }]), BASE);
});

test('a document that was closed and opened again with another text is stale', () => {
  assert.equal(firstStale([BASE], [{ ...BASE, text: 'b' }]), BASE);
  assert.equal(firstStale([BASE], [undefined]), BASE);
});
