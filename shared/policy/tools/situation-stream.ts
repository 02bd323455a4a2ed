// The claims of one member of a situation, in the order in which they are decided. A reversal and a late claim do here
// what the pack's `corrections` say, as the ledger does it: refuse, undo, or decide the later ones again.

import { assert } from '../../assert.ts';
import { applyEffects, undoEffects } from '../../ledger/apply-effects.ts';
import { asItStands } from '../../ledger/corrections/as-it-stands.ts';
import { touch } from '../../ledger/corrections/effects.ts';
import type { Effects, Position } from '../../ledger/position.ts';
import type { Adjudication } from '../adjudication.ts';
import type { Pack } from '../pack/schema.ts';

export type Corrections = Pack['corrections'];

/** A claim that can be decided on any position. */
export interface Decidable {
  readonly claimNo: string;
  readonly servedOn: string;
  readonly decide: (position: Position, reviewed: boolean) => Adjudication;
}
type Event =
  | { readonly kind: 'change'; readonly change: (position: Position) => Position }
  | { readonly kind: 'claim'; readonly claim: Decidable; adjudication: Adjudication };
type ClaimEvent = Extract<Event, { kind: 'claim' }>;

export class SituationStream {
  position: Position;
  readonly #start: Position;
  readonly #correctionsOf: (scheme: string) => Corrections;
  #events: Event[] = [];

  constructor(start: Position, correctionsOf: (scheme: string) => Corrections) {
    this.position = start;
    this.#start = start;
    this.#correctionsOf = correctionsOf;
  }

  /** Decides a claim: as the newest, or in its place where the pack decides by the day of service. */
  settle(claim: Decidable): Adjudication {
    const adjudication = claim.decide(this.position, false);
    const scheme = schemeOf(adjudication);
    if (scheme === undefined) return adjudication;
    const { order } = this.#correctionsOf(scheme);
    // Where the day of service decides, a denied claim keeps its place: it may come to life.
    if (adjudication.outcome === 'denied' && order !== 'service-date') return adjudication;
    const event: ClaimEvent = { kind: 'claim', claim, adjudication };
    const before = this.#find(claim.claimNo);
    const held = before?.adjudication.outcome === 'denied' ? before : undefined;
    if (held) this.#events.splice(this.#events.indexOf(held), 1);
    this.#events.push(event);
    const late = this.#claims().some((other) => other.claim.servedOn > claim.servedOn);
    if (!late || order !== 'service-date') {
      this.position = applyEffects(this.position, effectsOf(adjudication));
      return adjudication;
    }
    this.#decideAgain(order, event);
    // In its place a rule sends it to a person: then it stands nowhere, and moved nothing.
    if (event.adjudication.outcome === 'pended')
      this.#events.splice(this.#events.indexOf(event), 1, ...(held ? [held] : []));
    return event.adjudication;
  }

  /** Something that is not a claim: money put into the account. */
  change(change: (position: Position) => Position): void {
    this.#events.push({ kind: 'change', change });
    this.position = change(this.position);
  }

  /** A claim as it stands by now; undefined when nothing stands under the number. */
  standing = (claimNo: string): Adjudication | undefined => this.#find(claimNo)?.adjudication;

  /** Takes back a claim that stands; the code of the refusal when the pack does not let it. */
  reverse(claimNo: string): 'later-claims-stand-in-the-way' | undefined {
    const target = this.#find(claimNo);
    const scheme = target && schemeOf(target.adjudication);
    assert(target !== undefined && scheme !== undefined, 'what is taken back stands');
    const effects = effectsOf(target.adjudication);
    const { later, order } = this.#correctionsOf(scheme);
    const inOrder = this.#inOrder(order);
    const after = inOrder.slice(inOrder.indexOf(target) + 1);
    if (later === 'lifo' && after.some((event) => touches(event, effects)))
      return 'later-claims-stand-in-the-way';
    this.#events.splice(this.#events.indexOf(target), 1);
    if (later === 'lifo') this.position = undoEffects(this.position, effects);
    else this.#decideAgain(order);
    return undefined;
  }

  #claims = (): ClaimEvent[] => this.#events.filter((event) => event.kind === 'claim');
  #find = (claimNo: string): ClaimEvent | undefined =>
    this.#claims().find(({ claim }) => claim.claimNo === claimNo);

  /** By the day of service, credits come first and one day's claims as they arrived. */
  #inOrder(order: Corrections['order']): readonly Event[] {
    if (order === 'arrival') return this.#events;
    const key = (event: Event): string => (event.kind === 'claim' ? event.claim.servedOn : '');
    return this.#events.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  }

  /** From the beginning. `unseen`: the one that nobody has looked at yet, so that rules ask. */
  #decideAgain(order: Corrections['order'], unseen?: ClaimEvent): void {
    let position = this.#start;
    for (const event of this.#inOrder(order)) {
      if (event.kind === 'change') {
        position = event.change(position);
        continue;
      }
      const again = event.claim.decide(position, event !== unseen);
      // Where nobody can tell by now, what stands is kept as it was decided.
      event.adjudication =
        again.outcome === 'pended' && event !== unseen ? kept(event.adjudication, position) : again;
      position = applyEffects(position, effectsOf(event.adjudication));
    }
    this.position = position;
  }
}

/** The scheme whose benefit was responsible; undefined when the claim was decided before one was, or by nobody yet. */
function schemeOf(adjudication: Adjudication): string | undefined {
  if (adjudication.outcome === 'pended') return undefined;
  return adjudication.outcome === 'payable' ? adjudication.scheme : adjudication.under?.scheme;
}

/** A claim that stands, with no more from the account than it holds. */
const kept = (stands: Adjudication, position: Position): Adjudication =>
  stands.outcome === 'payable' ? { ...stands, ...asItStands(position, stands) } : stands;

const effectsOf = (adjudication: Adjudication): Effects =>
  adjudication.outcome === 'payable' ? adjudication.effects : { counters: {} };

const touches = (later: Event, effects: Effects): boolean =>
  later.kind === 'claim' &&
  later.adjudication.outcome === 'payable' &&
  touch(later.adjudication.effects, effects);
