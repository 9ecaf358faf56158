// A finished edit as a diff of before and after, to accept or to refuse. One is open at a time.
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { WorkspaceEdit } from 'vscode-languageclient/node';
import type { NewText } from './protocol';
import type { Server } from './server';
import { firstStale, type Base } from './staleness';
import { VirtualTexts } from './virtualTexts';

export interface Proposal {
  title: string;
  evidence: string;
  edit: WorkspaceEdit;
  documents: NewText[];
}

interface OpenProposal extends Proposal {
  id: number;
  bases: Base[];
  label: string;
  virtual: vscode.Uri[];
  settled: (accepted: boolean) => void;
}

const SCHEME = 'lintel-proposal';
const CONTEXT = 'lintel.proposalOpen';

export class Proposals implements vscode.Disposable {
  private readonly texts = new VirtualTexts(SCHEME);
  private readonly tabs: vscode.Disposable;
  private open: OpenProposal | undefined;
  private count = 0;

  constructor(private readonly server: Server) {
    this.tabs = vscode.window.tabGroups.onDidChangeTabs((event) => {
      // whoever closes the diff has refused it
      if (this.open && event.closed.some((tab) => tab.label === this.open?.label)) this.settle(false);
    });
  }

  /** Shows the diff; true when it was accepted and applied. A stale result is said, not shown. */
  async show(proposal: Proposal): Promise<boolean> {
    await this.refuse();
    const bases = await Promise.all(proposal.documents.map(base));
    if (
      proposal.documents.some(
        (document, index) => (document.version ?? bases[index]?.version) !== bases[index]?.version,
      )
    ) {
      tellStale(proposal.documents[0]?.uri ?? '');
      return false;
    }
    const id = ++this.count;
    const pairs = proposal.documents.map((document, index) => this.pair(id, document, bases[index]?.text ?? ''));
    const label = `${proposal.title} · ${proposal.evidence}`;
    const decision = new Promise<boolean>((resolve) => {
      this.open = { ...proposal, id, bases, label, virtual: pairs.flat(), settled: resolve };
    });
    await vscode.commands.executeCommand('setContext', CONTEXT, true);
    await openDiff(label, proposal.documents, pairs);
    return decision;
  }

  /** Applies the open proposal, if its documents are still the ones it was computed for. */
  async accept(): Promise<void> {
    const { open } = this;
    if (!open) return;
    const now = await Promise.all(open.documents.map(base));
    const stale = firstStale(open.bases, now);
    const edit = stale ? undefined : await this.server.running.protocol2CodeConverter.asWorkspaceEdit(open.edit);
    const applied = edit !== undefined && (await vscode.workspace.applyEdit(edit));
    this.settle(applied);
    await closeTab(open.label);
    const first = open.documents[0];
    if (stale) tellStale(stale.uri);
    else if (!applied) void vscode.window.showErrorMessage('Lintel: the editor refused the edit; nothing was changed.');
    else if (first) await vscode.window.showTextDocument(vscode.Uri.parse(first.uri));
  }

  async refuse(): Promise<void> {
    const { open } = this;
    if (!open) return;
    this.settle(false);
    await closeTab(open.label);
  }

  dispose(): void {
    this.settle(false);
    this.tabs.dispose();
    this.texts.dispose();
  }

  private pair(id: number, document: NewText, before: string): [vscode.Uri, vscode.Uri] {
    const name = path.posix.basename(vscode.Uri.parse(document.uri).path);
    return [this.texts.set(`${id}/before/${name}`, before), this.texts.set(`${id}/after/${name}`, document.text)];
  }

  private settle(accepted: boolean): void {
    const { open } = this;
    if (!open) return;
    this.open = undefined;
    open.virtual.forEach((uri) => {
      this.texts.delete(uri);
    });
    void vscode.commands.executeCommand('setContext', CONTEXT, false);
    open.settled(accepted);
  }
}

async function base(document: NewText): Promise<Base> {
  try {
    const opened = await vscode.workspace.openTextDocument(vscode.Uri.parse(document.uri));
    return { uri: document.uri, version: opened.version, text: opened.getText() };
  } catch {
    // a file that the edit is to create
    return { uri: document.uri, version: document.version ?? 0, text: '' };
  }
}

async function openDiff(label: string, documents: NewText[], pairs: [vscode.Uri, vscode.Uri][]): Promise<void> {
  const [only] = pairs;
  if (pairs.length === 1 && only) {
    await vscode.commands.executeCommand('vscode.diff', only[0], only[1], label, { preview: false });
    return;
  }
  const resources = pairs.map(([before, after], index) => [
    vscode.Uri.parse(documents[index]?.uri ?? ''),
    before,
    after,
  ]);
  await vscode.commands.executeCommand('vscode.changes', label, resources);
}

async function closeTab(label: string): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => tab.label === label);
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs);
}

function tellStale(uri: string): void {
  const name = path.posix.basename(vscode.Uri.parse(uri).path);
  void vscode.window.showWarningMessage(
    `Lintel: ${name} has changed since this was worked out, so nothing was applied. Run it again.`,
  );
}
