// The extension that lends a language model to the editor, and the folder through which tests tell it what to play.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { CLIENT, E2E } from './paths.mjs';
import { until } from './until.mjs';

export class Lender {
  constructor(folder) {
    this.folder = path.join(folder, 'lent');
    fs.mkdirSync(this.folder);
  }

  get env() {
    return { LINTEL_LENT: this.folder };
  }

  /** Builds the extension and says where it is. */
  package() {
    const vsix = path.join(this.folder, '..', 'lender.vsix');
    const program = path.join(CLIENT, 'node_modules/.bin/vsce');
    const words = ['package', '--no-dependencies', '--allow-missing-repository', '--skip-license', '-o', vsix];
    const built = spawnSync(program, words, { cwd: path.join(E2E, 'extensions/lender'), encoding: 'utf8' });
    if (built.status !== 0) throw new Error(`the lender could not be packaged:\n${built.stdout}${built.stderr}`);
    return vsix;
  }

  /** From now on the editor has a model, which plays this. */
  play(play) {
    fs.writeFileSync(path.join(this.folder, 'play.json'), JSON.stringify(play));
  }

  /** The editor has no model any more, and nothing was asked. */
  withdraw() {
    for (const name of fs.readdirSync(this.folder)) fs.rmSync(path.join(this.folder, name));
  }

  /** The messages of each request. */
  asked() {
    const file = path.join(this.folder, 'asked.jsonl');
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n').map(JSON.parse) : [];
  }

  async untilAsked() {
    return until('the editor is asked', () => this.asked().length > 0);
  }

  async untilCancelled() {
    return until('the request is taken back', () => fs.existsSync(path.join(this.folder, 'cancelled')));
  }
}
