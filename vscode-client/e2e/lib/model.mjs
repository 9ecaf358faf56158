// The model of the tests: the project's scripted server, a process of its own behind a real socket.
import { spawn } from 'node:child_process';
import { PROJECT, PYTHON } from './paths.mjs';
import { until } from './until.mjs';

export class ScriptedModel {
  async start() {
    this.process = spawn(PYTHON, ['-m', 'lsp_server.models.scripted_server'], {
      cwd: PROJECT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.url = await new Promise((resolve, reject) => {
      this.process.stdout.setEncoding('utf8').once('data', (text) => resolve(text.trim()));
      this.process.once('exit', (code) => reject(new Error(`the scripted model ended with ${code}`)));
    });
  }

  /** The answers from now on. */
  async script(steps) {
    await this.control('POST', 'script', steps);
  }

  /** Lets everything that is held go on. */
  async release() {
    await this.control('POST', 'release');
  }

  async state() {
    return this.control('GET', 'state');
  }

  async untilState(what, holds) {
    return until(`the model: ${what}`, async () => holds(await this.state()));
  }

  stop() {
    this.process?.kill('SIGTERM');
  }

  async control(method, path, body) {
    const response = await fetch(`${this.url}/control/${path}`, { method, body: body && JSON.stringify(body) });
    if (!response.ok) throw new Error(`scripted model: ${await response.text()}`);
    return response.json();
  }
}
