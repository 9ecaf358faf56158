// Where the language server is: decides without an editor, so that the order can be tested.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** Where to look. Everything is absolute except `setting`, which may begin with `~`. */
export interface Places {
  setting: string;
  extension: string;
  storage: string;
  searchPath: string;
  workspaceFolders: readonly string[];
  windows?: boolean;
}

export type Origin = 'setting' | 'beside' | 'path' | 'private';

export type Discovery =
  { found: true; program: string; origin: Origin } | { found: false; wrongSetting: string | null; looked: string[] };

/** The first server there is. A setting that names no program is said, not passed over. */
export function discover(places: Places, runnable: (file: string) => boolean = isRunnable): Discovery {
  if (places.setting.trim()) {
    const program = expand(places.setting.trim());
    return runnable(program)
      ? { found: true, program, origin: 'setting' }
      : { found: false, wrongSetting: program, looked: [program] };
  }
  const all = candidates(places);
  const first = all.find((candidate) => runnable(candidate.program));
  return first ? { found: true, ...first } : { found: false, wrongSetting: null, looked: all.map((c) => c.program) };
}

/** Where the private environment keeps its programs. */
export function privateEnvironment(storage: string): string {
  return path.join(storage, 'server');
}

export function programIn(environment: string, windows = process.platform === 'win32'): string {
  return windows ? path.join(environment, 'Scripts', 'lintel.exe') : path.join(environment, 'bin', 'lintel');
}

function candidates(places: Places): { program: string; origin: Origin }[] {
  const windows = places.windows ?? process.platform === 'win32';
  const name = windows ? 'lintel.exe' : 'lintel';
  const bundled = [
    path.join(places.extension, 'server', 'bin', name),
    programIn(path.join(places.extension, '.venv'), windows),
  ];
  // a checkout: vscode-client/ stands beside .venv/
  const checkout = programIn(path.join(places.extension, '..', '.venv'), windows);
  const onPath = places.searchPath
    .split(windows ? ';' : ':')
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name));
  const outside = (program: string): boolean => !places.workspaceFolders.some((folder) => inside(program, folder));
  return [
    ...bundled.map((program) => ({ program, origin: 'beside' as const })),
    ...[checkout].filter(outside).map((program) => ({ program, origin: 'beside' as const })),
    // a workspace's own virtual environment belongs to its project: it is not ours to run
    ...onPath.filter(outside).map((program) => ({ program, origin: 'path' as const })),
    { program: programIn(privateEnvironment(places.storage), windows), origin: 'private' as const },
  ];
}

function inside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}

function expand(setting: string): string {
  return setting === '~' || /^~[\\/]/.test(setting) ? path.join(os.homedir(), setting.slice(1)) : setting;
}

function isRunnable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
