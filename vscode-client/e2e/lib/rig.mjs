// What all tests share: one code-server with a fresh profile, one scripted model; and windows, which some tests share.
import { chromium } from 'playwright-core';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CodeServer, packageExtension } from './codeServer.mjs';
import { Lender } from './lender.mjs';
import { ScriptedModel } from './model.mjs';
import { chromiumPath, E2E, LINTEL, RESULTS, UV } from './paths.mjs';
import { ServerUnderTest } from './serverUnderTest.mjs';
import { until } from './until.mjs';
import { EditorWindow } from './window.mjs';

const QUIET = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...[
    '--disable-component-update',
    '--disable-sync',
    '--disable-features=OnDeviceModelService,OptimizationGuideOnDeviceModel',
    '--disable-default-apps',
    '--disable-domain-reliability',
  ],
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
  // a window lives for seconds: what an optimising compiler costs does not come back
  '--js-flags=--no-opt --no-maglev',
];

export const rig = {
  /** Windows that the next test of their kind may have. */
  shared: new Map(),
  /** How often settings were changed in a window. */
  changes: 0,

  async start() {
    if (!fs.existsSync(LINTEL)) throw new Error(`there is no language server at ${LINTEL}`);
    fs.rmSync(RESULTS, { recursive: true, force: true });
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lintel-e2e-'));
    this.server = new ServerUnderTest(this.folder);
    this.model = new ScriptedModel();
    await this.model.start();
    const machine = { 'lintel.server.path': this.server.program };
    const programs = path.join(this.folder, 'programs');
    fs.mkdirSync(programs);
    fs.symlinkSync(UV, path.join(programs, 'uv'));
    this.lender = new Lender(this.folder);
    const env = this.lender.env;
    this.code = new CodeServer({ folder: path.join(this.folder, 'code'), machine, programs, env });
    this.code.install(packageExtension({ withServer: true }), this.lender.package());
    await this.code.start();
  },

  async stop() {
    for (const window of this.shared.values()) await close(window);
    await this.code?.stop();
    this.model?.stop();
    if (!process.env.E2E_KEEP) fs.rmSync(this.folder, { recursive: true, force: true });
  },

  /** A fresh window on a copy of `workspaces/<name>`, with these settings of the folder. */
  async window(name, file, settings = {}) {
    const folder = fs.mkdtempSync(path.join(this.folder, `${name}-`));
    fs.cpSync(path.join(E2E, 'workspaces', name), folder, { recursive: true });
    fs.mkdirSync(path.join(folder, '.vscode'));
    writeSettings(folder, settings);
    // a browser for each window: one that crashes takes no other window with it
    const browser = await chromium.launch({ executablePath: chromiumPath(), args: QUIET });
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const window = new EditorWindow(await context.newPage(), this.code.url, folder);
    window.settings = settings;
    context.on('request', (request) => {
      const { hostname } = new URL(request.url());
      // what a rendered text needs has such a name, and is answered by VS Code's own service worker
      const own = ['127.0.0.1', ''].includes(hostname) || hostname.endsWith('.vscode-resource.vscode-cdn.net');
      if (!own) window.outside.push(request.url());
    });
    try {
      await window.open(file);
    } catch (error) {
      error.window = window;
      throw error;
    }
    return window;
  },

  /**
   * Runs `body` in a window; keeps a screenshot and the logs when it fails.
   *
   * Loading VS Code takes longer than most tests. So tests that leave nothing behind in a session are `sharing` a window
   * of a workspace with others: each finds the files as they were, no other one open, and its own settings at work. What
   * they may share is named where it matters: a key that is set stays set.
   */
  async inWindow(test, { workspace, file, settings = {}, sharing = '' }, body) {
    const kind = JSON.stringify([workspace, sharing]);
    let window = sharing ? this.shared.get(kind) : undefined;
    if (window) this.shared.delete(kind);
    try {
      if (window) await this.renew(window, workspace, file, settings);
      else window = await this.window(workspace, file, settings);
      await body(window);
      assert.deepEqual(window.outside, [], 'the browser asked for something outside');
    } catch (error) {
      window ??= error.window;
      await this.keep(test.name, window);
      await close(window);
      throw error;
    }
    if (sharing) this.shared.set(kind, window);
    else await close(window);
  },

  /** Puts a window into the state of a fresh one: files and settings as wanted, nothing said, one file in front. */
  async renew(window, workspace, file, settings) {
    await window.closeAll();
    fs.cpSync(path.join(E2E, 'workspaces', workspace), window.folder, { recursive: true });
    if (!isDeepStrictEqual(window.settings, settings)) {
      const title = `settings ${++this.changes}`; // is seen when VS Code has read them
      writeSettings(window.folder, { ...settings, 'window.title': title });
      await until('the settings are read', async () => (await window.page.title()) === title);
      window.settings = settings;
    }
    await window.show(file);
  },

  async keep(name, window) {
    const slug = name.replace(/[^a-z0-9]+/gi, '-').toLowerCase();
    fs.mkdirSync(RESULTS, { recursive: true });
    if (window) {
      await window.page.screenshot({ path: path.join(RESULTS, `${slug}.png`) }).catch(() => {});
      fs.writeFileSync(path.join(RESULTS, `${slug}.txt`), await window.text().catch(String));
      fs.writeFileSync(path.join(RESULTS, `${slug}.messages.txt`), await window.messages().catch(String));
    }
    if (fs.existsSync(this.server.log)) fs.copyFileSync(this.server.log, path.join(RESULTS, `${slug}.server.log`));
  },
};

function writeSettings(folder, settings) {
  fs.writeFileSync(path.join(folder, '.vscode/settings.json'), JSON.stringify(settings));
}

async function close(window) {
  await window?.page.context().browser()?.close();
}
