// What stands in a stream after every correction: each settlement and each held denial as it is now, or not at all. A
// pure fold of the entries; corrections are few, so it is made when one is asked for and kept nowhere.

import { assert } from '../../assert.ts';
import type { ClaimHeader } from '../../claim/claim.ts';
import { type Amounts, type Basis, type Denial, NO_AMOUNTS } from '../../policy/adjudication.ts';
import type { LocalDate } from '../../time/dates.ts';
import type { Adjustment, Entry } from '../entry.ts';
import type { Effects } from '../position.ts';
import { addEffects, NO_EFFECTS } from './effects.ts';

/** One claim as it stands. */
export interface Standing {
  /** The entry that made it, or made it anew. */
  readonly seq: number;
  /** Its place in the order of arrival: that of its first version, whatever replaced it since. */
  readonly order: number;
  readonly claimKey: string;
  /** What a refund of it has to have been made from (`madeFrom`). */
  readonly content: string;
  readonly version: number;
  readonly release: string;
  readonly scheme: string;
  readonly servedOn: LocalDate;
  readonly benefitYear: string;
  readonly header: ClaimHeader;
  readonly basis: Basis;
  readonly amounts: Amounts;
  readonly effects: Effects;
  /** Why nothing is payable of it: it was denied, and is held; or it was settled, and another claim's entry changed that. */
  readonly denial?: Denial;
}

/**
 * What a refund of lines says it was made from: the claim as posted, or the entry of whoever changed its lines since, a
 * reviewer or another refund. Two refunds made from one state cannot both be taken: the second would give back the first.
 */
export const madeFrom = ({ body, hash }: Pick<Entry, 'body' | 'hash'>): string =>
  body.kind === 'reversal' || body.resolves !== undefined ? hash : body.content;

/** The claims that stand after the last of these entries (a whole stream, oldest first), in order of arrival. */
export function standing(history: readonly Entry[]): Standing[] {
  const bySeq = new Map<number, Standing>();
  for (const entry of history) stand(bySeq, entry);
  return [...bySeq.values()].sort((a, b) => a.order - b.order);
}

/** Takes one entry more into what stands, by the sequence number it stands under. */
export function stand(bySeq: Map<number, Standing>, entry: Entry): void {
  const { place, body } = entry;
  if ('replaces' in body && body.replaces !== undefined) bySeq.delete(body.replaces);
  if (body.kind === 'denial' && body.held !== undefined) {
    const { release, servedOn, held, header, basis, denial } = body;
    const { seq, claimKey } = place;
    assert(basis !== undefined, 'a held denial got as far as its lines');
    bySeq.set(seq, {
      seq,
      order: seq,
      claimKey,
      content: madeFrom(entry),
      version: held.version,
      release,
      scheme: held.scheme,
      servedOn,
      benefitYear: held.benefitYear,
      header,
      basis,
      amounts: NO_AMOUNTS,
      effects: NO_EFFECTS,
      denial,
    });
    adjust(bySeq, body.adjustments);
  }
  if (body.kind === 'settlement') {
    const { version, release, scheme, servedOn, benefitYear, header, basis, amounts, effects } = body;
    const { seq, claimKey } = place;
    bySeq.set(seq, {
      seq,
      order: seq,
      claimKey,
      content: madeFrom(entry),
      version,
      release,
      scheme,
      servedOn,
      benefitYear,
      header,
      basis,
      amounts,
      effects,
    });
    adjust(bySeq, body.adjustments);
  }
  if (body.kind === 'reversal') {
    const undone = bySeq.get(body.reverses);
    assert(undone !== undefined, 'a reversal names a settlement that stands');
    bySeq.delete(body.reverses);
    if (body.replacement) {
      const { denial: _was, ...rest } = undone;
      bySeq.set(place.seq, {
        ...rest,
        ...body.replacement,
        seq: place.seq,
        content: madeFrom(entry),
        version: undone.version + 1,
      });
    }
    adjust(bySeq, body.adjustments);
  }
}

function adjust(bySeq: Map<number, Standing>, adjustments: readonly Adjustment[] = []): void {
  for (const { of, amounts, moved, denial } of adjustments) {
    const was = bySeq.get(of);
    assert(was !== undefined, 'an adjustment names a claim that stands');
    const { denial: _was, ...rest } = was;
    // Of a denied claim not even the stay is remembered, which is no difference of counters.
    if (denial) bySeq.set(of, { ...rest, amounts, effects: NO_EFFECTS, denial });
    else bySeq.set(of, { ...rest, amounts, effects: addEffects(was.effects, moved) });
  }
}
