// A settlement kept as it was decided: 10.00 billed, 3.00 paid by the fund, the rest by account and cash. In fen.

import { describe, expect, it } from 'vitest';
import { asItStands } from '../../../shared/ledger/corrections/as-it-stands.ts';
import { type Amounts, NO_AMOUNTS } from '../../../shared/policy/adjudication.ts';

type Buckets = readonly [earlier: number, thisYear: number];
const buckets = ([earlier, thisYear]: Buckets) => ({ earlier, thisYear });
const counters = { '2026': { pooled: 300 } };
const standing = (paid: Buckets) => {
  const account = paid[0] + paid[1];
  const amounts = { ...NO_AMOUNTS, billed: 1_000, funds: { pooled: 300 }, account, cash: 700 - account };
  return { amounts: amounts as Amounts, effects: { counters, account: buckets(paid) } };
};
const on = (held: Buckets | undefined, stands: object) =>
  asItStands(
    { years: {}, ...(held && { account: { year: '2026', ...buckets(held) } }) } as never,
    stands as never,
  );

describe('a settlement that is kept as it was decided', () => {
  it('comes to the very same where the account paid nothing, or holds as much in each bucket', () => {
    const unpaid = { amounts: standing([0, 0]).amounts, effects: { counters } };
    const enough = standing([30, 40]);
    for (const [stands, held] of [
      [unpaid, [0, 0]],
      [unpaid, undefined],
      [enough, [30, 40]],
      [enough, [31, 41]],
    ] as const) {
      const { amounts, effects } = on(held, stands);
      expect([amounts === stands.amounts, effects === stands.effects]).toEqual([true, true]);
    }
  });

  it.each([
    ['from what is left of earlier years, where it lies there now', [0, 50], [70, 0], [50, 0], 0],
    ['from this year, where nothing is left of earlier ones', [50, 0], [0, 70], [0, 50], 0],
    ['the missing part of one bucket from the other', [30, 40], [20, 100], [20, 50], 0],
    ['the missing part of this year from earlier ones', [30, 40], [100, 20], [50, 20], 0],
    ['all that both hold, and the rest is cash', [0, 50], [10, 5], [10, 5], 35],
    ['where this year holds least', [30, 40], [40, 10], [40, 10], 20],
  ] as const)('is paid %s', (_what, paid, held, pays, short) => {
    const stands = standing(paid);
    const { amounts, effects } = on(held, stands);
    expect(effects).toStrictEqual({ counters, account: buckets(pays) });
    expect(amounts).toEqual({
      ...stands.amounts,
      account: pays[0] + pays[1],
      cash: stands.amounts.cash + short,
    });
  });

  it('is paid in cash where the account holds nothing, or there is none', () => {
    for (const held of [[0, 0], undefined] as const) {
      const { amounts, effects } = on(held, standing([30, 40]));
      expect(effects).toStrictEqual({ counters });
      expect(amounts).toMatchObject({ billed: 1_000, funds: { pooled: 300 }, account: 0, cash: 700 });
    }
  });
});
