import * as assert from 'node:assert/strict';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { discover, type Places } from '../src/discovery';

const PLACES: Places = {
  setting: '',
  extension: '/ext/lintel',
  storage: '/storage',
  searchPath: '/usr/local/bin:/home/me/project/.venv/bin:/usr/bin:relative/bin',
  workspaceFolders: ['/home/me/project'],
  windows: false,
};

const ORDER = [
  '/ext/lintel/server/bin/lintel',
  '/ext/lintel/.venv/bin/lintel',
  '/ext/.venv/bin/lintel',
  '/usr/local/bin/lintel',
  '/usr/bin/lintel',
  '/storage/server/bin/lintel',
];

for (const [index, program] of ORDER.entries()) {
  test(`${program} is taken when nothing before it is there`, () => {
    const there = new Set(ORDER.slice(index));
    const found = discover(PLACES, (file) => there.has(file));
    assert.equal(found.found && found.program, program);
  });
}

test('the setting comes before everything', () => {
  const found = discover({ ...PLACES, setting: '~/bin/lintel' }, () => true);
  assert.deepEqual(found, { found: true, program: path.join(os.homedir(), 'bin/lintel'), origin: 'setting' });
});

test('a setting that names no program is said, and nothing else is tried', () => {
  const found = discover({ ...PLACES, setting: '/no/such/lintel' }, (file) => file !== '/no/such/lintel');
  assert.deepEqual(found, { found: false, wrongSetting: '/no/such/lintel', looked: ['/no/such/lintel'] });
});

test("a workspace's own virtual environment is never run, nor a relative folder of PATH", () => {
  const asked: string[] = [];
  discover(PLACES, (file) => {
    asked.push(file);
    return false;
  });
  assert.deepEqual(asked, ORDER);
});

test('a workspace that holds the extension does not lend it its environment', () => {
  const found = discover({ ...PLACES, workspaceFolders: ['/ext'] }, (file) => file === '/ext/.venv/bin/lintel');
  assert.equal(found.found, false);
});

test('nothing found: every place is named', () => {
  assert.deepEqual(
    discover(PLACES, () => false),
    { found: false, wrongSetting: null, looked: ORDER },
  );
});

test('Windows has its own names', () => {
  const searchPath = '/tools;/more';
  const there = new Set([path.join('/more', 'lintel.exe')]);
  const found = discover({ ...PLACES, searchPath, windows: true }, (file) => there.has(file));
  assert.equal(found.found && found.origin, 'path');
});
