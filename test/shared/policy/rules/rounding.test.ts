// What a fund pays, rounded as the pack says: to the fen, the jiao or the yuan, in every direction.

import { describe, expect, it } from 'vitest';
import { aStay, payableOf, tinyPack } from '../support.ts';

/** Of so many fen, the fund pays this share. */
const paid = (mode: string, digits: number, inScope: number, ratio: string) =>
  payableOf(tinyPack({ ratio }, { rounding: { mode, digits } }), aStay(inScope)).amounts.funds.pooled ?? 0;

describe('rounding', () => {
  it('half-up: half a unit counts, less does not', () => {
    // 50.01 % of 5 yuan are 250.05 fen.
    expect([2, 1, 0].map((digits) => paid('half-up', digits, 500, '50.01%'))).toEqual([250, 250, 300]);
    expect([2, 1, 0].map((digits) => paid('half-up', digits, 500, '49.90%'))).toEqual([250, 250, 200]);
  });

  it('down: a part of a unit never counts', () => {
    expect([2, 1, 0].map((digits) => paid('down', digits, 500, '59.99%'))).toEqual([299, 290, 200]);
    expect([2, 1, 0].map((digits) => paid('down', digits, 500, '60%'))).toEqual([300, 300, 300]);
  });

  it('up: a part of a unit always counts, and nothing is added where there is none', () => {
    expect([2, 1, 0].map((digits) => paid('up', digits, 500, '40.01%'))).toEqual([201, 210, 300]);
    expect([2, 1, 0].map((digits) => paid('up', digits, 500, '40%'))).toEqual([200, 200, 200]);
  });

  it('once for the fund, or each band, as the pack says', () => {
    // Half of 5 fen and half of 5 fen: 5 fen together, 3 and 3 apart.
    const table = [{ upTo: '0.05', ratio: '50%' }, { ratio: '50%' }];
    const layer = { ratio: undefined, bands: { thresholds: 'gross', table } };
    const funds = (rounding: object) => payableOf(tinyPack(layer, { rounding }), aStay(10)).amounts.funds;
    expect([{}, { each: 'fund' }, { each: 'band' }].map(funds)).toEqual([
      { pooled: 5 },
      { pooled: 5 },
      { pooled: 6 },
    ]);
  });

  it('never pays more than there is', () => {
    expect(paid('up', 0, 101, '99.50%')).toBe(101); // 100.5 fen would be 2 yuan.
  });
});
