// Tells the server that Lintel's extension is at this end (it runs the commands of code actions and reads `lintel/…`),
// and whether the workspace is trusted: rules and plugins that it brings are programs.
import * as vscode from 'vscode';
import type { FeatureState, StaticFeature } from 'vscode-languageclient/node';

export class Abilities implements StaticFeature {
  fillClientCapabilities(capabilities: { experimental?: unknown }): void {
    const lintel = { version: 1, trusted: vscode.workspace.isTrusted };
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
