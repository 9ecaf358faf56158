// "Explain this problem": what is known of the findings at a place, as a rendered read-only text, and under it, as soon
// as that has come, what a model says of them.
import * as vscode from 'vscode';
import type { Range } from 'vscode-languageclient/node';
import { unsaid, withAdded } from './explanationText';
import { activeDocument, documentOf } from './fixWithModel';
import { EXPLAIN, type ExplainParams, type Explanation } from './protocol';
import type { Server } from './server';
import type { VirtualTexts } from './virtualTexts';

/** What the server's code action carries. */
export interface ExplainArguments {
  uri: string;
  version: number;
  range: Range;
}

export class Explain {
  constructor(
    private readonly server: Server,
    private readonly texts: VirtualTexts,
  ) {}

  /** With arguments the findings of a light bulb; without, or from the editor's menu, those at the cursor. */
  async run(made?: ExplainArguments | vscode.Uri): Promise<void> {
    const carried = made && 'range' in made ? made : undefined;
    const document = carried ? await documentOf(carried) : activeDocument();
    const range = carried?.range ?? selected();
    if (!document || !range) return;
    const params: ExplainParams = { textDocument: { uri: document.uri.toString(), version: document.version }, range };
    const explanation = await this.ask('Explain', params, (reason) => {
      void vscode.window.showInformationMessage(`Lintel: ${reason}`);
      return undefined;
    });
    if (!explanation) return;
    const path = `${explanation.title}.md`;
    await this.show(path, explanation.markdown);
    if (explanation.asks) await this.add(path, explanation.markdown, params);
  }

  /** Has the model asked and puts its words, or why there are none, under what is shown, unless that was cancelled. */
  private async add(path: string, shown: string, params: ExplainParams): Promise<void> {
    const added = await this.ask(
      'Explain with the model, at the end of the text',
      { ...params, model: true },
      (reason) => ({
        added: unsaid(reason),
      }),
    );
    if (!added) return;
    // another problem of that title may have been explained meanwhile
    const uri = this.texts.replace(path, shown, withAdded(shown, added.added));
    // a text that is nowhere open is not read anew when it changes
    if (uri) await vscode.workspace.openTextDocument(uri);
  }

  /** The answer, what `failed` makes of the reason why there is none, or nothing where a person cancelled it. */
  private ask<T>(
    title: string,
    params: ExplainParams,
    failed: (reason: string) => T,
  ): Thenable<Explanation | T | undefined> {
    const client = this.server.running;
    const options = { location: vscode.ProgressLocation.Notification, title: `Lintel: ${title}`, cancellable: true };
    return vscode.window.withProgress(options, async (_, token) => {
      try {
        return await client.sendRequest<Explanation>(EXPLAIN, params, token);
      } catch (error) {
        return token.isCancellationRequested
          ? undefined
          : failed(error instanceof Error ? error.message : String(error));
      }
    });
  }

  private async show(path: string, markdown: string): Promise<void> {
    const uri = this.texts.set(path, markdown);
    try {
      await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
    } catch {
      // an editor without the built-in preview
      await this.texts.show(path, markdown);
    }
  }
}

function selected(): Range | undefined {
  const selection = vscode.window.activeTextEditor?.selection;
  if (!selection) return undefined;
  const { start, end } = selection;
  return {
    start: { line: start.line, character: start.character },
    end: { line: end.line, character: end.character },
  };
}
