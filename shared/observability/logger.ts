// The one way to write a log line, and the one place of redaction. A line is an event's name and facts; facts that
// are not on the list below are left out, texts only pass if they look like an id or a code, and an error is reduced
// to its name, code and stack (its message may quote what was sent). So nobody has to remember what may be logged.

import { Logger } from '@aws-lambda-powertools/logger';
import { InvariantError } from '../assert.ts';

/** Everything a line may say besides the event's name. Nothing here can name a person. */
export const LOGGABLE = [
  'awsRequestId',
  'batchId',
  'batchIndex',
  'bytes',
  'code',
  'count',
  'failed',
  'functionName',
  'index',
  'messageId',
  'milliseconds',
  'month',
  'operation',
  'outcome',
  'queue',
  'reason',
  'receiveCount',
  'releaseId',
  'requestId',
  'route',
  'run',
  'seq',
  'shard',
  'status',
  'table',
] as const;
export type LogFacts = Readonly<Partial<Record<(typeof LOGGABLE)[number], string | number | boolean>>>;

/** What functions log to. */
export interface Log {
  info(event: string, facts?: LogFacts): void;
  warn(event: string, facts?: LogFacts, error?: unknown): void;
  error(event: string, facts?: LogFacts, error?: unknown): void;
}

/** A log that says nothing; for tests and pure runs. */
export const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** The log of one function: JSON lines by Powertools, level from the platform's settings. */
export function functionLog(service: string, stage: string): Log {
  const logger = new Logger({ serviceName: service, persistentKeys: { stage } });
  return {
    info: (event, facts) => logger.info(event, redact(facts)),
    warn: (event, facts, error) => logger.warn(event, { ...redact(facts), ...describe(error) }),
    error: (event, facts, error) => logger.error(event, { ...redact(facts), ...describe(error) }),
  };
}

const LOGGABLE_NAMES: ReadonlySet<string> = new Set(LOGGABLE);
/** Ids, codes and route keys: no spaces but one before a path, no Chinese. */
const LOGGABLE_TEXT = /^[A-Za-z0-9_.:/{}+=@-]{0,200}( [A-Za-z0-9_.:/{}-]{1,100})?$/;
/** A resident's identity number, wherever it may have come from. */
const IDENTITY_NUMBER = /\d{17}[\dXx]/;

/** Facts as they may be written. */
export function redact(facts: LogFacts = {}): Record<string, string | number | boolean> {
  const written: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(facts)) {
    if (!LOGGABLE_NAMES.has(name) || value === undefined) continue;
    const hidden = typeof value === 'string' && (!LOGGABLE_TEXT.test(value) || IDENTITY_NUMBER.test(value));
    written[name] = hidden ? '[redacted]' : value;
  }
  return written;
}

/** An error as it may be written: never its message, except of a broken invariant, which only names a rule of ours. */
export function describe(error: unknown): Record<string, string | number> {
  if (error === undefined) return {};
  if (!(error instanceof Error)) return { errorName: typeof error };
  const { code, $metadata } = error as {
    code?: unknown;
    $metadata?: { httpStatusCode?: number; requestId?: string };
  };
  return {
    errorName: error.name,
    ...(typeof code === 'string' && LOGGABLE_TEXT.test(code) ? { errorCode: code } : {}),
    ...($metadata?.httpStatusCode === undefined ? {} : { errorStatus: $metadata.httpStatusCode }),
    ...($metadata?.requestId === undefined ? {} : { errorRequestId: $metadata.requestId }),
    ...(error instanceof InvariantError ? { rule: error.message } : {}),
    errorAt: framesOf(error),
  };
}

/** Where it happened: the stack after the message it repeats, and of that only what looks like a frame. */
function framesOf({ stack = '', message }: Error): string {
  const frames = stack.slice(message === '' ? 0 : stack.indexOf(message) + message.length).split('\n');
  return frames
    .filter((line) => /^\s+at [^\s].*:\d+:\d+\)?$/.test(line))
    .slice(0, 6)
    .map((line) => line.trim())
    .join(' < ');
}
