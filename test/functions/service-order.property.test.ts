// Where the day of service decides, nothing depends on the order of arrival: the same claims and reversals end in the
// same position and the same money, also where a limit denies one claim because of another.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settleRecord } from '../../functions/settle/settle-record.ts';
import { contentHash } from '../../shared/claim/content-hash.ts';
import { headCache } from '../../shared/ledger/append.ts';
import { encodePosition } from '../../shared/ledger/codec.ts';
import { standing } from '../../shared/ledger/corrections/standing.ts';
import { memoryLedger } from '../../shared/ledger/memory/memory-ledger.ts';
import { BookTotals, changesOf } from '../../shared/reconciliation/books.ts';
import { verifyStream } from '../../shared/reconciliation/verify-stream.ts';
import { SettleMessageSchema } from '../../shared/queue/messages.ts';
import { releaseOf, tinyPack } from '../shared/policy/support.ts';

const STREAM = '990000#AAAAAAAAAAAAAAAAAAAAAA';
const AT = Date.parse('2026-09-02T04:00:00Z');

/** Limits of every kind that deny one claim because of others, and a cap that they share. */
const release = releaseOf(
  [
    tinyPack(
      { deductible: { per: 'year', standard: 100 }, caps: [{ per: 'year', amount: 600 }] },
      { corrections: { later: 'resettle', order: 'service-date' } },
      {
        encounters: ['outpatient'],
        rules: [{ when: { billed: '900+' }, deny: 'level-not-covered' }],
        limits: [
          { name: 'visits', counts: 'claims', per: 'month', max: 2 },
          { name: 'gap', counts: 'days-between', max: 2 },
          { name: 'drugs', counts: 'amount', categories: ['drug'], per: 'year', amount: 800 },
        ],
      },
    ),
  ],
  { catalogue: [{ code: 'A', name: 'a', category: 'drug', versions: [{ from: '1990-01-01', class: 'A' }] }] },
);

interface Claim {
  readonly no: string;
  readonly day: number;
  readonly yuan: number;
}

const place = (claimKey: string, batchIndex: number) => ({
  batchId: `${claimKey.slice(0, claimKey.indexOf('/'))}.B`,
  batchIndex,
  shard: 0,
  stream: STREAM,
  claimKey,
  acceptedAt: AT,
});
const claimMessage = ({ no, day, yuan }: Claim, at: number) => {
  const servedOn = `2026-0${1 + Math.floor(day / 28)}-${String(1 + (day % 28)).padStart(2, '0')}`;
  const line = { lineNo: 1, itemCode: 'A', quantity: '1', unitPrice: `${yuan}`, servedOn };
  const claim = {
    claimNo: no,
    providerId: 'H1',
    encounter: 'outpatient',
    servedOn,
    billedFen: yuan * 100,
    lines: [{ ...line, amountFen: yuan * 100 }],
  };
  const content = contentHash(claim);
  return { type: 'claim', ...place(`H1/${no}`, at), content, release: release.id, claim };
};
const reversalMessage = (no: string, at: number) => {
  const reason = 'billed-in-error';
  return { type: 'reversal', ...place(`H1/${no}`, at), content: contentHash({ no, reason }), reason };
};
const enrolment = {
  hasAccount: true,
  born: '1970-01-01',
  sex: 'F',
  coverage: [{ from: '2015-01-01', scheme: '310', personClass: 'active' }],
};
const ENROLMENT = { type: 'enrolment', ...place('A/E', 0), content: contentHash(enrolment), enrolment };
const credit = { amount: 20_000, creditedOn: '2026-01-01' };
const CREDIT = { type: 'account-credit', ...place('A/K', 1), content: contentHash(credit), ...credit };

/** What all these come to, in this order. */
async function outcomeOf(messages: readonly unknown[]) {
  const ledger = memoryLedger();
  const deps = { ledger, heads: headCache(), release: async () => release, pause: async () => {} };
  for (const message of [ENROLMENT, CREDIT, ...messages])
    await settleRecord(SettleMessageSchema.parse(message), AT, deps);
  const rows = ledger.streams.get(STREAM)!;
  const { items } = await ledger.stream(STREAM, 1, 1_000);
  const stands = standing(items).map(({ claimKey, amounts, effects, denial }) => [
    claimKey,
    { amounts, counters: effects.counters, denied: denial !== undefined },
  ]);
  const books = new BookTotals();
  for (const change of changesOf(items)) books.add(change);
  return {
    rows,
    comesTo: {
      booked: books.view().amounts,
      position: encodePosition(items.at(-1)!.body.position),
      stands: Object.fromEntries(stands),
    },
  };
}

/** Every order of these in which a reversal comes after its claim. */
function orders(claims: readonly Claim[], reversed: readonly string[]): (string | Claim)[][] {
  const all: (string | Claim)[] = [...claims, ...reversed];
  const permute = (left: (string | Claim)[]): (string | Claim)[][] =>
    left.length === 0
      ? [[]]
      : left.flatMap((first, at) => permute(left.toSpliced(at, 1)).map((rest) => [first, ...rest]));
  return permute(all).filter((order) =>
    reversed.every(
      (no) => order.indexOf(no) > order.findIndex((each) => typeof each !== 'string' && each.no === no),
    ),
  );
}

const messagesOf = (order: readonly (string | Claim)[]) =>
  order.map((each, at) => (typeof each === 'string' ? reversalMessage(each, at) : claimMessage(each, at)));

const sets = fc
  .record({
    claims: fc.array(
      fc.record({
        day: fc.integer({ min: 0, max: 40 }),
        yuan: fc.constantFrom(50, 120, 300, 400, 500, 950),
      }),
      { minLength: 2, maxLength: 4 },
    ),
    reversed: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }),
  })
  .map(({ claims, reversed }) => ({
    claims: claims.map((claim, at) => ({ no: 'ABCD'.charAt(at), ...claim })),
    reversed: reversed.filter((at) => at < claims.length).map((at) => 'ABCD'.charAt(at)),
  }));

describe('by the day of service', () => {
  it('every order of arrival of claims and reversals ends in the same position and the same money', async () => {
    const seen = { denied: 0, revived: 0, orders: 0 };
    await fc.assert(
      fc.asyncProperty(sets, fc.integer({ min: 0 }), async ({ claims, reversed }, from) => {
        const all = orders(claims, reversed);
        // All of few, and some of many.
        const some =
          all.length <= 24 ? all : Array.from({ length: 12 }, (_, n) => all[(from + n * 61) % all.length]!);
        const left = claims.filter(({ no }) => !reversed.includes(no));
        const { comesTo: expected } = await outcomeOf(
          messagesOf(left.toSorted((a, b) => a.day - b.day || (a.no < b.no ? -1 : 1))),
        );
        for (const order of some) {
          const { rows, comesTo } = await outcomeOf(messagesOf(order));
          expect(comesTo, JSON.stringify(order)).toEqual(expected);
          expect(await verifyStream(STREAM, rows, { releaseOf: () => release })).toEqual([]);
          seen.orders++;
          if (rows.some(({ text }) => text.startsWith('{"kind":"denial"'))) seen.denied++;
        }
      }),
      { numRuns: 60 },
    );
    expect(seen.denied).toBeGreaterThan(seen.orders / 10);
  });
});
