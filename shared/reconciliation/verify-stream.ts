// Verifies one member's stream: sequence, chain, identities, position = fold, and replay, against the stored text byte
// by byte. It believes nothing of an entry but its text. Pure but for loading releases: no client, no clock.

import { InvariantError } from '../assert.ts';
import { applyEffects } from '../ledger/apply-effects.ts';
import { encodeBody, encodePosition, entryHash, genesis, unseal } from '../ledger/codec.ts';
import { creditAccount } from '../ledger/credit-account.ts';
import type { Entry, EntryBody } from '../ledger/entry.ts';
import { checkEntry } from '../ledger/identities.ts';
import type { StoredEntry } from '../ledger/port.ts';
import { EMPTY_POSITION, type Position } from '../ledger/position.ts';
import { decideEntryAgain, type ReleaseOf } from './decide-entry-again.ts';
import type { Finding, FindingCode } from './findings.ts';

/** Where a stream stood when it was sealed outside the table. */
export interface HeadAnchor {
  readonly seq: number;
  readonly hash: string;
}

export interface VerifyOptions {
  readonly releaseOf: ReleaseOf;
  /** Sealed heads of this stream, if any. */
  readonly anchors?: readonly HeadAnchor[];
  /** Full replay: what deciding the raw claim again says against the entry; undefined when it agrees. */
  readonly againstRaw?: (entry: Entry, before: Position) => Promise<Finding | undefined>;
  /** false: only the chain, as somebody without releases could check it. */
  readonly replay?: boolean;
}

/** Verifies the entries of one stream, in the order of their sequence numbers. No findings: it holds. */
export async function verifyStream(
  stream: string,
  rows: readonly StoredEntry[],
  options: VerifyOptions,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const found = (seq: number, code: FindingCode, detail: string): void =>
    void findings.push({ stream, seq, code, detail });
  const history: Entry[] = [];
  const byClaim = new Map<string, Entry[]>();
  let position: Position | undefined = EMPTY_POSITION;
  let whole = true;
  let [expected, prev] = [1, genesis(stream)];

  for (const { place, text, hash } of rows) {
    const { seq } = place;
    if (place.stream !== stream) found(seq, 'entry-out-of-place', 'stream');
    if (seq < expected) found(seq, 'sequence-repeated', `expected ${expected}`);
    if (seq > expected) found(expected, 'sequence-gap', `${expected} to ${seq - 1} are missing`);
    if (seq !== expected) [position, whole] = [undefined, false];
    if (place.prev !== prev) found(seq, 'chain-broken', 'prev');
    if (entryHash(place, text) !== hash) found(seq, 'hash-wrong', 'hash');
    [expected, prev] = [seq + 1, hash];

    let entry: Entry;
    try {
      entry = unseal(place, text, hash);
    } catch {
      found(seq, 'text-unreadable', 'text');
      [position, whole] = [undefined, false];
      continue;
    }
    const sameKey = byClaim.get(place.claimKey) ?? [];
    if (position !== undefined) {
      checkIdentities(entry, position, found);
      if (options.replay !== false)
        await checkReplay(entry, { position, history, sameKey, whole }, options, found);
      const against = await options.againstRaw?.(entry, position);
      if (against) findings.push(against);
    }
    history.push(entry);
    if (sameKey.push(entry) === 1) byClaim.set(place.claimKey, sameKey);
    position = entry.body.position;
  }
  for (const anchor of options.anchors ?? []) checkAnchor(rows, anchor, found);
  return findings;
}

type Found = (seq: number, code: FindingCode, detail: string) => void;

/** L6 and L7: the identities, and the position as the fold of the entries. */
function checkIdentities(entry: Entry, before: Position, found: Found): void {
  const { seq } = entry.place;
  try {
    checkEntry(entry, before);
    const folded = fold(entry.body, before);
    if (folded !== undefined && encodePosition(folded) !== encodePosition(entry.body.position))
      found(seq, 'position-not-fold', differing(encodePosition(folded), encodePosition(entry.body.position)));
  } catch (error) {
    if (error instanceof InvariantError) return found(seq, 'identity-broken', error.message);
    found(seq, 'text-unreadable', 'a member of the text is missing, or of another type');
  }
}

/** The position after an entry; undefined for corrections, whose position only the whole stream can give. */
function fold(body: EntryBody, before: Position): Position | undefined {
  switch (body.kind) {
    case 'settlement': {
      if (body.adjustments) return undefined;
      const { servedUntil } = body.position;
      if (before.servedUntil !== undefined && body.servedOn <= before.servedUntil) return undefined;
      return {
        ...applyEffects(before, body.effects),
        ...(servedUntil === undefined ? {} : { servedUntil: body.servedOn }),
      };
    }
    case 'reversal':
      return undefined;
    case 'enrolment':
      return { ...before, enrolment: body.enrolment };
    case 'account-credit':
      return creditAccount(before, body.amount, body.creditedOn);
    default:
      return before;
  }
}

/** L10, and with it L3, L5 and L8: the record decided again gives the same bytes. */
async function checkReplay(
  entry: Entry,
  before: {
    readonly position: Position;
    readonly history: readonly Entry[];
    readonly sameKey: readonly Entry[];
    readonly whole: boolean;
  },
  { releaseOf }: VerifyOptions,
  found: Found,
): Promise<void> {
  const { seq } = entry.place;
  const { body } = entry;
  // After a gap nothing can be said of what depends on the entries that are gone.
  if (!before.whole && (body.kind !== 'settlement' || body.adjustments)) return;
  let again: EntryBody;
  try {
    again = await decideEntryAgain(entry, before.whole ? before : { ...before, sameKey: [] }, releaseOf);
  } catch (error) {
    if (error instanceof InvariantError) return found(seq, 'replay-differs', error.message);
    return found(seq, 'replay-impossible', 'release' in body ? body.release : body.kind);
  }
  const text = encodeBody(again);
  if (text !== entry.text) found(seq, 'replay-differs', differing(text, entry.text));
}

function checkAnchor(rows: readonly StoredEntry[], { seq, hash }: HeadAnchor, found: Found): void {
  const guess = rows[seq - 1];
  const sealed = guess?.place.seq === seq ? guess : rows.find(({ place }) => place.seq === seq);
  const last = rows.reduce((most, { place }) => Math.max(most, place.seq), 0);
  if (last < seq) return found(last + 1, 'head-behind-anchor', `sealed up to ${seq}, stands at ${last}`);
  if (sealed !== undefined && sealed.hash !== hash) found(seq, 'anchor-differs', 'hash');
}

/** Names of the members that differ between two texts: enough to look, and nobody's data. */
function differing(expected: string, stored: string): string {
  const names = (a: unknown, b: unknown, path: string, depth: number): string[] => {
    if (JSON.stringify(a) === JSON.stringify(b)) return [];
    const objects = [a, b].every((each) => typeof each === 'object' && each !== null && !Array.isArray(each));
    if (!objects || depth === 0) return [path];
    const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
    return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) =>
      names(left[key], right[key], path === '' ? key : `${path}.${key}`, depth - 1),
    );
  };
  try {
    const list = names(JSON.parse(expected), JSON.parse(stored), '', 2);
    return list.length === 0 ? 'order of members' : list.slice(0, 8).join(', ');
  } catch {
    return 'text';
  }
}
