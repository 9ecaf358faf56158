// A repair worked out after a save: offered in the status bar, never in the way of typing.
import * as vscode from 'vscode';
import type { Proposals } from './proposals';
import { SUGGESTION, type Suggestion } from './protocol';
import type { Server } from './server';

const CONTEXT = 'lintel.suggestionReady';

export class Suggestions implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('lintel.suggestion', vscode.StatusBarAlignment.Right, 101);
  private readonly waiting = new Map<string, Suggestion>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    server: Server,
    private readonly proposals: Proposals,
  ) {
    this.item.name = 'Lintel suggestion';
    this.item.command = 'lintel.applySuggestion';
    server.onNotification(SUGGESTION, (suggestion) => {
      this.received(suggestion);
    });
    this.subscriptions = [
      vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.contentChanges.length > 0) this.withdraw(event.document.uri);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.withdraw(document.uri);
      }),
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.draw();
      }),
      server.onLife((life) => {
        if (life !== 'running') this.waiting.clear();
        this.draw();
      }),
    ];
  }

  async apply(): Promise<void> {
    const suggestion = this.current();
    if (!suggestion?.edit) return;
    const { title, evidence, edit, documents } = suggestion;
    const accepted = await this.proposals.show({ title, evidence, edit, documents });
    // seen and refused: it is not offered again
    if (!accepted) this.withdraw(vscode.Uri.parse(suggestion.uri));
  }

  dismiss(): void {
    const suggestion = this.current();
    if (suggestion) this.withdraw(vscode.Uri.parse(suggestion.uri));
  }

  dispose(): void {
    this.subscriptions.forEach((subscription) => {
      subscription.dispose();
    });
    this.item.dispose();
  }

  private received(suggestion: Suggestion): void {
    const uri = vscode.Uri.parse(suggestion.uri);
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
    if (suggestion.edit && document?.version === suggestion.version) this.waiting.set(uri.toString(), suggestion);
    else this.waiting.delete(uri.toString());
    this.draw();
  }

  private withdraw(uri: vscode.Uri): void {
    if (this.waiting.delete(uri.toString())) this.draw();
  }

  private current(): Suggestion | undefined {
    const active = vscode.window.activeTextEditor?.document.uri;
    return active && this.waiting.get(active.toString());
  }

  private draw(): void {
    const suggestion = this.current();
    void vscode.commands.executeCommand('setContext', CONTEXT, suggestion !== undefined);
    if (!suggestion) {
      this.item.hide();
      return;
    }
    this.item.text = `$(lightbulb-autofix) ${suggestion.title}`;
    this.item.tooltip = `${suggestion.evidence}\nClick to see the change.`;
    this.item.show();
  }
}
