// A language model of the editor that plays what stands in LINTEL_LENT/play.json and keeps what it was asked beside it.
const fs = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');

const FOLDER = process.env.LINTEL_LENT;
const MODEL = {
  id: 'lent-1',
  name: 'Lent',
  family: 'lent',
  version: '1',
  maxInputTokens: 100_000,
  maxOutputTokens: 10_000,
  capabilities: {},
};

function textOf(message) {
  return message.content.map((part) => part.value ?? '').join('');
}

exports.activate = (context) => {
  if (!FOLDER || !vscode.lm?.registerLanguageModelChatProvider) return;
  const changed = new vscode.EventEmitter();
  const here = () => fs.existsSync(path.join(FOLDER, 'play.json'));
  const played = () => JSON.parse(fs.readFileSync(path.join(FOLDER, 'play.json'), 'utf8'));
  fs.watch(FOLDER, () => changed.fire());
  const provider = {
    onDidChangeLanguageModelChatInformation: changed.event,
    provideLanguageModelChatInformation: () => (here() ? [{ ...MODEL, id: played().id ?? MODEL.id }] : []),
    provideTokenCount: (_model, text) => Promise.resolve((typeof text === 'string' ? text : textOf(text)).length),
    async provideLanguageModelChatResponse(_model, messages, _options, progress, token) {
      const play = played();
      fs.appendFileSync(path.join(FOLDER, 'asked.jsonl'), `${JSON.stringify(messages.map(textOf))}\n`);
      if (play.error) throw vscode.LanguageModelError[play.error](play.message);
      for (let at = 0; at < play.text.length; at += 20) {
        progress.report(new vscode.LanguageModelTextPart(play.text.slice(at, at + 20)));
        if (play.hold) {
          await new Promise((resolve) => token.onCancellationRequested(resolve));
          fs.writeFileSync(path.join(FOLDER, 'cancelled'), '');
          throw new vscode.CancellationError();
        }
      }
    },
  };
  context.subscriptions.push(vscode.lm.registerLanguageModelChatProvider('lintel-tests', provider));
};
