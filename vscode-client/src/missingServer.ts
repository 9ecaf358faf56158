// What a person is told when there is no server, and what can be done about it.
import * as vscode from 'vscode';
import type { Discovery } from './discovery';
import type { PrivateEnvironment } from './privateEnvironment';
import type { Server } from './server';

type Missing = Extract<Discovery, { found: false }>;

export class MissingServer {
  constructor(
    private readonly server: Server,
    private readonly environment: PrivateEnvironment,
  ) {
    server.onMissing((missing) => void this.tell(missing));
  }

  private async tell(missing: Missing): Promise<void> {
    missing.looked.forEach((program) => {
      this.server.log.warn(`No server at ${program}`);
    });
    await (missing.wrongSetting === null ? this.tellNotFound() : this.tellWrongSetting(missing.wrongSetting));
  }

  private async tellWrongSetting(program: string): Promise<void> {
    const answer = await vscode.window.showErrorMessage(
      `Lintel: the setting lintel.server.path names ${program}, and there is no program there that can be run.`,
      'Open setting',
      'Show log',
    );
    if (answer === 'Open setting') await openSetting();
    if (answer === 'Show log') this.server.log.show();
  }

  private async tellNotFound(): Promise<void> {
    const uv = this.environment.uv();
    const install = uv ? 'Install with uv' : 'How to install';
    const answer = await vscode.window.showErrorMessage(
      'Lintel: its language server was not found: the setting lintel.server.path is empty, and there is no `lintel` ' +
        `beside the extension or on PATH.${uv ? '' : ' To install it privately, uv is needed, which is not there either.'}`,
      install,
      'Choose path',
      'Show log',
    );
    if (answer === 'Choose path') await openSetting();
    if (answer === 'Show log') this.server.log.show();
    if (answer === install) await (uv ? this.environment.install() : this.environment.explain());
  }
}

async function openSetting(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', 'lintel.server.path');
}
