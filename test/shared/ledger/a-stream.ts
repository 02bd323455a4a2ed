// A member's stream that a test makes happen, entry by entry. The policy: 500.00 deductible a year, then 80 %, counted
// against a cap; drugs at a pharmacy, half. Corrections are what each test says.

import { applyEffects } from '../../../shared/ledger/apply-effects.ts';
import { genesis, seal } from '../../../shared/ledger/codec.ts';
import { claimEntry, claimEntryInPlace, comesLate } from '../../../shared/ledger/corrections/claim-entry.ts';
import { decideAgain, type Order } from '../../../shared/ledger/corrections/decide-again.ts';
import { type CorrectionPolicy, reverse } from '../../../shared/ledger/corrections/reverse.ts';
import { creditAccount } from '../../../shared/ledger/credit-account.ts';
import type { Entry, EntryBody } from '../../../shared/ledger/entry.ts';
import { EMPTY_POSITION, type Position } from '../../../shared/ledger/position.ts';
import { adjudicateBasis } from '../../../shared/policy/adjudicate.ts';
import { place, STREAM } from '../../support/entries.ts';
import { aBasis, aMember, releaseOf, tinyPack } from '../policy/support.ts';

export const AREA = '990000';
/** The second visit within a month is denied. */
export const ONE_VISIT = { limits: [{ name: 'v', counts: 'claims', per: 'month', max: 1 }] };
/** Half for the active, 90 % for the retired. */
export const BY_CLASS = {
  layers: [{ id: 'a', fund: 'pooled', ratio: { by: ['class'], table: { active: '50%', retired: '90%' } } }],
};

export const packWith = (benefit: object = {}) =>
  tinyPack(
    {},
    {
      benefits: [
        {
          id: 'op',
          encounters: ['outpatient'],
          layers: [
            {
              id: 'pooled',
              fund: 'pooled',
              deductible: { standard: 500, per: 'year' },
              ratio: '80%',
              caps: [{ amount: '10万' }],
            },
          ],
          account: {
            use: 'on-request',
            order: [
              { balance: 'earlier', pays: ['share'] },
              { balance: 'this-year', pays: ['share'] },
            ],
          },
          ...benefit,
        },
        { id: 'drugs', encounters: ['pharmacy'], layers: [{ id: 'drugs', fund: 'pooled', ratio: '50%' }] },
      ],
    },
  );

/** What a test says of a claim beside its number, day and amount. */
interface Posted {
  readonly order?: Order;
  readonly version?: number;
  readonly quoteId?: string;
  readonly resolves?: number;
  readonly replaces?: number;
  /** More of its header. */
  readonly header?: object;
}

/** Enrolled, then whatever the test makes happen. */
export function aStream(benefit: object = {}) {
  const release = releaseOf([packWith(benefit)]);
  const entries: Entry[] = [];
  const loaded: string[] = [];
  let position: Position = EMPTY_POSITION;
  const add = (claimKey: string, body: object): Entry => {
    const seq = entries.length + 1;
    const prev = entries.at(-1)?.hash ?? genesis(STREAM);
    const common = {
      at: 1_790_000_000_000 + seq,
      content: `${claimKey}.${seq}`.padEnd(22, 'c').slice(0, 22),
    };
    const entry = seal(place({ seq, prev, claimKey, batchIndex: seq }), { ...common, ...body } as EntryBody);
    position = entry.body.position;
    entries.push(entry);
    return entry;
  };
  const { enrolment } = aMember();
  add('E1', { kind: 'enrolment', enrolment, position: { ...position, enrolment } });
  const header = (claimNo: string, servedOn: string, billedFen: number, more: object = {}) =>
    ({
      claimNo: claimNo.split('/')[1]!,
      providerId: claimNo.split('/')[0]!,
      encounter: 'outpatient',
      servedOn,
      billedFen,
      ...more,
    }) as never;
  const stream = {
    entries,
    loaded,
    header,
    get position() {
      return position;
    },
    settle(claimKey: string, servedOn: string, inScope: number, more: object = {}): Entry {
      const claim = header(claimKey, servedOn, inScope, more);
      const context = { area: AREA, reviewed: true };
      const result = adjudicateBasis(claim, aBasis(inScope), position, release, context);
      if (result.outcome !== 'payable') throw new Error(JSON.stringify(result));
      const { amounts, basis, effects, scheme, benefit: id, benefitYear } = result;
      return add(claimKey, {
        kind: 'settlement',
        version: 1,
        release: 'releaseAAAAAAAAA',
        servedOn,
        benefitYear,
        scheme,
        benefit: id,
        amounts,
        header: claim,
        basis,
        effects,
        position: applyEffects(position, effects),
      });
    },
    /** As `functions/settle` does: as the newest, or in its place where it comes late or replaces a held denial. */
    async post(claimKey: string, servedOn: string, inScope: number, posted: Posted = {}): Promise<Entry> {
      const { order = 'service-date', version = 1, quoteId, header: more, ...named } = posted;
      const claim = header(claimKey, servedOn, inScope, more);
      const reviewed = named.resolves !== undefined;
      const last = adjudicateBasis(claim, aBasis(inScope), position, release, { area: AREA, reviewed });
      const at = 1_790_000_000_000;
      const kept = { at, content: `${claimKey}.${servedOn}`, release: 'r', header: claim, ...named };
      const record = { kept, version, quoteId };
      const where = { area: AREA, claimKey, releaseOf: stream.releaseOf };
      const inPlace = named.replaces !== undefined || comesLate(last.servedOn, position, order);
      return add(
        claimKey,
        inPlace
          ? await claimEntryInPlace(record, last, position, entries, order, where)
          : claimEntry(record, last, position, order),
      );
    },
    enrol(personClass: string, claimKey = 'E2'): Entry {
      const { enrolment } = aMember('310', personClass);
      return add(claimKey, { kind: 'enrolment', enrolment, position: { ...position, enrolment } });
    },
    credit(amount: number, creditedOn: string): Entry {
      const after = creditAccount(position, amount as never, creditedOn as never);
      return add('K1', { kind: 'account-credit', amount, creditedOn, position: after });
    },
    add,
    reverse: (claimKey: string, policy: Partial<CorrectionPolicy> = {}, request: object = {}) =>
      reverse(
        entries,
        position,
        { claimKey, at: 1_790_000_001_000, content: 'r'.repeat(22), reason: 'billed-in-error', ...request },
        {
          area: AREA,
          releaseOf: stream.releaseOf,
          policyOf: () => ({ later: 'lifo', order: 'arrival', ...policy }),
        },
      ) as Promise<never>,
    decideAgain: (change: object, order: Order) =>
      decideAgain(entries, change, order, AREA, stream.releaseOf),
    releaseOf: async (id: string) => {
      loaded.push(id);
      return release;
    },
  };
  return stream;
}
/** Two claims of 1,000.00: of the first 500 deductible and 400 paid, of the second 800. */
export function twoClaims(benefit: object = {}) {
  const stream = aStream(benefit);
  stream.settle('H3/C1', '2024-03-01', 100_000);
  stream.settle('H3/C2', '2024-03-10', 100_000);
  return stream;
}
export const counted = (paid: number, deductible?: number) => ({
  '2024': { 'op.pooled': paid, ...(deductible !== undefined && { 'op.pooled.ded': deductible }) },
});
