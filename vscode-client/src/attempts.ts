// What the last run on a document tried, and why each attempt was taken or refused.
import * as path from 'node:path';
import * as vscode from 'vscode';
import { attemptsMarkdown } from './attemptsText';
import { ATTEMPTS, type Attempt } from './protocol';
import type { Server } from './server';
import type { VirtualTexts } from './virtualTexts';

export class Attempts {
  private lastRun: vscode.Uri | undefined;

  constructor(
    private readonly server: Server,
    private readonly texts: VirtualTexts,
  ) {}

  /** Remembers the document of a run, for when another editor is in front. */
  ran(uri: vscode.Uri): void {
    this.lastRun = uri;
  }

  async show(): Promise<void> {
    const active = vscode.window.activeTextEditor?.document.uri;
    const uri = active?.scheme === 'file' || active?.scheme === 'untitled' ? active : this.lastRun;
    if (!uri) {
      void vscode.window.showInformationMessage('Lintel: open a document whose attempts are to be shown.');
      return;
    }
    const { attempts } = await this.server.running.sendRequest<{ attempts: Attempt[] }>(ATTEMPTS, {
      uri: uri.toString(),
    });
    const name = path.posix.basename(uri.path);
    await this.texts.show(`Lintel attempts for ${name}.md`, attemptsMarkdown(name, attempts));
  }
}
