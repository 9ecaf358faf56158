// A module as it is read and written: what names are, a new one in all files, the layout, the parameters of a function.
import { test } from 'node:test';
import { rig } from '../lib/rig.mjs';

const FILE = 'main.tf';
const PLACE = { workspace: 'naming-module', file: FILE, settings: { 'lintel.referenceCounts': true } };

test('a module: hover, a new name with a moved block, its layout, parameters', (t) =>
  rig.inWindow(t, PLACE, async (window) => {
    const { page } = window;
    await window.untilStatus(/idle/); // lenses that are asked for anew take the command of a click away
    await window.goTo(8, 5);
    const told = page.locator('.monaco-hover:visible', { hasText: 'optional' });
    await window.pressUntil('the hover', ['Control+k', 'Control+i'], told);
    await window.look('hover');
    await window.press('Escape');

    const lens = page.locator('.codelens-decoration a', { hasText: '1 reference' }).last();
    await window.clickUntil('the references', lens, page.locator('.peekview-widget', { hasText: 'outputs.tf' }));
    await window.look('references');
    await window.press('Escape');

    await window.goTo(6, 28);
    await window.press('F2');
    const input = page.locator('.rename-input');
    await input.waitFor();
    await input.fill('alerts');
    await window.press('Enter');
    await window.untilText('the moved block', (text) => /to\s+= aws_sns_topic\.alerts/.test(text));
    await window.look('renamed');
    await window.press('Control+z');
    await window.untilText('the old name', (text) => text.includes('"alarms" {') && !text.includes('moved'));

    await window.press('Control+Shift+i');
    await window.untilText('the layout', (text) => text.includes('name              = "alarms'));

    await window.goTo(7, 23);
    await window.press('Shift+End');
    await window.type('join("-", ');
    const parameters = page.locator('.parameter-hints-widget.visible', { hasText: 'separator' });
    await window.pressUntil('the parameters', ['Control+Shift+Space'], parameters);
    await window.look('parameters');
  }));
