// Months that are cleared: written once, and only when nothing can be booked in them any more. What is corrected later
// is booked later, and reaches every provider it touches.
//
// The figures are those of the sample's policy, by hand: inpatient at level 3, deductible 800 a stay, 85 % from the
// pooled fund up to 150,000 a year, 90 % of what is above from the large-amount layer.

import { beforeEach, describe, expect, it } from 'vitest';
import { type ClearDeps, clearMonths } from '../../../functions/clear/clear-months.ts';
import { standing } from '../../../shared/ledger/corrections/standing.ts';
import type { MonthBook, StatementHeader, StatementRow } from '../../../shared/reconciliation/statement.ts';
import { type MemoryInstallation, memoryInstallation } from '../../support/memory-installation.ts';

const MEMBER = 'DEMO0000000001';
let jiesuan: MemoryInstallation;

const stay = (claimNo: string, yuan: number, day = '2026-08-20') => ({
  claimNo,
  memberId: MEMBER,
  encounter: 'inpatient',
  admittedOn: day,
  dischargedOn: day,
  billedFen: yuan * 100,
  lines: [
    {
      lineNo: 1,
      itemCode: 'S330100001',
      quantity: '1',
      unitPrice: String(yuan),
      amountFen: yuan * 100,
      servedOn: day,
    },
  ],
});
const reversal = (claimNo: string) => ({
  reversalNo: `R-${claimNo}`,
  claimNo,
  memberId: MEMBER,
  reason: 'billed-in-error',
});

const deps = (): ClearDeps => ({
  ledger: jiesuan.ledger,
  batches: jiesuan.batches,
  records: jiesuan.records,
  sealed: jiesuan.sealed,
  now: jiesuan.now,
  segments: 3,
  lateAfterMinutes: 60,
});
const clear = (now: string) => {
  jiesuan.travelTo(now);
  return clearMonths(deps());
};
const monthsOf = (books: readonly MonthBook[]) => books.map(({ month }) => month);
const objects = () => new Map([...jiesuan.records.objects, ...jiesuan.sealed.objects]);
const text = (key: string) => new TextDecoder().decode(objects().get(key));
const statement = (key: string) => {
  const [header, ...rows] = text(key)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown) as [StatementHeader, ...StatementRow[]];
  return { header, rows };
};
const clearedObjects = () => new Map(jiesuan.sealed.objects);

beforeEach(async () => {
  jiesuan = await memoryInstallation({
    adapt: (pack) => ({ ...pack, corrections: { later: 'resettle', order: 'arrival' } }),
  });
  jiesuan.travelTo('2026-09-02T12:00:00+08:00');
  await jiesuan.enrol('E1', [
    {
      enrolmentNo: 'E1',
      memberId: MEMBER,
      born: '1980-01-01',
      sex: 'F',
      hasAccount: true,
      coverage: [{ from: '2015-01-01', scheme: '310', personClass: 'active' }],
    },
  ]);
  await jiesuan.postClaims('H0001', 'B1', [stay('SECRET-A', 90_000)]);
  await jiesuan.postClaims('H0002', 'B1', [stay('B', 100_000, '2026-08-21')]);
});

describe('a month', () => {
  it('that is not over is written as it stands, and replaced the next night', async () => {
    const { cleared, open, overdueDays } = await clear('2026-09-03T01:30:00+08:00');
    expect([monthsOf(cleared), monthsOf(open), overdueDays]).toEqual([[], ['2026-09'], 0]);
    expect(open[0]?.blockedBy).toBeUndefined();
    const first = statement('statements/open/H0001/2026-09.difference.ndjson');
    expect(first.header).toMatchObject({ state: 'open', asOf: '2026-09-02T17:30:00.000Z', rows: 1 });
    await jiesuan.postClaims('H0001', 'B2', [stay('C', 1_000, '2026-08-25')]);
    await clear('2026-09-04T01:30:00+08:00');
    expect(statement('statements/open/H0001/2026-09.difference.ndjson').rows).toHaveLength(2);
    expect(clearedObjects().size).toBe(0);
  });

  it('that is over is cleared, with what every provider and every fund got', async () => {
    const { cleared, open } = await clear('2026-10-01T01:30:00+08:00');
    expect([monthsOf(cleared), monthsOf(open)]).toEqual([['2026-09'], []]);
    // (90,000 - 800) x 85 % = 75,820.00; (100,000 - 800) x 85 % = 84,320.00, of which 74,180.00 are below the cap.
    const [a, b] = ['H0001', 'H0002'].map((id) =>
      statement(`statements/cleared/${id}/2026-09.difference.ndjson`),
    );
    expect(a!.header).not.toHaveProperty('asOf');
    expect(a!.header.totals).toMatchObject({
      settled: 1,
      reversed: 0,
      rows: { difference: 1, full: 1 },
      amounts: { billedFen: 9_000_000, fundsFen: { pooled: 7_582_000 }, cashFen: 1_418_000 },
    });
    expect(b!.rows[0]).toMatchObject({
      number: 'B',
      posting: 'settlement',
      version: 1,
      servedOn: '2026-08-21',
      batchId: 'H0002.B1',
      amounts: { deductibleFen: 80_000, fundsFen: { pooled: 7_418_000 } },
    });
    expect(cleared[0]).toMatchObject({
      providers: 2,
      totals: { settled: 2, amounts: { billedFen: 19_000_000, fundsFen: { pooled: 15_000_000 } } },
    });
  });

  it('waits for its last minutes: a batch accepted at its end may still send', async () => {
    expect(monthsOf((await clear('2026-10-01T00:05:00+08:00')).cleared)).toEqual([]);
    expect(monthsOf((await clear('2026-10-01T00:10:00+08:00')).cleared)).toEqual(['2026-09']);
  });

  it('is not cleared while a batch accepted before its end is open, and says which', async () => {
    jiesuan.travelTo('2026-09-30T23:50:00+08:00');
    const waiting = await jiesuan.postClaims('H0001', 'LATE', [stay('D', 500)], { until: 'split' });
    const { cleared, open, overdueDays } = await clear('2026-10-04T01:30:00+08:00');
    expect([monthsOf(cleared), overdueDays]).toEqual([[], 3]);
    expect(open[0]?.blockedBy).toEqual({
      count: 1,
      batches: [{ batchId: 'H0001.LATE', status: 'late', acceptedAt: '2026-09-30T15:49:00.000Z' }],
    });
    expect(clearedObjects().size).toBe(0);

    // Its message was sent in September, and is booked there although it is decided in October.
    jiesuan.travelTo('2026-09-30T23:50:00+08:00');
    await jiesuan.settle(waiting);
    jiesuan.travelTo('2026-10-04T02:00:00+08:00');
    await jiesuan.close(waiting);
    expect(monthsOf((await clear('2026-10-05T01:30:00+08:00')).cleared)).toEqual(['2026-09']);
    expect(statement('statements/cleared/H0001/2026-09.full.ndjson').rows).toHaveLength(2);
  });
});

describe('a month in which nothing is booked', () => {
  it('shows the batch that keeps it open, and is cleared empty when that came to nothing', async () => {
    await clear('2026-10-01T01:30:00+08:00');
    jiesuan.travelTo('2026-10-30T12:00:00+08:00');
    const denied = { ...stay('N', 500), memberId: 'DEMO0000000999' };
    const waiting = await jiesuan.postClaims('H0001', 'LATE', [denied], { until: 'split' });
    const { open } = await clear('2026-11-01T01:30:00+08:00');
    expect(open).toMatchObject([{ month: '2026-10', providers: 0, blockedBy: { count: 1 } }]);
    await jiesuan.settle(waiting);
    await jiesuan.close(waiting);
    const { cleared } = await clear('2026-11-02T01:30:00+08:00');
    expect(cleared).toMatchObject([{ month: '2026-10', providers: 0, totals: { settled: 0 } }]);
    expect(await clear('2026-11-03T01:30:00+08:00')).toEqual({ cleared: [], open: [], overdueDays: 0 });
  });
});

describe('a cleared month', () => {
  it('never changes: a later reversal is booked in the open one, as differences to both providers', async () => {
    await clear('2026-10-01T01:30:00+08:00');
    const before = clearedObjects();
    expect(before.size).toBe(6); // Two providers with two views, their lines, and the book.

    jiesuan.travelTo('2026-10-20T12:00:00+08:00');
    await jiesuan.postClaims('H0001', 'B3', [], { reversals: [reversal('SECRET-A')] });
    const { cleared, open } = await clear('2026-10-21T01:30:00+08:00');
    expect([monthsOf(cleared), monthsOf(open)]).toEqual([[], ['2026-10']]);
    expect(clearedObjects()).toEqual(before);

    const own = statement('statements/open/H0001/2026-10.difference.ndjson').rows;
    expect(own).toMatchObject([
      {
        number: 'SECRET-A',
        posting: 'reversal',
        corrects: '2026-09',
        amounts: { billedFen: -9_000_000, fundsFen: { pooled: -7_582_000 }, cashFen: -1_418_000 },
      },
    ]);
    // Without it, B is below the cap with all its 84,320.00: 10,140.00 more than it got from the pooled fund.
    const touched = statement('statements/open/H0002/2026-10.difference.ndjson').rows;
    expect(touched).toHaveLength(1);
    expect(touched[0]).toMatchObject({
      number: 'B',
      version: 1,
      posting: 'adjustment',
      corrects: '2026-09',
      causedElsewhere: true,
      amounts: { billedFen: 0, deductibleFen: 0 },
    });
    expect(touched[0]!.amounts.fundsFen.pooled).toBe(1_014_000);
    expect(touched[0]!.amounts.fundsFen.large).toBeLessThan(0);
    expect(touched[0]!.amounts.fundsTotalFen + touched[0]!.amounts.cashFen).toBe(0);
    expect(touched[0]).not.toHaveProperty('batchId');
    const told = [...objects()].filter(([key]) => key.includes('/H0002/'));
    for (const [key] of told) expect(text(key)).not.toMatch(/SECRET-A|H0001/);

    const full = statement('statements/open/H0002/2026-10.full.ndjson').rows;
    expect(full.map(({ side, posting }) => [side, posting])).toEqual([
      ['out', 'adjustment'],
      ['in', 'adjustment'],
    ]);
    expect(full[1]!.amounts).toMatchObject({ fundsFen: { pooled: 8_432_000 }, cashFen: 1_568_000 });
  });

  it('and those after it come to what stands, fund by fund', async () => {
    await clear('2026-10-01T01:30:00+08:00');
    jiesuan.travelTo('2026-10-20T12:00:00+08:00');
    await jiesuan.postClaims('H0001', 'B3', [stay('E', 3_000)], { reversals: [reversal('SECRET-A')] });
    await clear('2026-11-01T01:30:00+08:00');
    const sums: Record<string, number> = {};
    for (const [key] of clearedObjects()) {
      if (!key.endsWith('.full.ndjson')) continue;
      for (const { amounts } of statement(key).rows)
        for (const [fund, amount] of Object.entries({ ...amounts.fundsFen, cash: amounts.cashFen }))
          sums[fund] = (sums[fund] ?? 0) + amount;
    }
    const stands: Record<string, number> = {};
    for (const stream of jiesuan.ledger.streams.keys()) {
      const { items } = await jiesuan.ledger.stream(stream, 1, 1_000);
      for (const { amounts } of standing(items))
        for (const [fund, amount] of Object.entries({ ...amounts.funds, cash: amounts.cash }))
          stands[fund] = (stands[fund] ?? 0) + amount;
    }
    expect(Object.keys(stands)).toContain('pooled');
    expect({ large: 0, ...stands }).toEqual({ large: 0, ...sums });
  });

  it('is finished as it was begun by a run that died before the book', async () => {
    const book = 'statements/books/cleared/2026-09.json';
    await clear('2026-10-01T01:30:00+08:00');
    const before = clearedObjects();
    jiesuan.sealed.objects.delete(book);
    const { cleared } = await clear('2026-10-02T01:30:00+08:00');
    expect(monthsOf(cleared)).toEqual(['2026-09']);
    before.delete(book);
    for (const [key, bytes] of before) expect(jiesuan.sealed.objects.get(key)).toEqual(bytes);

    jiesuan.sealed.objects.delete(book);
    const key = 'statements/cleared/H0001/2026-09.full.ndjson';
    jiesuan.sealed.objects.set(key, new TextEncoder().encode('something else'));
    await expect(clear('2026-10-02T01:30:00+08:00')).rejects.toThrow('says something else');
    expect(text(key)).toBe('something else');
  });
});
