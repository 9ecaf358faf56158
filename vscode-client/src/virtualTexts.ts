// Read-only documents that exist only in the editor.
import * as vscode from 'vscode';

export class VirtualTexts implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration: vscode.Disposable;
  readonly onDidChange = this.changed.event;

  constructor(readonly scheme: string) {
    this.registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  /** Sets the text at `path` (its ending decides the language) and says where it can be opened. */
  set(path: string, text: string): vscode.Uri {
    const uri = this.uri(path);
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    return uri;
  }

  /** Sets the text at `path` where it is `old` still, and says where it can be opened. */
  replace(path: string, old: string, text: string): vscode.Uri | undefined {
    return this.texts.get(this.uri(path).toString()) === old ? this.set(path, text) : undefined;
  }

  async show(path: string, text: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(this.set(path, text));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  delete(uri: vscode.Uri): void {
    this.texts.delete(uri.toString());
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  private uri(path: string): vscode.Uri {
    return vscode.Uri.from({ scheme: this.scheme, path: `/${path}` });
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}
