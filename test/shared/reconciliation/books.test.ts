// The books of random streams: both views come to the same, every row keeps the identities of a bill, the sums over
// all months are what stands in the end, and nothing is ever booked in another month than its entry's.

import { beforeAll, describe, expect, it } from 'vitest';
import { unseal } from '../../../shared/ledger/codec.ts';
import { standing } from '../../../shared/ledger/corrections/standing.ts';
import type { Entry } from '../../../shared/ledger/entry.ts';
import type { Amounts } from '../../../shared/policy/adjudication.ts';
import {
  BookTotals,
  type Change,
  changesOf,
  checkPosting,
  postingsOf,
  VIEWS,
} from '../../../shared/reconciliation/books.ts';
import { providerOf, statementRows } from '../../../shared/reconciliation/statement.ts';
import { makeChains } from '../../support/chains.ts';

/** Nine days between records: sixty of them take a year and a half. */
const EVERY_MS = 9 * 86_400_000;
let streams: readonly (readonly Entry[])[];
let all: readonly Change[];

beforeAll(async () => {
  const chains = await makeChains('books', 45, 60, EVERY_MS);
  streams = [...chains.streams.values()].map((rows) =>
    rows.map(({ place, text, hash }) => unseal(place, text, hash)),
  );
  all = streams.flatMap((rows) => [...changesOf(rows)]);
}, 60_000);

/** Sums by hand, key by key, of everything that is a number. */
function addTo(sums: Map<string, number>, key: string, { funds, ...parts }: Amounts): void {
  for (const [name, amount] of Object.entries({ ...parts, ...funds })) {
    const at = `${key} ${name}`;
    sums.set(at, (sums.get(at) ?? 0) + amount);
    if (sums.get(at) === 0) sums.delete(at);
  }
}

describe('the books of random streams', () => {
  it('have every kind of change in them, over many months, across providers', () => {
    const kinds = new Set(all.map(({ because }) => because));
    expect([...kinds].sort()).toEqual(['adjustment', 'replacement', 'reversal', 'settlement']);
    expect(new Set(all.map(({ month }) => month)).size).toBeGreaterThan(12);
    const adjusted = all.filter(({ because }) => because === 'adjustment');
    expect(adjusted.some((each) => providerOf(each.causedBy) !== providerOf(each.claimKey))).toBe(true);
    expect(adjusted.some((each) => each.was !== undefined && each.was.month < each.month)).toBe(true);
  });

  it('keep the identities in every row of both views', () => {
    for (const change of all)
      for (const view of VIEWS)
        for (const { amounts } of postingsOf(change, view)) expect(() => checkPosting(amounts)).not.toThrow();
  });

  it('come to the same per provider, month, part and fund in both views', () => {
    const [difference, full] = VIEWS.map((view) => {
      const sums = new Map<string, number>();
      for (const change of all)
        for (const { amounts } of postingsOf(change, view))
          addTo(sums, `${providerOf(change.claimKey)} ${change.month}`, amounts);
      return sums;
    });
    expect(difference!.size).toBeGreaterThan(100);
    expect(full).toEqual(difference);
  });

  it('come over all months to what stands, claim by claim', () => {
    const booked = new Map<string, number>();
    for (const change of all)
      for (const { amounts } of postingsOf(change, 'difference')) addTo(booked, change.claimKey, amounts);
    const stands = new Map<string, number>();
    for (const rows of streams)
      for (const { claimKey, amounts } of standing(rows)) addTo(stands, claimKey, amounts);
    expect(stands.size).toBeGreaterThan(100);
    expect(booked).toEqual(stands);
  });

  it('stay as they were in a month that is over, whatever comes later', () => {
    for (const rows of streams) {
      const whole = [...changesOf(rows)];
      for (const until of [10, 20, 40]) {
        const before = [...changesOf(rows.slice(0, until))];
        expect(whole.slice(0, before.length)).toEqual(before);
      }
    }
  });

  it('are booked by when the message was sent in China, never by the day of service', () => {
    const sentIn = new Map(
      streams.flat().map(({ hash, body }) => [
        hash,
        // By hand: China is eight hours ahead of UTC.
        new Date(body.at + 8 * 3_600_000).toISOString().slice(0, 7),
      ]),
    );
    for (const { entryHash, month } of all) expect(month).toBe(sentIn.get(entryHash));
  });

  it('have totals that do not depend on the order, and see a change of any single amount', () => {
    const totals = (changes: readonly Change[]) => {
      const sums = new BookTotals();
      for (const change of changes) sums.add(change);
      return sums.view();
    };
    const some = all.slice(0, 200);
    expect(totals([...some].reverse())).toEqual(totals(some));
    const [first, ...rest] = some as [Change, ...Change[]];
    const { cash, deductible } = first.is!.amounts;
    for (const part of ['deductible', 'cash'] as const) {
      const amounts = {
        ...first.is!.amounts,
        ...(part === 'deductible'
          ? { deductible: deductible + 1 }
          : {
              cash: cash + 1,
              billed: first.is!.amounts.billed + 1,
              selfPaid: first.is!.amounts.selfPaid + 1,
            }),
      } as Amounts;
      const changed = { ...first, is: { ...first.is!, amounts } };
      expect(totals([changed, ...rest]).hashTotal).not.toBe(totals(some).hashTotal);
    }
  });
});

describe('a row of a statement', () => {
  it('names claims and batches of its own provider only', () => {
    for (const change of all) {
      const own = providerOf(change.claimKey);
      const other = own === 'H0001' ? 'H0002' : 'H0001';
      for (const view of VIEWS) {
        const text = JSON.stringify(statementRows(change, view));
        expect(text).not.toContain(other);
        const elsewhere = providerOf(change.causedBy) !== own;
        expect(text.includes('"causedElsewhere":true')).toBe(elsewhere);
        if (elsewhere) expect(text).not.toContain(change.causedBy.slice(own.length + 1));
        expect(text).not.toContain('#'); // Streams have one; a pseudonym is nobody's business here.
      }
    }
  });
});
