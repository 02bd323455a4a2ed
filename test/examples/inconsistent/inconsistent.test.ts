// The published cases that do not hold (README.md beside): what their own inputs really give.

import { describe, expect, it } from 'vitest';
import { type Fen, minus, plus } from '../../../shared/money/fen.ts';
import { type BasisPoints, shareOf, splitByRatio } from '../../../shared/money/ratio.ts';

const fen = (n: number) => n as Fen;
const bp = (n: number) => n as BasisPoints;

describe('published cases that are wrong', () => {
  it('F02: the two shares add up to the bill, but its items do not', () => {
    expect(plus(fen(3_901_936), fen(7_098_064))).toBe(11_000_000);
    expect(10_920_000).not.toBe(11_000_000);
  });

  it('F04: what is left of the yearly deductible and the rest make 700, not the 800 of visit 2', () => {
    expect(shareOf(fen(29_200), bp(7_000))).toBe(20_440);
    expect(shareOf(fen(48_800), bp(7_000))).toBe(34_160);
    expect(70_000).not.toBe(80_000);
  });

  it('F10: 0.95 % of 20,000 is 190; 19,000 would be 95 %', () => {
    expect(shareOf(fen(2_000_000), bp(95))).toBe(19_000);
    expect(shareOf(fen(2_000_000), bp(9_500))).toBe(1_900_000);
  });

  it('F13: the fund is rounded, the person gets what is left, and both add up', () => {
    const { fund, member } = splitByRatio(fen(54_550), bp(9_500));
    expect([fund, member]).toEqual([51_823, 2_727]);
    expect(minus(plus(fund, member), fen(54_550))).toBe(0);
  });
});
