// Wires the features together. Each is a class of its own; only this file knows them all.
import * as vscode from 'vscode';
import { ApiKey } from './apiKey';
import { Attempts } from './attempts';
import { Change } from './change';
import { EditorModel } from './editorModel';
import { Explain, type ExplainArguments } from './explain';
import { FixWithModel, type FixArguments } from './fixWithModel';
import { Generate, type CommentArguments } from './generate';
import { LoopRunner } from './loopRun';
import { MissingServer } from './missingServer';
import { PrivateEnvironment } from './privateEnvironment';
import { Proposals } from './proposals';
import { showReferences, type ReferencesArguments } from './references';
import { Server, ServerGone } from './server';
import { StatusItem } from './statusItem';
import { Suggestions } from './suggestions';
import { Trace } from './trace';
import { Usage } from './usage';
import { VirtualTexts } from './virtualTexts';

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  server = new Server(context);
  const texts = new VirtualTexts('lintel');
  const environment = new PrivateEnvironment(context, server);
  new MissingServer(server, environment);
  const status = new StatusItem(server);
  const key = new ApiKey(context.secrets, server);
  const lent = new EditorModel(context, server);
  const proposals = new Proposals(server);
  const attempts = new Attempts(server, texts);
  const runner = new LoopRunner(server, proposals, attempts);
  const fix = new FixWithModel(runner);
  const explain = new Explain(server, texts);
  const generate = new Generate(runner);
  const change = new Change(runner);
  const suggestions = new Suggestions(server, proposals);
  const trace = new Trace(server, texts);
  const usage = new Usage(server, texts);
  context.subscriptions.push(server, texts, status, key, lent, proposals, suggestions, restartOnSetting(server));
  context.subscriptions.push(vscode.workspace.onDidGrantWorkspaceTrust(() => void server?.restart()));

  const commands: Record<string, (argument: never) => unknown> = {
    fixWithModel: (argument: FixArguments | undefined) => fix.run(argument),
    explain: (argument: ExplainArguments | vscode.Uri | undefined) => explain.run(argument),
    fixAll: () => vscode.commands.executeCommand('editor.action.codeAction', FIX_ALL),
    generateFromComment: (argument: CommentArguments | undefined) => generate.fromComment(argument),
    generateFromDescription: () => generate.fromDescription(),
    changeWithDescription: () => change.withDescription(),
    showTrace: () => trace.show(),
    showUsage: () => usage.show(),
    showAttempts: () => attempts.show(),
    showStatus: () => status.showMenu(),
    showReferences: (argument: ReferencesArguments) => showReferences(argument),
    showLog: () => server?.log.show(),
    setApiKey: () => key.set(),
    clearApiKey: () => key.clear(),
    restartServer: () => server?.restart(),
    installServer: () => environment.install(),
    applySuggestion: () => suggestions.apply(),
    dismissSuggestion: () => {
      suggestions.dismiss();
    },
    acceptProposal: () => proposals.accept(),
    refuseProposal: () => proposals.refuse(),
  };
  for (const [name, run] of Object.entries(commands)) context.subscriptions.push(register(name, run));
  await server.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

const FIX_ALL = { kind: 'source.fixAll.lintel', apply: 'first' };

/** A command that says so when there is no server, instead of failing with a stack. */
function register(name: string, run: (argument: never) => unknown): vscode.Disposable {
  return vscode.commands.registerCommand(`lintel.${name}`, async (argument: never) => {
    try {
      await run(argument);
    } catch (error) {
      if (!(error instanceof ServerGone)) throw error;
      const answer = await vscode.window.showWarningMessage(`Lintel: ${error.message}`, 'Restart', 'Show log');
      if (answer === 'Restart') await server?.restart();
      if (answer === 'Show log') server?.log.show();
    }
  });
}

function restartOnSetting(of: Server): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('lintel.server.path')) void of.restart();
  });
}
