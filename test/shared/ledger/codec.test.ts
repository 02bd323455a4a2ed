// The stored form of an entry: nothing is lost, equal contents are equal bytes, and an ordinary entry fits one unit.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBody, encodeBody, entryHash, seal } from '../../../shared/ledger/codec.ts';
import type { EntryBody } from '../../../shared/ledger/entry.ts';
import type { Position } from '../../../shared/ledger/position.ts';
import { fen } from '../../../shared/money/fen.ts';
import { localDate } from '../../../shared/time/dates.ts';
import { place, settlementBody } from '../../support/entries.ts';

const amount = fc.integer({ min: 0, max: 100_000_000_000 }).map(fen);
const day = fc.integer({ min: 1, max: 28 }).map((d) => localDate(`2026-09-${String(d).padStart(2, '0')}`));
const word = fc.stringMatching(/^[a-z][a-z-]{0,12}$/);
const optional = <T, K extends string>(key: K, of: fc.Arbitrary<T>) =>
  fc
    .option(of, { nil: undefined })
    .map((value) => (value === undefined ? {} : { [key]: value }) as Partial<Record<K, T>>);
const merged = (...parts: fc.Arbitrary<object>[]) =>
  fc.tuple(...parts).map((all) => Object.assign({}, ...all) as object);

const enrolment = merged(
  fc.record({
    hasAccount: fc.boolean(),
    coverage: fc.array(
      merged(fc.record({ from: day, scheme: word, personClass: word }), optional('to', day)),
      { maxLength: 3 },
    ),
  }),
  optional('born', day),
  optional('sex', fc.constantFrom('F', 'M')),
  optional(
    'facts',
    fc.array(merged(fc.record({ fact: word, from: day }), optional('value', word), optional('to', day)), {
      maxLength: 3,
    }),
  ),
);
const counters = fc.dictionary(word, fc.integer({ min: 1, max: 1e12 }), { maxKeys: 4 });
const stay = merged(
  fc.record({
    claim: word,
    provider: word,
    level: word,
    admittedOn: day,
    dischargedOn: day,
    deductibleStandard: amount,
    deductible: amount,
  }),
  optional('interim', fc.constant(true)),
);
const position = merged(
  fc.record({ years: fc.dictionary(fc.constantFrom('2025', '2026'), counters, { maxKeys: 2 }) }),
  optional('enrolment', enrolment),
  optional('account', fc.record({ year: fc.constant('2026'), thisYear: amount, earlier: amount })),
  optional('stays', fc.array(stay, { minLength: 1, maxLength: 2 })),
) as unknown as fc.Arbitrary<Position>;

const settlement = fc
  .tuple(
    position,
    amount,
    amount,
    amount,
    fc.dictionary(
      fc.constantFrom('pooled', 'large', 'relief'),
      amount.filter((a) => a > 0),
    ),
    counters,
    stay,
    fc.boolean(),
  )
  .map(([after, billed, selfPaid, cash, funds, moved, aStay, sameBasis]): EntryBody => {
    const body = settlementBody({ years: {} }, 1_000, 0);
    if (body.kind !== 'settlement') throw new Error('a settlement');
    return {
      ...body,
      position: after,
      amounts: { ...body.amounts, billed, selfPaid, cash, funds },
      basis: { ...body.basis, selfPaid: sameBasis ? selfPaid : cash },
      effects: { counters: { '2026': moved }, stay: aStay as never },
      raw: [5, 7],
    };
  });

describe('the stored form of an entry', () => {
  it('gives every settlement back as it was', () => {
    fc.assert(
      fc.property(settlement, (body) => {
        expect(decodeBody(encodeBody(body), 'H0001/C1')).toEqual(body);
      }),
      { numRuns: 500 },
    );
  });

  it('gives entries without money back as they were', () => {
    fc.assert(
      fc.property(position, enrolment, (before, enrolled) => {
        const common = { at: 1, content: 'c'.repeat(22), position: before };
        const bodies: EntryBody[] = [
          { kind: 'repeat', ...common, of: 3 },
          { kind: 'conflict', ...common, code: 'other-content', with: 2 },
          {
            kind: 'denial',
            ...common,
            release: 'r',
            servedOn: localDate('2026-09-01'),
            billed: fen(5),
            denial: { code: 'x', facts: { a: 1 } },
          },
          {
            kind: 'pend',
            ...common,
            release: 'r',
            servedOn: localDate('2026-09-01'),
            billed: fen(5),
            reasons: [{ code: 'x' }],
          },
          {
            kind: 'enrolment',
            ...common,
            enrolment: enrolled as never,
            position: { ...before, enrolment: enrolled as never },
          },
          { kind: 'account-credit', ...common, amount: fen(5), creditedOn: localDate('2026-09-01') },
        ];
        for (const body of bodies) expect(decodeBody(encodeBody(body), 'H0001/C1')).toEqual(body);
      }),
      { numRuns: 200 },
    );
  });

  it('writes equal contents as equal bytes, whatever the order of their counters', () => {
    const body = settlementBody({ years: { '2026': { a: 1, b: 2 }, '2025': { z: 1 } } }, 1_000, 0);
    const other = settlementBody({ years: { '2025': { z: 1 }, '2026': { b: 2, a: 1 } } }, 1_000, 0);
    expect(encodeBody(body)).toBe(encodeBody(other));
  });

  it('has a hash over everything: place and text', () => {
    const entry = seal(place(), settlementBody({ years: {} }, 1_000, 0));
    const moved = [
      place({ stream: '130300#BBBBBBBBBBBBBBBBBBBBBB' }),
      place({ seq: 2 }),
      place({ claimKey: 'H0001/C2' }),
      place({ batchId: 'H0001.B2' }),
      place({ batchIndex: 1 }),
      place({ prev: 'x' }),
    ];
    const hashes = new Set([
      entry.hash,
      entryHash(entry.place, `${entry.text} `),
      ...moved.map((at) => entryHash(at, entry.text)),
    ]);
    expect(hashes.size).toBe(moved.length + 2);
  });
});
