// The status bar item: what is running, what does not work, what this session has spent.
import * as vscode from 'vscode';
import { STATUS, type Status } from './protocol';
import type { Server } from './server';
import {
  barText,
  linterIcon,
  modelIcon,
  needsAttention,
  notesOn,
  spendWords,
  spokenText,
  stateWords,
  tooltip,
} from './statusText';

interface Choice extends vscode.QuickPickItem {
  command?: string;
  arguments?: unknown[];
}

const ACTIONS: Choice[] = [
  { label: '$(json) Show model requests', command: 'lintel.showTrace' },
  { label: '$(graph) Show what models have cost', command: 'lintel.showUsage' },
  { label: '$(history) Show attempts of the last run', command: 'lintel.showAttempts' },
  { label: '$(key) Set API key', command: 'lintel.setApiKey' },
  { label: '$(debug-restart) Restart server', command: 'lintel.restartServer' },
  { label: '$(output) Show log', command: 'lintel.showLog' },
  { label: '$(gear) Settings', command: 'workbench.action.openSettings', arguments: ['@ext:lintel.lintel'] },
];

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('lintel.status', vscode.StatusBarAlignment.Right, 100);
  private readonly editors = vscode.window.onDidChangeActiveTextEditor(() => {
    this.draw();
  });
  private status: Status | undefined;

  constructor(private readonly server: Server) {
    this.item.name = 'Lintel';
    this.item.command = 'lintel.showStatus';
    this.item.show();
    server.onNotification(STATUS, (status) => {
      this.status = status;
      this.draw();
    });
    server.onLife((life) => {
      if (life !== 'running') this.status = undefined;
      this.draw();
    });
    this.draw();
  }

  async showMenu(): Promise<void> {
    const choice = await vscode.window.showQuickPick([...this.parts(), ...ACTIONS], {
      title: 'Lintel',
      placeHolder: this.status ? spendWords(this.status.session) : 'The server is not running',
    });
    if (choice?.command) await vscode.commands.executeCommand(choice.command, ...(choice.arguments ?? []));
  }

  dispose(): void {
    this.editors.dispose();
    this.item.dispose();
  }

  private parts(): Choice[] {
    if (!this.status) return [];
    const { linters, model } = this.status;
    const linterChoices = linters.map((linter) => ({
      label: `${linterIcon(linter)} ${linter.name}`,
      description: stateWords(linter),
    }));
    const modelChoice = { label: `${modelIcon(model)} ${model.name || 'model'}`, description: stateWords(model) };
    const notes = notesOn(activeUri(), this.status).map((note) => ({ label: `$(info) ${note}` }));
    const separator = { label: '', kind: vscode.QuickPickItemKind.Separator };
    return [...linterChoices, modelChoice, ...notes, separator];
  }

  private draw(): void {
    const { life } = this.server;
    this.item.text = barText(life, this.status);
    const words = new vscode.MarkdownString(tooltip(life, this.status, activeUri()), true);
    words.isTrusted = {
      enabledCommands: ['lintel.showTrace', 'lintel.showLog', 'lintel.restartServer', 'lintel.installServer'],
    };
    this.item.tooltip = words;
    this.item.accessibilityInformation = { label: spokenText(life, this.status, activeUri()), role: 'button' };
    this.item.backgroundColor = this.background();
  }

  private background(): vscode.ThemeColor | undefined {
    if (this.server.life === 'stopped' || this.server.life === 'missing') {
      return new vscode.ThemeColor('statusBarItem.errorBackground');
    }
    const attention = this.status !== undefined && needsAttention(this.status);
    return attention ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  }
}

function activeUri(): string | undefined {
  return vscode.window.activeTextEditor?.document.uri.toString();
}
