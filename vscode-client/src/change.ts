// What is selected is changed as a sentence says, and shown as a verified diff.
import * as vscode from 'vscode';
import { activeDocument } from './fixWithModel';
import type { LoopRunner } from './loopRun';
import { CHANGE, type ChangeParams } from './protocol';

export class Change {
  /** What was asked last, offered again. */
  private last = '';

  constructor(private readonly runner: LoopRunner) {}

  async withDescription(): Promise<void> {
    const document = activeDocument();
    const selection = vscode.window.activeTextEditor?.selection;
    if (!document || !selection) return;
    // taken now: the text may change while the words are typed, and the server tells then
    const version = document.version;
    const words = await vscode.window.showInputBox({
      title: 'Lintel: Change with description',
      prompt: selection.isEmpty ? 'How should the block at the cursor be?' : 'How should what is selected be?',
      placeHolder: 'make this private and encrypted',
      value: this.last,
      ignoreFocusOut: true,
    });
    if (!words?.trim()) return;
    this.last = words.trim();
    const params: ChangeParams = {
      textDocument: { uri: document.uri.toString(), version },
      range: {
        start: { line: selection.start.line, character: selection.start.character },
        end: { line: selection.end.line, character: selection.end.character },
      },
      words: this.last,
    };
    await this.runner.run({ title: 'Change', detail: this.last, document, method: CHANGE, params });
  }
}
