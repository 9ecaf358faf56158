// Lends the editor's language models to the server: answers `lintel/model` and tells which there are (`lintel/models`).
import * as vscode from 'vscode';
import { LSPErrorCodes, ProgressType, ResponseError } from 'vscode-languageclient/node';
import { ask, chosen, NotAnswered, type ModelAnswer, type ModelParams } from './lending';
import { MODEL, MODELS } from './protocol';
import type { Server } from './server';

const PIECES = new ProgressType<string>();
const USED = 'lintel.editorModelsUsed';

/** Whether this editor has language models to lend; forks and older ones have not. */
export function lendsModel(): boolean {
  return typeof (vscode as { lm?: { selectChatModels?: unknown } }).lm?.selectChatModels === 'function';
}

export class EditorModel implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[] = [];

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly server: Server,
  ) {
    if (!lendsModel()) return;
    server.onRequest(MODEL, (params, token) => this.answer(params as ModelParams, token));
    this.subscriptions.push(
      server.onLife((life) => {
        if (life === 'running') void this.tell();
      }),
      vscode.lm.onDidChangeChatModels(() => void this.tell()),
      context.languageModelAccessInformation.onDidChange(() => void this.tell()),
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

  /**
   * Whether a model may be asked for what no person has asked for: VS Code lets it be, and a command has used it before.
   * Newer versions of VS Code say that they let every model be asked, also before they have asked the person.
   */
  private allowed(model: vscode.LanguageModelChat): boolean {
    const lets = this.context.languageModelAccessInformation.canSendRequest(model) === true;
    return lets && this.used.includes(model.id);
  }

  private get used(): string[] {
    return this.context.globalState.get<string[]>(USED, []);
  }

  private async noteUsed(model: string): Promise<void> {
    if (this.used.includes(model)) return;
    await this.context.globalState.update(USED, [...this.used, model]);
    await this.tell();
  }

  private async answer(params: ModelParams, token: vscode.CancellationToken): Promise<ModelAnswer> {
    const piece = (text: string) =>
      void this.server.running.sendProgress(PIECES, params.partialResultToken, text).catch(() => undefined);
    try {
      const model = chosen(await vscode.lm.selectChatModels(), params.model);
      const answer = await ask(model, params, this.allowed(model), message, piece, token);
      if (params.byPerson) void this.noteUsed(model.id);
      return answer;
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
