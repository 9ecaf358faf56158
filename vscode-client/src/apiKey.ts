// The key to the model: kept in SecretStorage, sent to the server after it starts and when it changes, never logged.
import * as vscode from 'vscode';
import { KEY } from './protocol';
import type { Server } from './server';

const SECRET = 'lintel.apiKey';

export class ApiKey implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly secrets: vscode.SecretStorage,
    private readonly server: Server,
  ) {
    this.subscriptions = [
      server.onLife((life) => {
        if (life === 'running') void this.send();
      }),
      secrets.onDidChange((event) => {
        if (event.key === SECRET) void this.send();
      }),
    ];
  }

  async set(): Promise<void> {
    const key = await vscode.window.showInputBox({
      title: 'Lintel: API key of the model',
      prompt: 'Kept in the secret storage of the editor, not in its settings.',
      password: true,
      ignoreFocusOut: true,
    });
    if (key?.trim()) await this.secrets.store(SECRET, key.trim());
  }

  async clear(): Promise<void> {
    await this.secrets.delete(SECRET);
  }

  dispose(): void {
    this.subscriptions.forEach((subscription) => {
      subscription.dispose();
    });
  }

  private async send(): Promise<void> {
    const key = (await this.secrets.get(SECRET)) ?? null;
    // without a stored key the server keeps the one of its own environment
    if (this.server.life === 'running') await this.server.running.sendNotification(KEY, { key });
  }
}
