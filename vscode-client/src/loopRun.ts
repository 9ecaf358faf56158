// One run of the loop: cancellable progress while it works, then a diff to accept or refuse.
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { WorkDoneProgress } from 'vscode-languageclient/node';
import type { Attempts } from './attempts';
import type { Proposals } from './proposals';
import type { ChangeParams, GenerateParams, RepairParams, Result } from './protocol';
import type { Server } from './server';

export interface Run {
  /** The title of the diff; `detail` is shown with it while the run is under way. */
  title: string;
  detail?: string;
  document: vscode.TextDocument;
  method: string;
  params: RepairParams | GenerateParams | ChangeParams;
}

export class LoopRunner {
  constructor(
    private readonly server: Server,
    private readonly proposals: Proposals,
    private readonly attempts: Attempts,
  ) {}

  /** Runs it to its end. Raises ServerGone; everything else is told to the person. */
  async run(run: Run): Promise<void> {
    this.attempts.ran(run.document.uri);
    const result = await this.request(run);
    if (!result) return;
    if (result.edit && result.documents.length > 0) {
      const { edit, evidence, documents } = result;
      if (result.wantsKey) void this.tell(result);
      await this.proposals.show({ title: run.title, evidence, edit, documents });
      return;
    }
    await this.tell(result);
  }

  private async tell(result: Result): Promise<void> {
    const buttons = result.wantsKey ? ['Set API key', 'Show attempts'] : ['Show attempts'];
    const answer = await vscode.window.showInformationMessage(`Lintel: ${result.message}`, ...buttons);
    if (answer === 'Show attempts') await this.attempts.show();
    if (answer === 'Set API key') await vscode.commands.executeCommand('lintel.setApiKey');
  }

  private request(run: Run): Thenable<Result | undefined> {
    const client = this.server.running;
    const workDoneToken = randomUUID();
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: `Lintel: ${run.title}`,
      cancellable: true,
    };
    return vscode.window.withProgress(options, async (progress, token) => {
      const listener = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
        if (value.message) progress.report({ message: value.message });
      });
      try {
        return await client.sendRequest<Result>(run.method, { ...run.params, workDoneToken }, token);
      } catch (error) {
        if (token.isCancellationRequested) vscode.window.setStatusBarMessage('$(circle-slash) Lintel: cancelled', 5000);
        else void this.tellFailed(error);
        return undefined;
      } finally {
        listener.dispose();
      }
    });
  }

  private async tellFailed(error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error);
    this.server.log.error(reason);
    if (await vscode.window.showErrorMessage(`Lintel: ${reason}`, 'Show log')) this.server.log.show();
  }
}
