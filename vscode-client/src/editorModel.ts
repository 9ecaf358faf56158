// Lends the editor's language models to the server: answers `lintel/model` and tells which there are (`lintel/models`).
import * as vscode from 'vscode';
import { LSPErrorCodes, ProgressType, ResponseError } from 'vscode-languageclient/node';
import { ask, chosen, NotAnswered, type ModelAnswer, type ModelParams } from './lending';
import { MODEL, MODELS } from './protocol';
import type { Server } from './server';

const PIECES = new ProgressType<string>();

/** Whether this editor has language models to lend; forks and older ones have not. */
export function lendsModel(): boolean {
  return typeof (vscode as { lm?: { selectChatModels?: unknown } }).lm?.selectChatModels === 'function';
}

export class EditorModel implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[] = [];

  constructor(
    private readonly access: vscode.LanguageModelAccessInformation,
    private readonly server: Server,
  ) {
    if (!lendsModel()) return;
    server.onRequest(MODEL, (params, token) => this.answer(params as ModelParams, token));
    this.subscriptions.push(
      server.onLife((life) => {
        if (life === 'running') void this.tell();
      }),
      vscode.lm.onDidChangeChatModels(() => void this.tell()),
      access.onDidChange(() => void this.tell()),
    );
  }

  dispose(): void {
    this.subscriptions.forEach((subscription) => {
      subscription.dispose();
    });
  }

  private async tell(): Promise<void> {
    const models = await vscode.lm.selectChatModels();
    if (this.server.life !== 'running') return;
    const told = { models: models.map((model) => model.id), allowed: models.some((model) => this.allowed(model)) };
    await this.server.running.sendNotification(MODELS, told);
  }

  private allowed(model: vscode.LanguageModelChat): boolean | undefined {
    return this.access.canSendRequest(model);
  }

  private async answer(params: ModelParams, token: vscode.CancellationToken): Promise<ModelAnswer> {
    const piece = (text: string) =>
      void this.server.running.sendProgress(PIECES, params.partialResultToken, text).catch(() => undefined);
    try {
      const model = chosen(await vscode.lm.selectChatModels(), params.model);
      return await ask(model, params, this.allowed(model), message, piece, token);
    } catch (error) {
      if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
      if (!(error instanceof NotAnswered)) throw error;
      this.server.log.warn(`The editor's language model: ${error.reason} ${error.message}`);
      throw new ResponseError(LSPErrorCodes.RequestFailed, error.message, { reason: error.reason });
    }
  }
}

function message({ role, content }: { role: string; content: string }): vscode.LanguageModelChatMessage {
  const { Assistant, User } = vscode.LanguageModelChatMessageRole;
  return new vscode.LanguageModelChatMessage(role === 'assistant' ? Assistant : User, content);
}
