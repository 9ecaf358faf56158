// Each request to a model exactly as it was sent, as a read-only document.
import * as vscode from 'vscode';
import { TRACE, type ModelRequest } from './protocol';
import type { Server } from './server';
import type { VirtualTexts } from './virtualTexts';

export class Trace {
  constructor(
    private readonly server: Server,
    private readonly texts: VirtualTexts,
  ) {}

  async show(): Promise<void> {
    const { requests } = await this.server.running.sendRequest<{ requests: ModelRequest[] }>(TRACE, {});
    if (requests.length === 0) {
      void vscode.window.showInformationMessage('Lintel: no request has been sent to a model in this session.');
      return;
    }
    await this.texts.show('Lintel model requests.json', `${JSON.stringify(requests, null, 2)}\n`);
  }
}
