// What people read of a step, word for word: a number in the wrong place of a sentence is a wrong explanation.

import { describe, expect, it } from 'vitest';
import type { Citation } from '../../../shared/policy/adjudication.ts';
import { denialOf, denialSentence } from '../../../shared/policy/denials.ts';
import { citationText, fundName, sentenceOf } from '../../../shared/policy/explain.ts';
import { NO_LIMIT } from '../../../shared/policy/pack/resolve.ts';

const sentence = (rule: string, step: object, facts?: Record<string, string | number>) => {
  const { zh, en } = sentenceOf({
    rule,
    of: 'pooled',
    bears: {},
    citations: [],
    facts,
    ...step,
  } as never);
  return [zh, en];
};

describe('the sentence of a step', () => {
  it('first share: of what, how much', () => {
    expect(sentence('first-share', { amountIn: 100_000, amountOut: 10_000 }, { ratio: 1_000 })).toEqual([
      '符合范围 1,000.00 元先自付 10%，计 100.00 元',
      'the member first pays 10% of 1,000.00: 100.00',
    ]);
  });

  it('deductible: the standard, the ordinal from the second on, what was counted before', () => {
    const step = { amountIn: 585_584, amountOut: 80_000 };
    const facts = { standard: 80_000, due: 80_000, paidBefore: 0, ordinal: 1, threshold: 'no' };
    expect(sentence('deductible', step, facts)).toEqual([
      '起付标准 800.00 元，本次 800.00 元由个人负担',
      'deductible 800.00; the member bears 800.00 now',
    ]);
    expect(sentence('deductible', step, { ...facts, ordinal: 2 })).toEqual([
      '起付标准 800.00 元（本年度第 2 次），本次 800.00 元由个人负担',
      'deductible 800.00 (number 2 of the year); the member bears 800.00 now',
    ]);
    const later = { ...step, amountOut: 50_000 };
    expect(sentence('deductible', later, { ...facts, due: 50_000, paidBefore: 30_000 })).toEqual([
      '起付标准 800.00 元，此前已计 300.00 元，本次 500.00 元由个人负担',
      'deductible 800.00, 300.00 counted before; the member bears 500.00 now',
    ]);
  });

  it('threshold: what is due, and whether it was passed', () => {
    const facts = { standard: 80_000, due: 60_000, paidBefore: 20_000, ordinal: 2, threshold: 'yes' };
    expect(sentence('deductible', { amountIn: 70_000, amountOut: 0 }, facts)).toEqual([
      '门槛 600.00 元，已超过，从零计算',
      'threshold 600.00, passed: counted from zero',
    ]);
    expect(sentence('deductible', { amountIn: 50_000, amountOut: 50_000 }, facts)).toEqual([
      '门槛 600.00 元，未超过',
      'threshold 600.00, not passed',
    ]);
  });

  it('bands: the place only where there are several, and who pays', () => {
    const step = { amountIn: 478_584, amountOut: 421_154, bears: { pooled: 421_154, member: 57_430 } };
    const facts = { ratio: 8_800, from: 80_000, upTo: NO_LIMIT, band: 1, bands: 1 };
    expect(sentence('bands', step, facts)).toEqual([
      '4,785.84 元 × 88%，统筹基金支付 4,211.54 元',
      '4,785.84 × 88%: pooled fund pays 4,211.54',
    ]);
    expect(sentence('bands', step, { ...facts, band: 2, bands: 2 })).toEqual([
      '第 2 段（800.00 以上）4,785.84 元 × 88%，统筹基金支付 4,211.54 元',
      'band 2 (above 800.00): 4,785.84 × 88%: pooled fund pays 4,211.54',
    ]);
    const relief = { ...step, bears: { relief: 421_154, member: 57_430 } };
    expect(sentence('bands', relief, { ...facts, upTo: 1_000_000, bands: 2 })).toEqual([
      '第 1 段（800.00 至 10,000.00）4,785.84 元 × 88%，医疗救助支付 4,211.54 元',
      'band 1 (800.00 to 10,000.00): 4,785.84 × 88%: medical relief pays 4,211.54',
    ]);
  });

  it('cap: the limit, what was used of it, what is paid', () => {
    expect(
      sentence('cap', { amountIn: 300_000, amountOut: 200_000 }, { limit: 900_000, used: 700_000 }),
    ).toEqual([
      '最高支付限额 9,000.00 元（此前已用 7,000.00 元），实付 2,000.00 元',
      'cap 9,000.00 (7,000.00 used before): pays 2,000.00',
    ]);
  });

  it('limits: what is beyond them', () => {
    expect(sentence('limits', { amountIn: 50_000, amountOut: 30_000 })).toEqual([
      '超过使用限额的 200.00 元由个人负担',
      "200.00 beyond the limit is the member's",
    ]);
  });

  it('total: at most, at least, from what to what', () => {
    const step = { amountIn: 120_000, amountOut: 90_000 };
    expect(sentence('total', { ...step, of: 'at-most' }, { ratio: 9_000 })).toEqual([
      '各基金合计不超过 90%，由 1,200.00 元减为 900.00 元',
      'all funds together at most 90%: 1,200.00 becomes 900.00',
    ]);
    expect(
      sentence('total', { of: 'at-least', amountIn: 60_000, amountOut: 75_000 }, { ratio: 7_500 }),
    ).toEqual([
      '各基金合计不低于 75%，由 600.00 元补至 750.00 元',
      'all funds together at least 75%: 600.00 becomes 750.00',
    ]);
  });

  it('account: what it pays, of which balance', () => {
    expect(sentence('account', { amountIn: 50_000, amountOut: 12_345 })).toEqual([
      '个人账户支付 123.45 元（余额 500.00 元）',
      'the personal account pays 123.45 (balance 500.00)',
    ]);
  });

  it('a rule or a fund without words of its own is called by its code', () => {
    expect(sentence('new-rule', {})).toEqual(['new-rule', 'new-rule']);
    expect(fundName('new-fund')).toEqual({ zh: 'new-fund', en: 'new-fund' });
  });
});

describe('a citation', () => {
  const citation: Citation = { source: 's', title: '冀医保规〔2022〕3号', tier: 'A' };

  it('has its tier, its title, and its clause where there is one', () => {
    expect(citationText(citation)).toBe('〔A〕冀医保规〔2022〕3号');
    expect(citationText({ ...citation, clause: '第四条' })).toBe('〔A〕冀医保规〔2022〕3号，第四条');
  });
});

describe('the sentence of a denial', () => {
  it('has its facts in their places, and a question mark for one that is missing', () => {
    expect(denialSentence(denialOf('visit-limit-reached', { max: 12 }))).toEqual({
      zh: '已达次数上限（12 次）',
      en: 'The limit of 12 visits in the period is reached',
    });
    expect(denialSentence(denialOf('too-soon-after-last')).zh).toBe('距上次不足 ? 天');
  });

  it('of a code nobody knows any more is the code', () => {
    expect(denialSentence({ code: 'gone' })).toEqual({ zh: 'gone', en: 'gone' });
  });
});
