// How one of the editor's language models answers a request of the server; apart from the editor so that it can be tested.

export interface ModelParams {
  /** Which model is wanted: its id, family or name; empty: any. */
  model: string;
  messages: { role: string; content: string }[];
  /** Whether a person asked for it, so that the editor may ask them whether it is allowed. */
  byPerson: boolean;
  partialResultToken: string;
}

export interface ModelAnswer {
  text: string;
  model: string;
  inputTokens?: number;
  outputTokens?: number;
}

/** What is used of a model of the editor; `Message` and `Token` are the editor's own. */
export interface Chat<Message, Token> {
  readonly id: string;
  readonly name: string;
  readonly family: string;
  readonly maxInputTokens: number;
  sendRequest(
    messages: Message[],
    options?: { justification?: string },
    token?: Token,
  ): PromiseLike<{ text: AsyncIterable<string> }>;
  countTokens(text: string, token?: Token): PromiseLike<number>;
}

/** Why there is no answer; `reason` is a word that the server knows, the message what the editor says. */
export class NotAnswered extends Error {
  constructor(
    readonly reason: string,
    message = '',
  ) {
    super(message);
  }
}

const JUSTIFICATION = 'Lintel has it write and repair infrastructure code, which is then checked by linters.';

/** The model that is wanted, or the first. Raises NotAnswered. */
export function chosen<C extends { id: string; name: string; family: string }>(models: C[], wanted: string): C {
  const found = models.find((model) => !wanted || [model.id, model.family, model.name].includes(wanted));
  if (found) return found;
  const there =
    models.length > 0 ? `it has ${[...new Set(models.map((model) => model.family))].join(', ')}` : 'it has none';
  throw new NotAnswered('NotFound', wanted ? `${wanted} was asked for, and ${there}` : there);
}

/** Asks a model and passes the pieces of its answer on. Raises NotAnswered. */
export async function ask<Message, Token>(
  model: Chat<Message, Token>,
  params: ModelParams,
  allowed: boolean | undefined,
  toMessage: (message: { role: string; content: string }) => Message,
  piece: (text: string) => void,
  token: Token,
): Promise<ModelAnswer> {
  if (!params.byPerson && allowed !== true) {
    throw new NotAnswered('NoPermissions', 'it is asked for while you type only after a command of yours has used it');
  }
  try {
    const inputTokens = await counted(model, params.messages.map((message) => message.content).join('\n'), token);
    if (inputTokens !== undefined && inputTokens > model.maxInputTokens) {
      const most = `${inputTokens} tokens, and ${model.name} takes ${model.maxInputTokens}`;
      throw new NotAnswered('TooLarge', most);
    }
    const response = await model.sendRequest(params.messages.map(toMessage), { justification: JUSTIFICATION }, token);
    let text = '';
    for await (const part of response.text) {
      text += part;
      piece(part);
    }
    const outputTokens = await counted(model, text, token);
    return {
      text,
      model: model.id,
      ...(inputTokens === undefined ? {} : { inputTokens }),
      ...(outputTokens === undefined ? {} : { outputTokens }),
    };
  } catch (error) {
    throw error instanceof NotAnswered ? error : refusal(error);
  }
}

/** Nothing where the model cannot count. */
async function counted<Message, Token>(
  model: Chat<Message, Token>,
  text: string,
  token: Token,
): Promise<number | undefined> {
  try {
    return await model.countTokens(text, token);
  } catch {
    return undefined;
  }
}

/** An error of the editor, which says by its `code` what it is; the cause of an unknown one says more than it does. */
function refusal(error: unknown): NotAnswered {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  const said = error instanceof Error ? error.message : String(error);
  const more =
    cause instanceof Error && !said.includes(cause.message) ? `${said ? `${said}: ` : ''}${cause.message}` : said;
  return new NotAnswered(typeof code === 'string' ? code : 'Unknown', more);
}
