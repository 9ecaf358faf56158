// What requests to models have cost on each day, as a read-only document.
import * as vscode from 'vscode';
import { USAGE } from './protocol';
import type { Server } from './server';
import type { VirtualTexts } from './virtualTexts';

export class Usage {
  constructor(
    private readonly server: Server,
    private readonly texts: VirtualTexts,
  ) {}

  async show(): Promise<void> {
    const { days } = await this.server.running.sendRequest<{ days: string[] }>(USAGE, {});
    if (days.length === 0) {
      void vscode.window.showInformationMessage('Lintel: no request to a model is known.');
      return;
    }
    await this.texts.show('Lintel model usage.txt', `${days.join('\n')}\n`);
  }
}
