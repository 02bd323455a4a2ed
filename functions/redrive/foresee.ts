// What would come of a dead letter if it were sent again now. Records are settled by the use case itself, on a view of
// the ledger that keeps what it would write to itself; batches are looked up. Nothing is written.

import type * as z from 'zod';
import { InvariantError } from '../../shared/assert.ts';
import type { BatchStore } from '../../shared/batch/port.ts';
import { decidedCount, NO_TOTALS } from '../../shared/batch/totals.ts';
import { type Heads, LedgerMoved } from '../../shared/ledger/append.ts';
import type { Entry } from '../../shared/ledger/entry.ts';
import type { LedgerStore } from '../../shared/ledger/port.ts';
import {
  closeMessage,
  type SettleMessage,
  settleMessage,
  splitMessage,
} from '../../shared/queue/messages.ts';
import type { DeadLetter, WorkQueueName } from '../../shared/queue/port.ts';
import type { Release } from '../../shared/reference/release.ts';
import { ReleaseUnusable } from '../../shared/reference/releases.ts';
import { settleRecord } from '../settle/settle-record.ts';

export interface ForeseeDeps {
  /** Of `ledgerView`: what is foreseen is put into it. */
  readonly view: LedgerStore;
  readonly batches: Pick<BatchStore, 'read'>;
  readonly release: (id: string) => Promise<Release>;
  readonly now: () => number;
}

/** What a dead letter is, as far as it may be told: no member, no amounts. */
export interface About {
  readonly type: SettleMessage['type'] | 'split' | 'close';
  readonly batchId: string;
  /** Records only. */
  readonly batchIndex?: number;
  readonly claimKey?: string;
  readonly stream?: string;
}

export const WOULD_FAIL = [
  'unreadable',
  'release-missing',
  'release-spoiled',
  'no-such-batch',
  'invariant-broken',
  'store-failed',
] as const;

export type Foreseen =
  /** Its record has its entry: it would be acknowledged, and nothing written. */
  | { readonly would: 'be-answered'; readonly entry: Entry }
  /** It would be decided so, in this place, if nothing else comes first. */
  | { readonly would: 'be-decided'; readonly entry: Entry }
  /** Its batch is through with this step: acknowledged, and nothing done. */
  | { readonly would: 'do-nothing' }
  /** Its batch would go on: so many records read, and so many of the accepted ones decided. */
  | { readonly would: 'go-on'; readonly read: number; readonly accepted: number; readonly decided: number }
  /** It would come back. `about`: a release, the places of a body, a rule, or the name of an error. */
  | { readonly would: 'fail'; readonly code: (typeof WOULD_FAIL)[number]; readonly about: string };

export interface Looked {
  /** Missing when it cannot be read. */
  readonly about?: About;
  readonly foreseen: Foreseen;
}

/** Foresees one dead letter. Never throws: what a store throws is an outcome too. */
export async function foresee(
  queue: WorkQueueName,
  { body }: DeadLetter,
  deps: ForeseeDeps,
): Promise<Looked> {
  const schema = { settle: settleMessage, split: splitMessage, close: closeMessage }[queue];
  const parsed = parse(schema, body);
  if (!parsed.ok) return { foreseen: { would: 'fail', code: 'unreadable', about: parsed.where } };
  const { message } = parsed;
  if (!('type' in message)) {
    const { batchId } = message;
    return {
      about: { type: queue as 'split' | 'close', batchId },
      foreseen: await ofBatch(queue, batchId, deps),
    };
  }
  const { type, batchId, batchIndex, claimKey, stream } = message;
  return { about: { type, batchId, batchIndex, claimKey, stream }, foreseen: await ofRecord(message, deps) };
}

/** Nothing is remembered: every head is read. */
const NO_HEADS: Heads = { get: () => undefined, set: () => {}, delete: () => {} };

async function ofRecord(message: SettleMessage, { view, release, now }: ForeseeDeps): Promise<Foreseen> {
  try {
    const { outcome, entry } = await settleRecord(message, now(), {
      ledger: view,
      heads: NO_HEADS,
      release,
      pause: async () => {},
    });
    return { would: outcome === 'answered' ? 'be-answered' : 'be-decided', entry };
  } catch (error) {
    return failing(error);
  }
}

async function ofBatch(queue: WorkQueueName, batchId: string, deps: ForeseeDeps): Promise<Foreseen> {
  try {
    const read = await deps.batches.read(batchId);
    if (!read) return { would: 'fail', code: 'no-such-batch', about: batchId };
    const { split, progress } = read;
    const through =
      split?.refused !== undefined || (queue === 'split' ? split?.done : progress?.completedAt !== undefined);
    if (through) return { would: 'do-nothing' };
    const decided = decidedCount(progress?.totals ?? NO_TOTALS);
    return { would: 'go-on', read: split?.read ?? 0, accepted: split?.accepted ?? 0, decided };
  } catch (error) {
    return failing(error);
  }
}

/** Names and codes only: the message of an error may quote what was sent. */
function failing(error: unknown): Foreseen {
  const fail = (code: (typeof WOULD_FAIL)[number], about: string): Foreseen => ({
    would: 'fail',
    code,
    about,
  });
  if (error instanceof ReleaseUnusable) return fail(error.code, error.releaseId);
  if (error instanceof InvariantError) return fail('invariant-broken', error.message);
  if (error instanceof LedgerMoved) return fail('store-failed', 'LedgerMoved');
  return fail('store-failed', error instanceof Error ? error.name : 'unknown');
}

type Message = z.infer<typeof splitMessage> | SettleMessage;
type Parsed =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly where: string };

/** The message of a body, or where it is not one: paths and codes, never a value. */
function parse(schema: { safeParse(value: unknown): z.ZodSafeParseResult<unknown> }, body: string): Parsed {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { ok: false, where: 'not JSON' };
  }
  const { success, data, error } = schema.safeParse(value);
  if (success) return { ok: true, message: data as Message };
  const places = error.issues.map(
    ({ path, code }) => `${path.length === 0 ? 'message' : path.join('.')} ${code}`,
  );
  return { ok: false, where: [...new Set(places)].slice(0, 5).join(', ') };
}
