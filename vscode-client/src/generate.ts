// A comment or a description becomes a verified block.
import * as vscode from 'vscode';
import type { Position } from 'vscode-languageclient/node';
import { activeDocument, documentOf } from './fixWithModel';
import type { LoopRunner } from './loopRun';
import { GENERATE, type GenerateParams } from './protocol';

/** What the server's code action carries. */
export interface CommentArguments {
  uri: string;
  version: number;
  position: Position;
}

export class Generate {
  constructor(private readonly runner: LoopRunner) {}

  async fromComment(comment?: CommentArguments): Promise<void> {
    const document = comment ? await documentOf(comment) : activeDocument();
    if (document) await this.run(document, comment?.position ?? cursor());
  }

  async fromDescription(): Promise<void> {
    const document = activeDocument();
    if (!document) return;
    // taken now: the cursor may move while the words are typed
    const position = cursor();
    const intent = await vscode.window.showInputBox({
      title: 'Lintel: Generate from description',
      prompt: 'What should stand at the cursor?',
      placeHolder: 'an S3 bucket with versioning and KMS encryption',
      ignoreFocusOut: true,
    });
    if (intent?.trim()) await this.run(document, position, intent.trim());
  }

  private async run(document: vscode.TextDocument, position: Position, intent?: string): Promise<void> {
    const params: GenerateParams = {
      textDocument: { uri: document.uri.toString(), version: document.version },
      position,
      ...(intent === undefined ? {} : { intent }),
    };
    await this.runner.run({
      title: 'Generate',
      detail: intent ?? 'from comment',
      document,
      method: GENERATE,
      params,
    });
  }
}

function cursor(): Position {
  const active = vscode.window.activeTextEditor?.selection.active;
  return { line: active?.line ?? 0, character: active?.character ?? 0 };
}
