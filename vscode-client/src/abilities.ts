// Tells the server that Lintel's extension is at this end (it runs the commands of code actions and reads `lintel/…`),
// whether the workspace is trusted (rules and plugins that it brings are programs), and whether there are language models.
import * as vscode from 'vscode';
import type { FeatureState, StaticFeature } from 'vscode-languageclient/node';
import { lendsModel } from './editorModel';

export class Abilities implements StaticFeature {
  fillClientCapabilities(capabilities: { experimental?: unknown }): void {
    const lintel = { version: 1, trusted: vscode.workspace.isTrusted, model: lendsModel() };
    capabilities.experimental = { ...(capabilities.experimental ?? {}), lintel };
  }

  initialize(): void {
    // nothing is asked of the server
  }

  getState(): FeatureState {
    return { kind: 'static' };
  }

  clear(): void {
    // nothing is held
  }
}
