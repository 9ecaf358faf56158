// One VS Code window in the browser, and what a person does in it. Waits are for conditions, never for a time.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { RESULTS } from './paths.mjs';
import { PATIENCE, until } from './until.mjs';

const STATUS_ID = 'lintel.lintel.lintel.status';
const SUGGESTION_ID = 'lintel.lintel.lintel.suggestion';

export class EditorWindow {
  constructor(page, base, folder) {
    Object.assign(this, { page, base, folder });
    /** Addresses elsewhere that the browser has asked for. */
    this.outside = [];
    page.setDefaultTimeout(PATIENCE * 1000);
    this.editor = page.locator('.editor-instance').first();
    this.menu = page.locator('.action-widget').first();
    this.ghost = this.editor.locator('.ghost-text');
    this.popup = page.locator('.suggest-widget.visible');
    this.status = page.locator(`[id="${STATUS_ID}"]`);
    this.suggestion = page.locator(`[id="${SUGGESTION_ID}"]`);
  }

  /** Opens the folder with one file in front. */
  async open(file) {
    const authority = new URL(this.base).host;
    const payload = [['openFile', `vscode-remote://${authority}${path.join(this.folder, file)}`]];
    await this.page.goto(`${this.base}/?folder=${this.folder}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
    await this.page.locator('.monaco-workbench').waitFor();
    await this.editor.locator('.view-lines').first().waitFor();
    await this.status.waitFor();
  }

  /** Closes all editors and messages; what is not saved is lost. */
  async closeAll() {
    const tab = this.page.locator('.tabs-container .tab').first();
    await until('no editor is open', async () => {
      if (!(await tab.isVisible())) return true;
      await this.press('Escape');
      await this.command('View: Revert and Close Editor');
      return false;
    });
    await this.command('Notifications: Clear All Notifications');
  }

  /** Opens a file of the folder. */
  async show(file) {
    await this.press('Control+p');
    const input = this.page.locator('.quick-input-widget input.input');
    await input.fill(path.join(this.folder, file));
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: file }).first().click();
    await this.editor.locator('.view-lines').first().waitFor();
    await this.editor.click();
    await this.press('Control+Home');
  }

  /** The text of the editor in front, as far as it is on the screen. */
  async text() {
    const lines = await this.page.evaluate(() => {
      const view = document.querySelector('.editor-group-container.active .editor-instance .view-lines');
      return [...(view?.children ?? [])].map((line) => [line.offsetTop, line.textContent]);
    });
    return lines
      .sort(([a], [b]) => a - b)
      .map(([, text]) => text.replaceAll('\u00a0', ' '))
      .join('\n');
  }

  async untilText(what, holds, seconds) {
    return until(`the editor's text: ${what}`, async () => holds(await this.text()), seconds);
  }

  /** Waits until a rendered text, in whichever frame it is, holds all of these words; returns its text and the frame. */
  async rendered(...words) {
    return until(`a rendered text says ${words.join(' and ')}`, async () => {
      for (const frame of this.page.frames().slice(1)) {
        const text = await frame.evaluate(() => document.body?.innerText ?? '').catch(() => '');
        if (words.every((one) => text.includes(one))) return { text, frame };
      }
      return undefined;
    });
  }

  disk(file) {
    return fs.readFileSync(path.join(this.folder, file), 'utf8');
  }

  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async type(text) {
    await this.page.keyboard.type(text);
  }

  /** Runs a command by its title. Opens the palette again where something took the focus from it. */
  async command(title) {
    const input = this.page.locator('.quick-input-widget input.input');
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
    await until(`the palette offers ${title}`, async () => {
      if (!(await input.isVisible())) await this.press('F1');
      try {
        await input.fill(`>${title}`, { timeout: 3000 });
        await row.click({ timeout: 3000 });
        return true;
      } catch (error) {
        if (error.name !== 'TimeoutError') throw error;
        return false;
      }
    });
  }

  /** Puts the cursor at a line and column, both from 1. */
  async goTo(line, column) {
    await this.press('Control+g');
    const input = this.page.locator('.quick-input-widget input.input');
    await input.waitFor();
    await input.fill(`:${line}:${column}`);
    await this.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await this.page.locator('.statusbar-item', { hasText: `Ln ${line}, Col ${column}` }).waitFor();
  }

  squiggle(severity = 'error') {
    return this.editor.locator(`.squiggly-${severity}`).first();
  }

  /** Presses these keys, and again while an answer may still be under way, until something is there. */
  async pressUntil(what, keys, wanted) {
    await until(what, async () => {
      await this.press(...keys);
      return appears(wanted.first());
    });
  }

  /** Clicks until something is to be seen: what is clicked may be replaced at that very moment. */
  async clickUntil(what, clicked, wanted) {
    await until(what, async () => {
      await clicked.click();
      return appears(wanted.first());
    });
  }

  /** Opens the light bulb until it offers an action with this text, and returns it. */
  async offered(text) {
    const action = this.menu.locator('.monaco-list-row', { hasText: text }).first();
    await until(`the light bulb offers ${text}`, async () => {
      if (!(await this.menu.isVisible())) await this.press('Control+.');
      const there = await appears(action);
      if (!there) await this.press('Escape');
      return there;
    });
    return action;
  }

  /**
   * Picks what the light bulb offers, and again where VS Code has thrown its list away between the click and the
   * command, as it does when findings come in at that very moment.
   */
  async pick(text) {
    await until(`${text} is run`, async () => {
      await (await this.offered(text)).click();
      if (!(await appears(this.notification('Actual command not found')))) return true;
      await this.command('Notifications: Clear All Notifications');
      return false;
    });
  }

  notification(text) {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text }).first();
  }

  /** All messages that were shown and not closed, also those that have hidden themselves since. */
  async messages() {
    await this.press('Control+k', 'Control+Shift+n');
    const list = this.page.locator('.notifications-center.visible .notification-list-item');
    await list.first().waitFor({ timeout: 5000 });
    return (await list.allInnerTexts()).join('\n\n');
  }

  /** The tab of the diff in front. */
  tab(text) {
    return this.page.locator('.tabs-container .tab', { hasText: text }).first();
  }

  /** A button in the title of the editor in front. */
  titleButton(label) {
    return this.page.locator('.editor-group-container.active .editor-actions').getByRole('button', { name: label });
  }

  async save() {
    await this.press('Control+s');
    await this.page.locator('.tab.dirty').waitFor({ state: 'detached' });
  }

  /** What an item of the status bar says, with the words of its icons. */
  async label(item) {
    return ((await item.getAttribute('aria-label')) ?? '').replaceAll('\u00a0', ' ');
  }

  async untilStatus(pattern, seconds) {
    return until(`the status item says ${pattern}`, async () => pattern.test(await this.label(this.status)), seconds);
  }

  async screenshot(name) {
    fs.mkdirSync(RESULTS, { recursive: true });
    await this.page.screenshot({ path: path.join(RESULTS, `${name}.png`) });
  }

  /** A picture of a notable state, when someone wants to look (E2E_SHOTS=1). */
  async look(name) {
    if (process.env.E2E_SHOTS) await this.screenshot(name);
  }

  assertContains(text, part) {
    assert.ok(text.includes(part), `${JSON.stringify(part)} is not in:\n${text}`);
  }
}

async function appears(wanted) {
  return wanted.waitFor({ timeout: 3000 }).then(
    () => true,
    () => false,
  );
}
