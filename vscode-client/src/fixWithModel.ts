// "Fix with model…" of the light bulb and the palette.
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Range } from 'vscode-languageclient/node';
import type { LoopRunner } from './loopRun';
import { REPAIR, type RepairParams } from './protocol';
import { isSelected } from './selector';

/** What the server's code action carries. */
export interface FixArguments {
  uri: string;
  version: number;
  range?: Range;
}

export class FixWithModel {
  constructor(private readonly runner: LoopRunner) {}

  /** With arguments the finding of a light bulb; without, everything in the active document. */
  async run(fix?: FixArguments): Promise<void> {
    const document = fix ? await documentOf(fix) : activeDocument();
    if (!document) return;
    const params: RepairParams = { textDocument: { uri: document.uri.toString(), version: document.version } };
    if (fix?.range) params.range = fix.range;
    const title = `Fix ${path.posix.basename(document.uri.path)}`;
    await this.runner.run({ title, document, method: REPAIR, params });
  }
}

/** The document that a code action was made for, if it has not changed since. */
export async function documentOf(made: { uri: string; version: number }): Promise<vscode.TextDocument | undefined> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(made.uri));
  if (document.version === made.version) return document;
  void vscode.window.showWarningMessage(
    'Lintel: the document has changed since this was offered. Open the light bulb again.',
  );
  return undefined;
}

export function activeDocument(): vscode.TextDocument | undefined {
  const document = vscode.window.activeTextEditor?.document;
  if (document && isSelected(document)) return document;
  void vscode.window.showInformationMessage('Lintel: open a CloudFormation template or a Terraform file first.');
  return undefined;
}
