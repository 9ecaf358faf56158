// Where things are.
import fs from 'node:fs';
import path from 'node:path';

export const E2E = path.dirname(import.meta.dirname);
export const CLIENT = path.dirname(E2E);
export const PROJECT = path.dirname(CLIENT);
export const RESULTS = path.join(E2E, 'test-results');
export const CACHE = path.join(E2E, '.cache');
export const LINTEL = process.env.LINTEL_BIN ?? path.join(PROJECT, '.venv/bin/lintel');
export const PYTHON = process.env.LINTEL_PYTHON ?? path.join(PROJECT, '.venv/bin/python');
export const UV = path.join(path.dirname(PYTHON), 'uv');

/** Chromium: the variable, else the first of the usual names on PATH. */
export function chromiumPath() {
  const names = [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'].filter(Boolean);
  const folders = ['', ...(process.env.PATH ?? '').split(':')];
  const found = names
    .flatMap((name) => folders.map((folder) => path.join(folder, name)))
    .find((p) => path.isAbsolute(p) && fs.existsSync(p));
  if (!found) throw new Error('Chromium was not found; run vscode-client/e2e/setup.sh');
  return found;
}
