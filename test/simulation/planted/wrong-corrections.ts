// Corrections made wrongly: what a reversal writes is changed on its way to the table.

import { applyEffects, undoEffects } from '../../../shared/ledger/apply-effects.ts';
import { seal } from '../../../shared/ledger/codec.ts';
import { mirrored } from '../../../shared/ledger/corrections/effects.ts';
import { type Standing, standing } from '../../../shared/ledger/corrections/standing.ts';
import type { Entry, EntryBody } from '../../../shared/ledger/entry.ts';
import { EMPTY_POSITION } from '../../../shared/ledger/position.ts';
import { adjudicateBasis } from '../../../shared/policy/adjudicate.ts';
import type { Release } from '../../../shared/reference/release.ts';
import { reference } from '../reference.ts';

type Changed = (entry: Entry, history: readonly Entry[]) => EntryBody | undefined;

/** An entry with another body, where the mistake makes one. */
export const written =
  (change: Changed) =>
  (entry: Entry, history: readonly Entry[]): Entry => {
    const body = change(entry, history);
    return body ? seal(entry.place, body) : entry;
  };

const reversed = ({ body }: Entry, history: readonly Entry[]): Standing | undefined =>
  body.kind === 'reversal' ? standing(history).find(({ seq }) => seq === body.reverses) : undefined;
const positionBefore = (history: readonly Entry[]) => history.at(-1)?.body.position ?? EMPTY_POSITION;

/** Undoes what the claim would come to today, not what it came to. */
export const recomputed: Changed = (entry, history) => {
  const target = reversed(entry, history);
  const { body, place } = entry;
  if (!target || body.kind !== 'reversal' || body.replacement) return undefined;
  const position = positionBefore(history);
  const release = reference().release(target.release) as Release;
  const today = adjudicateBasis(target.header, target.basis, position, release, {
    area: place.stream.slice(0, 6),
    reviewed: true,
  });
  if (today.outcome !== 'payable') return undefined;
  const { adjustments: _none, ...rest } = body;
  const effects = mirrored(today.effects);
  return { ...rest, undone: today.amounts, effects, position: undoEffects(position, today.effects) };
};

/** Undoes what is undone already. */
export const twice: Changed = ({ body, place }, history) => {
  if (body.kind !== 'refusal' || body.code !== 'already-reversed') return undefined;
  const first = history.find(
    (entry) => entry.place.claimKey === place.claimKey && entry.body.kind === 'settlement',
  );
  if (first?.body.kind !== 'settlement') return undefined;
  const { at, content } = body;
  const { amounts, effects, version } = first.body;
  return {
    kind: 'reversal',
    at,
    content,
    reverses: first.place.seq,
    version,
    reason: 'billed-in-error',
    undone: amounts,
    effects: mirrored(effects),
    position: undoEffects(positionBefore(history), effects),
  };
};

/** Leaves later settlements as they are, where the pack wants them decided again. */
export const laterLeft: Changed = (entry, history) => {
  const { body } = entry;
  const target = reversed(entry, history);
  if (!target || body.kind !== 'reversal' || body.replacement || !body.adjustments) return undefined;
  const { adjustments: _left, ...rest } = body;
  return { ...rest, position: undoEffects(positionBefore(history), target.effects) };
};

/** Lets a denied claim go, where its place among the others may bring it to life. */
export const denialLetGo: Changed = ({ body }, history) => {
  if (body.kind !== 'denial' || body.held === undefined) return undefined;
  const { held: _held, adjustments: _none, ...rest } = body;
  return { ...rest, position: positionBefore(history) };
};

/** Counts the settlements of a number only, not what refunds put in their place. */
export const versionReused: Changed = ({ body, place }, history) => {
  if (body.kind !== 'settlement') return undefined;
  const settled = history.filter(
    (entry) => entry.place.claimKey === place.claimKey && entry.body.kind === 'settlement',
  );
  return { ...body, version: settled.length + 1 };
};

/** Brings back, with a second refund, what the first one took. */
export const addsBack: Changed = (entry, history) => {
  const { body, place } = entry;
  const target = reversed(entry, history);
  const refundedBefore = history.some(
    ({ place: { seq }, body: { kind } }) => seq === target?.seq && kind === 'reversal',
  );
  if (!target || !refundedBefore || body.kind !== 'reversal' || !body.replacement) return undefined;
  const first = history.findLast(
    (each) => each.place.claimKey === place.claimKey && each.body.kind === 'settlement',
  );
  if (first?.body.kind !== 'settlement') return undefined;
  const { header, basis, amounts, effects } = first.body;
  const { adjustments: _none, ...rest } = body;
  const position = applyEffects(undoEffects(positionBefore(history), target.effects), effects);
  return { ...rest, replacement: { header, basis, amounts, effects }, position };
};
