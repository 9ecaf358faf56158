// Tells the server that Lintel's extension is at this end: it runs the commands of code actions and reads `lintel/…`.
import type { FeatureState, StaticFeature } from 'vscode-languageclient/node';

export class Abilities implements StaticFeature {
  fillClientCapabilities(capabilities: { experimental?: unknown }): void {
    capabilities.experimental = { ...(capabilities.experimental ?? {}), lintel: { version: 1 } };
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
