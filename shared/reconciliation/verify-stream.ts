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
import { type Before, decideEntryAgain, type ReleaseOf } from './decide-entry-again.ts';
import { differing } from './differing.ts';
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
  /** Full replay: what settling the raw record again says against the entry; undefined when it agrees. */
  readonly againstRaw?: (entry: Entry, before: Before) => Promise<Finding | undefined>;
  /** false: only the chain, as somebody without releases could check it. */
  readonly replay?: boolean;
}

/** What the texts of entries say; undefined for one that cannot be read. Whoever needs them too hands them on. */
export const readEntries = (rows: readonly StoredEntry[]): (Entry | undefined)[] =>
  rows.map(({ place, text, hash }) => {
    try {
      return unseal(place, text, hash);
    } catch {
      return undefined;
    }
  });

/** Verifies the entries of one stream, in the order of their sequence numbers. No findings: it holds. */
export async function verifyStream(
  stream: string,
  rows: readonly StoredEntry[],
  options: VerifyOptions,
  read: readonly (Entry | undefined)[] = readEntries(rows),
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const found = (seq: number, code: FindingCode, detail: string): void =>
    void findings.push({ stream, seq, code, detail });
  const history: Entry[] = [];
  const byClaim = new Map<string, Entry[]>();
  let position: Position | undefined = EMPTY_POSITION;
  let whole = true;
  let [expected, prev] = [1, genesis(stream)];

  for (const [at, { place, text, hash }] of rows.entries()) {
    const { seq } = place;
    if (place.stream !== stream) found(seq, 'entry-out-of-place', 'stream');
    if (seq < expected) found(seq, 'sequence-repeated', `expected ${expected}`);
    if (seq > expected) found(expected, 'sequence-gap', `${expected} to ${seq - 1} are missing`);
    if (seq !== expected) [position, whole] = [undefined, false];
    if (place.prev !== prev) found(seq, 'chain-broken', 'prev');
    if (entryHash(place, text) !== hash) found(seq, 'hash-wrong', 'hash');
    [expected, prev] = [seq + 1, hash];

    const entry = read[at];
    if (entry === undefined) {
      found(seq, 'text-unreadable', 'text');
      [position, whole] = [undefined, false];
      continue;
    }
    const sameKey = byClaim.get(place.claimKey) ?? [];
    if (position !== undefined) {
      checkIdentities(entry, position, found);
      // Streams are long and answers nearly always at hand: nothing is awaited that need not be.
      const replayed =
        options.replay === false
          ? 'not-decided'
          : checkReplay(entry, { position, history, sameKey, whole }, options, found);
      const agrees = replayed instanceof Promise ? await replayed : replayed;
      if (agrees !== 'same-bytes') checkFold(entry, position, found);
      // After a gap nobody knows what a record was settled on.
      const against = whole ? await options.againstRaw?.(entry, { position, history, sameKey }) : undefined;
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

/** L6 and L7: the identities of the bill and of the counters. */
function checkIdentities(entry: Entry, before: Position, found: Found): void {
  guarded(entry, found, () => checkEntry(entry, before));
}

/** L7: the position as the fold of the entries. An entry that was decided again to the same bytes was folded by that. */
function checkFold(entry: Entry, before: Position, found: Found): void {
  guarded(entry, found, () => {
    const folded = fold(entry.body, before);
    if (folded === undefined) return;
    const [expected, stored] = [encodePosition(folded), encodePosition(entry.body.position)];
    if (expected !== stored) found(entry.place.seq, 'position-not-fold', differing(expected, stored));
  });
}

function guarded({ place }: Entry, found: Found, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (error instanceof InvariantError) return found(place.seq, 'identity-broken', error.message);
    found(place.seq, 'text-unreadable', 'a member of the text is missing, or of another type');
  }
}

/** The position after an entry; undefined for corrections, whose position only the whole stream can give. */
function fold(body: EntryBody, before: Position): Position | undefined {
  switch (body.kind) {
    case 'settlement': {
      if (body.adjustments || body.replaces !== undefined) return undefined;
      const { servedUntil } = body.position;
      if (before.servedUntil !== undefined && body.servedOn <= before.servedUntil) return undefined;
      return {
        ...applyEffects(before, body.effects),
        ...(servedUntil === undefined ? {} : { servedUntil: body.servedOn }),
      };
    }
    case 'denial':
      if (body.held === undefined) return before;
      if (body.adjustments || body.replaces !== undefined) return undefined;
      if (before.servedUntil !== undefined && body.servedOn <= before.servedUntil) return undefined;
      return { ...before, servedUntil: body.servedOn };
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

type Replayed = 'same-bytes' | 'other-bytes' | 'not-decided';

/** L10, and with it L3, L5 and L8: the record decided again gives the same bytes. Waits for a release at most. */
function checkReplay(
  entry: Entry,
  before: {
    readonly position: Position;
    readonly history: readonly Entry[];
    readonly sameKey: readonly Entry[];
    readonly whole: boolean;
  },
  { releaseOf }: VerifyOptions,
  found: Found,
): Replayed | Promise<Replayed> {
  const { seq } = entry.place;
  const { body } = entry;
  // After a gap nothing can be said of what depends on the entries that are gone.
  if (!before.whole && (body.kind !== 'settlement' || body.adjustments || body.replaces !== undefined))
    return 'not-decided';
  const compare = (again: EntryBody): Replayed => {
    const text = encodeBody(again);
    if (text === entry.text) return 'same-bytes';
    found(seq, 'replay-differs', differing(text, entry.text));
    return 'other-bytes';
  };
  const failed = (error: unknown): Replayed => {
    if (error instanceof InvariantError) found(seq, 'replay-differs', error.message);
    else found(seq, 'replay-impossible', 'release' in body ? body.release : body.kind);
    return 'not-decided';
  };
  try {
    const again = decideEntryAgain(entry, before.whole ? before : { ...before, sameKey: [] }, releaseOf);
    return again instanceof Promise ? again.then(compare).catch(failed) : compare(again);
  } catch (error) {
    return failed(error);
  }
}

function checkAnchor(rows: readonly StoredEntry[], { seq, hash }: HeadAnchor, found: Found): void {
  const guess = rows[seq - 1];
  const sealed = guess?.place.seq === seq ? guess : rows.find(({ place }) => place.seq === seq);
  const last = rows.reduce((most, { place }) => Math.max(most, place.seq), 0);
  if (last < seq) return found(last + 1, 'head-behind-anchor', `sealed up to ${seq}, stands at ${last}`);
  if (sealed !== undefined && sealed.hash !== hash) found(seq, 'anchor-differs', 'hash');
}
