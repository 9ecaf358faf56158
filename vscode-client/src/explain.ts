// "Explain this problem": what is known of the findings at a place, as a rendered read-only text.
import * as vscode from 'vscode';
import type { Range } from 'vscode-languageclient/node';
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
    const explanation = await this.ask(params);
    if (explanation) await this.show(explanation);
  }

  private ask(params: ExplainParams): Thenable<Explanation | undefined> {
    const client = this.server.running;
    const options = { location: vscode.ProgressLocation.Notification, title: 'Lintel: Explain', cancellable: true };
    return vscode.window.withProgress(options, async (_, token) => {
      try {
        return await client.sendRequest<Explanation>(EXPLAIN, params, token);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (!token.isCancellationRequested) void vscode.window.showInformationMessage(`Lintel: ${reason}`);
        return undefined;
      }
    });
  }

  private async show(explanation: Explanation): Promise<void> {
    const uri = this.texts.set(`${explanation.title}.md`, explanation.markdown);
    try {
      await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
    } catch {
      // an editor without the built-in preview
      await this.texts.show(`${explanation.title}.md`, explanation.markdown);
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
