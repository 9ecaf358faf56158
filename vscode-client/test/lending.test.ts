import * as assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, chosen, NotAnswered, type Chat, type ModelParams } from '../src/lending';

interface Message {
  role: string;
  content: string;
}

const PARAMS: ModelParams = {
  model: '',
  messages: [
    { role: 'user', content: 'the rules' },
    { role: 'assistant', content: 'an answer' },
  ],
  byPerson: true,
  partialResultToken: 't',
};
const TOKEN = { isCancellationRequested: false };

/** A model that answers with these pieces and then, perhaps, fails. */
function model(pieces: string[], more: { before?: Error; after?: Error; most?: number; uncounted?: boolean } = {}) {
  const sent: Message[][] = [];
  const chat: Chat<Message, typeof TOKEN> = {
    id: 'gpt-x-1',
    name: 'GPT X',
    family: 'gpt-x',
    maxInputTokens: more.most ?? 1000,
    sendRequest: (messages) => {
      sent.push(messages);
      if (more.before) return Promise.reject(more.before);
      return Promise.resolve({ text: stream(pieces, more.after) });
    },
    countTokens: (text) => (more.uncounted ? Promise.reject(new Error('no')) : Promise.resolve(text.length)),
  };
  return { chat, sent };
}

async function* stream(pieces: string[], failure?: Error): AsyncGenerator<string> {
  for (const piece of pieces) yield await Promise.resolve(piece);
  if (failure) throw failure;
}

function error(code: string, message: string, cause?: Error): Error {
  return Object.assign(new Error(message), { code, cause });
}

async function told(chat: Chat<Message, typeof TOKEN>, params = PARAMS, allowed?: boolean) {
  const pieces: string[] = [];
  const answer = await ask(
    chat,
    params,
    allowed,
    (message) => message,
    (text) => void pieces.push(text),
    TOKEN,
  );
  return { answer, pieces };
}

test('the pieces are passed on, and the answer says which model gave it and what it took', async () => {
  const { chat, sent } = model(['{"a"', ': 1}']);
  const { answer, pieces } = await told(chat);
  assert.deepEqual(pieces, ['{"a"', ': 1}']);
  assert.deepEqual(answer, { text: '{"a": 1}', model: 'gpt-x-1', inputTokens: 19, outputTokens: 8 });
  assert.deepEqual(sent, [PARAMS.messages]);
});

test('a model that cannot count says nothing of tokens', async () => {
  assert.deepEqual((await told(model(['x'], { uncounted: true }).chat)).answer, { text: 'x', model: 'gpt-x-1' });
});

test('what nobody asked for needs that somebody has agreed before', async () => {
  for (const allowed of [undefined, false]) {
    const { chat, sent } = model(['x']);
    await assert.rejects(told(chat, { ...PARAMS, byPerson: false }, allowed), { reason: 'NoPermissions' });
    assert.deepEqual(sent, []);
  }
  assert.equal((await told(model(['x']).chat, { ...PARAMS, byPerson: false }, true)).answer.text, 'x');
});

test('refusals keep their code and what the editor says, also in the middle of an answer', async () => {
  const cases: [Error, string, string][] = [
    [error('NoPermissions', 'declined'), 'NoPermissions', 'declined'],
    [error('Blocked', 'quota used up'), 'Blocked', 'quota used up'],
    [error('NotFound', 'gone'), 'NotFound', 'gone'],
    [error('Unknown', '', new Error('502 of the gateway')), 'Unknown', '502 of the gateway'],
    [error('Unknown', 'it failed', new Error('502')), 'Unknown', 'it failed: 502'],
    [new Error('plainly broken'), 'Unknown', 'plainly broken'],
  ];
  for (const [failure, reason, message] of cases) {
    await assert.rejects(told(model([], { before: failure }).chat), { reason, message });
    await assert.rejects(told(model(['half'], { after: failure }).chat), { reason, message });
  }
});

test('a request that is too large is not sent', async () => {
  const { chat, sent } = model(['x'], { most: 18 });
  await assert.rejects(told(chat), { reason: 'TooLarge', message: '19 tokens, and GPT X takes 18' });
  assert.deepEqual(sent, []);
});

test('a model is chosen by id, family or name, else the first', () => {
  const models = [model([]).chat, { ...model([]).chat, id: 'b-1', family: 'b', name: 'B' }];
  assert.equal(chosen(models, ''), models[0]);
  for (const wanted of ['b-1', 'b', 'B']) assert.equal(chosen(models, wanted), models[1]);
  assert.throws(() => chosen(models, 'c'), new NotAnswered('NotFound', 'c was asked for, and it has gpt-x, b'));
  assert.throws(() => chosen([], ''), new NotAnswered('NotFound', 'it has none'));
});
