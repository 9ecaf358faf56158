import * as assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSelected } from '../src/selector';

const document = (languageId: string, fileName: string, scheme = 'file') => ({ languageId, fileName, uri: { scheme } });

test('languages and file patterns of both dialects are selected', () => {
  assert.ok(isSelected(document('yaml', '/a.yaml')));
  assert.ok(isSelected(document('plaintext', '/a.template')));
  assert.ok(isSelected(document('plaintext', '/a.tf')));
  assert.ok(isSelected(document('json', 'Untitled-1', 'untitled')));
});

test('other languages, and texts of the editor itself, are not', () => {
  assert.ok(!isSelected(document('python', '/a.py')));
  assert.ok(!isSelected(document('yaml', '/1/after/a.yaml', 'lintel-proposal')));
});
