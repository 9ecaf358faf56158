// The words of the status item, apart from the editor so that they can be tested.
import type { LinterStatus, ModelStatus, Spend, Status } from './protocol';

/** What the client itself knows of the server's life. */
export type Life = 'starting' | 'running' | 'restarting' | 'stopped' | 'missing';

export const LIFE_TEXT: Record<Life, string> = {
  starting: '$(sync~spin) Lintel',
  running: '$(check) Lintel',
  restarting: '$(sync~spin) Lintel: restarting',
  stopped: '$(error) Lintel: stopped',
  missing: '$(error) Lintel: no server',
};

/** The line in the status bar. */
export function barText(life: Life, status: Status | undefined): string {
  if (life !== 'running' || !status) return LIFE_TEXT[life];
  const spend = spendShort(status.session);
  const running = status.linters.filter((linter) => linter.state === 'running').map((linter) => linter.name);
  if (status.model.state === 'running') return `$(sparkle) Lintel: ${status.model.name}${spend}`;
  if (running.length > 0) return `$(sync~spin) Lintel: ${running.join(', ')}${spend}`;
  return `${needsAttention(status) ? '$(warning)' : '$(check)'} Lintel${spend}`;
}

/** Whether a part that should work does not. */
export function needsAttention(status: Status): boolean {
  return status.linters.some((linter) => linter.state === 'not run');
}

/** What the newest verdict on a document leaves out, as sentences. */
export function notesOn(uri: string | undefined, status: Status | undefined): string[] {
  const folder = uri?.slice(0, uri.lastIndexOf('/'));
  return (status?.notes ?? []).filter((of) => of.uri === uri || of.uri === folder).flatMap((of) => of.notes);
}

/** Markdown for the tooltip. Command links are on the list of trusted ones in the status item. */
export function tooltip(life: Life, status: Status | undefined, uri?: string): string {
  if (life === 'missing') return "Lintel's language server was not found. [Install it](command:lintel.installServer)";
  if (life === 'stopped')
    return 'The server has stopped. [Restart](command:lintel.restartServer) · [Log](command:lintel.showLog)';
  if (life !== 'running' || !status) return 'The server is starting.';
  const rows = status.linters.map(
    (linter) => `| ${linterIcon(linter)} ${cell(linter.name)} | ${cell(stateWords(linter))} |`,
  );
  rows.push(`| ${modelIcon(status.model)} ${cell(status.model.name || 'model')} | ${cell(stateWords(status.model))} |`);
  return [
    '**Lintel**\n',
    '| | |\n|---|---|',
    ...rows,
    ...notesOn(uri, status).map((note) => `\n$(info) ${cell(note)}`),
    `\n${spendWords(status.session)}\n`,
    ...todayWords(status).map((words) => `\n${words}\n`),
    '[Model requests](command:lintel.showTrace) · [Log](command:lintel.showLog) · [Restart](command:lintel.restartServer)',
  ].join('\n');
}

/** What a screen reader says of it. */
export function spokenText(life: Life, status: Status | undefined, uri?: string): string {
  if (life !== 'running' || !status) return withoutIcons(LIFE_TEXT[life]);
  const parts = [...status.linters, { ...status.model, name: status.model.name || 'model' }];
  const states = parts.map((part) => `${part.name} ${stateWords(part)}`);
  return ['Lintel', ...states, ...notesOn(uri, status), spendWords(status.session), ...todayWords(status)].join(', ');
}

export function stateWords(part: { state: string; reason: string }): string {
  return part.reason ? `${part.state}: ${part.reason}` : part.state;
}

/** For example `3 requests · 12,400 tokens in · 830 out · $0.05`. */
export function spendWords(spend: Spend): string {
  if (spend.requests === 0) return 'No request to a model in this session';
  const requests = `${spend.requests} request${spend.requests === 1 ? '' : 's'}`;
  const about = spend.estimated ? 'about ' : '';
  const share = spend.cachedTokens ? Math.round((100 * spend.cachedTokens) / spend.inputTokens) : 0;
  const cached = share > 0 ? ` (${share} % from the cache)` : '';
  return `${requests} · ${about}${count(spend.inputTokens)} tokens in${cached} · ${count(spend.outputTokens)} out${spend.cost > 0 ? ` · ${dollars(spend.cost)}` : ''}`;
}

/** What was spent today, where that is more than this session has. */
export function todayWords({ session, today }: Status): string[] {
  return today && today.requests > session.requests ? [`Today: ${spendWords(today)}`] : [];
}

/** With a blank before it; nothing where nothing was spent. */
function spendShort(spend: Spend): string {
  const tokens = spend.inputTokens + spend.outputTokens;
  if (spend.cost > 0) return ` ${dollars(spend.cost)}`;
  return tokens > 0 ? ` ${count(tokens)} tokens` : '';
}

function dollars(cost: number): string {
  return cost < 0.01 ? '<$0.01' : `$${cost.toFixed(2)}`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

export function linterIcon(linter: LinterStatus): string {
  return {
    idle: '$(check)',
    running: '$(sync~spin)',
    'not run': '$(warning)',
    'not installed': '$(info)',
    off: '$(circle-slash)',
  }[linter.state];
}

export function modelIcon(model: ModelStatus): string {
  return { idle: '$(sparkle)', running: '$(sync~spin)', unavailable: '$(warning)', off: '$(circle-slash)' }[
    model.state
  ];
}

function withoutIcons(text: string): string {
  return text.replace(/\$\([a-z~-]+\) ?/g, '');
}

function cell(text: string): string {
  return text.replace(/[\\|`*_<>[\]]/g, '\\$&').replace(/\s+/g, ' ');
}
