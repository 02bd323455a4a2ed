// A quote's promise, as text that the provider carries: what it was computed on, what it came to, until when. It
// needs no register: nothing is ever paid because of it, a claim that names it is only *not* paid otherwise. So a
// forged one can do no more than have its own claim refused.

import { encodePosition, sha256 } from '../ledger/codec.ts';
import type { Position } from '../ledger/position.ts';
import type { Amounts, Denial } from '../policy/adjudication.ts';
import { denialOf } from '../policy/denials.ts';
import { canonicalJson } from '../claim/content-hash.ts';

/** What a quote was computed on, and what it came to. */
export interface Quote {
  /** Content of the claim, release, and position it was computed on. */
  readonly content: string;
  readonly release: string;
  readonly position: string;
  /** Number of the member's newest entry then, 0 for none: where an explanation finds that position again. */
  readonly seq: number;
  readonly amounts: string;
  /** Epoch milliseconds. */
  readonly validUntil: number;
}

/** What may have changed since a quote, in the order people ask. */
export const CHANGES = ['claim', 'policy', 'position', 'late', 'expired', 'unreadable'] as const;
export type Change = (typeof CHANGES)[number];
const CHANGE_ZH: Readonly<Record<Change, string>> = {
  claim: '单据内容',
  policy: '政策版本',
  position: '待遇累计',
  late: '按服务日期顺序补结',
  expired: '已过有效期',
  unreadable: '无法识别',
};

const digest = (text: string): string => sha256(text).slice(0, 22);
const digestOfAmounts = (amounts: Amounts): string => digest(canonicalJson(amounts));
const digestOfPosition = (position: Position): string => digest(encodePosition(position));

/** Makes the quote id: the quote itself, base64url. */
export function quoteId(
  of: Pick<Quote, 'content' | 'release' | 'seq' | 'validUntil'> & {
    readonly position: Position;
    readonly amounts: Amounts;
  },
): string {
  const { content, release, position, seq, amounts, validUntil } = of;
  const parts = [1, content, release, digestOfPosition(position), seq, digestOfAmounts(amounts), validUntil];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Reads a quote id; undefined when it is none of ours. */
export function readQuote(id: string): Quote | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(id, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts.length !== 7) return undefined;
  const [version, content, release, position, seq, amounts, validUntil] = parts as unknown[];
  const texts = [content, release, position, amounts].every((part) => typeof part === 'string');
  if (version !== 1 || !texts || !Number.isSafeInteger(seq) || !Number.isSafeInteger(validUntil))
    return undefined;
  return { content, release, position, seq, amounts, validUntil } as Quote;
}

/** What is known of a claim that names a quote, when it is decided. */
export interface DecidedNow {
  readonly content: string;
  readonly release: string;
  readonly position: Position;
  readonly amounts: Amounts;
  /** The moment the claim was sent, epoch milliseconds. */
  readonly at: number;
  /** It was decided in the place of its service day, before others that were there first. */
  readonly late?: boolean;
}

/** A claim that names a quote is settled exactly as quoted, or denied with what changed since. */
export function quoteNotKept(id: string, now: DecidedNow): Denial | undefined {
  const changes = changesSince(id, now);
  return (
    changes &&
    denialOf('quote-not-kept', {
      changed: changes.join(', '),
      changedZh: changes.map((change) => CHANGE_ZH[change]).join('、'),
    })
  );
}

/**
 * Why a claim that names a quote does not come to it; undefined when it does, to the fen, whatever changed meanwhile.
 */
export function changesSince(id: string, now: DecidedNow): readonly Change[] | undefined {
  const quote = readQuote(id);
  if (quote === undefined) return ['unreadable'];
  if (quote.amounts === digestOfAmounts(now.amounts)) return undefined;
  const changes: Change[] = [];
  if (quote.content !== now.content) changes.push('claim');
  if (quote.release !== now.release) changes.push('policy');
  if (quote.position !== digestOfPosition(now.position)) changes.push('position');
  if (now.late === true) changes.push('late');
  if (now.at > quote.validUntil) changes.push('expired');
  // The same claim, policy and position come to the same amounts; if they did not, somebody wrote the quote himself.
  return changes.length > 0 ? changes : ['unreadable'];
}
