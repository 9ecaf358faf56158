// What client and server say to each other beyond plain LSP.
import type { Position, Range, WorkspaceEdit } from 'vscode-languageclient/node';

export const REPAIR = 'lintel/repair';
export const GENERATE = 'lintel/generate';
export const CHANGE = 'lintel/change';
export const EXPLAIN = 'lintel/explain';
export const ATTEMPTS = 'lintel/attempts';
export const TRACE = 'lintel/trace';
export const USAGE = 'lintel/usage';
export const KEY = 'lintel/key';
export const MODEL = 'lintel/model';
export const MODELS = 'lintel/models';
export const STATUS = 'lintel/status';
export const SUGGESTION = 'lintel/suggestion';

export type Applicability = 'safe' | 'unsafe' | 'display-only';
export type Stop = 'clean' | 'stalled' | 'regressed' | 'budget' | 'unchanged';

/** A whole new text, for the diff view. */
export interface NewText {
  uri: string;
  version?: number | null;
  text: string;
}

export interface RepairParams {
  textDocument: { uri: string; version: number };
  range?: Range;
  workDoneToken?: string;
}

export interface GenerateParams {
  textDocument: { uri: string; version: number };
  position: Position;
  intent?: string;
  workDoneToken?: string;
}

export interface ChangeParams {
  textDocument: { uri: string; version: number };
  range: Range;
  words: string;
  workDoneToken?: string;
}

export interface ExplainParams {
  textDocument: { uri: string; version: number };
  range: Range;
  /** Whether a model is asked, too. */
  model?: boolean;
}

/**
 * What is known of the findings at a place; `brief` is the same for who can show but a few lines. `asks` says that a model
 * may be asked for more; `added` is what one said, or why it did not, to stand under `markdown`.
 */
export interface Explanation {
  title: string;
  markdown: string;
  brief: string;
  asks: boolean;
  added: string;
}

/** What a run of the loop came to; `message` is a sentence for a person, `wantsKey` says that a key would have brought a model. */
export interface Result {
  wantsKey: boolean;
  stop: Stop;
  message: string;
  evidence: string;
  applicability: Applicability;
  edit: WorkspaceEdit | null;
  documents: NewText[];
  attempts: number;
}

export interface Attempt {
  proposer: string;
  title: string;
  accepted: boolean;
  feedback: string;
  seconds: number;
  diff: string;
  findings: string[];
}

export interface ModelRequest {
  id: string | number;
  time: string;
  provider: string;
  model: string;
  request: unknown;
  response: string;
  stop: string | null;
  usage: unknown;
}

export interface LinterStatus {
  name: string;
  state: 'idle' | 'running' | 'not run' | 'not installed' | 'off';
  reason: string;
}

export interface ModelStatus {
  name: string;
  state: 'idle' | 'running' | 'unavailable' | 'off';
  reason: string;
}

/** Tokens and US dollars; `cachedTokens` are those that the provider had in its cache, `estimated` where some of the tokens are. */
export interface Spend {
  estimated?: boolean;
  cachedTokens?: number;
  requests: number;
  inputTokens: number;
  outputTokens: number;
  cost: number;
}

/** What the verdict on a document, or on the module of a folder, leaves out. */
export interface Notes {
  uri: string;
  notes: string[];
}

export interface Status {
  linters: LinterStatus[];
  model: ModelStatus;
  session: Spend;
  /** What all of Lintel's processes have spent today. */
  today?: Spend;
  notes: Notes[];
}

/** A background repair after a save; no edit withdraws the one before. */
export interface Suggestion {
  uri: string;
  version: number;
  title: string;
  evidence: string;
  applicability: Applicability;
  edit: WorkspaceEdit | null;
  documents: NewText[];
}

/** What the server sends by itself. */
export interface Notifications {
  [STATUS]: Status;
  [SUGGESTION]: Suggestion;
}
