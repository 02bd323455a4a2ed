// A settlement as a person reads it, and as it fits the national interface's field.

import { describe, expect, it } from 'vitest';
import { adjudicateBasis } from '../../../../shared/policy/adjudicate.ts';
import { type Adjudication, NO_AMOUNTS } from '../../../../shared/policy/adjudication.ts';
import { DENIAL_CODES, denialSentence } from '../../../../shared/policy/denials.ts';
import { loadPacks } from '../../../../shared/policy/packs/load-packs.ts';
import {
  EXPLANATION_CHARACTERS_MAX,
  explainAsText,
} from '../../../../shared/policy/tools/explain-as-text.ts';
import { aBasis, aMember, aStay, releaseOf, shippedPack } from '../support.ts';

const own = { source: 'own', title: 'own', tier: 'D' };
const notice = { source: 'notice', title: '某医保〔2024〕1号', tier: 'A', clause: '第十条' };
const deductible = {
  rule: 'deductible',
  of: 'pooled',
  amountIn: 100_000,
  amountOut: 30_000,
  bears: { member: 30_000 },
  facts: { standard: 30_000, due: 30_000, paidBefore: 0, ordinal: 1, threshold: 'no' },
  citations: [own],
};
const bands = {
  rule: 'bands',
  of: 'pooled',
  amountIn: 70_000,
  amountOut: 56_000,
  bears: { pooled: 56_000, member: 14_000 },
  facts: { ratio: 8_000, from: 0, upTo: 0, band: 1, bands: 1 },
  citations: [notice, own, notice],
};
const payable = (amounts: object, steps: readonly object[]): Adjudication =>
  ({
    outcome: 'payable',
    servedOn: '2024-03-10',
    scheme: '310',
    benefit: 'inpatient',
    benefitYear: '2024',
    amounts: { ...NO_AMOUNTS, ...amounts },
    steps,
  }) as never;

describe('an explanation', () => {
  it('leaves out the parts of a bill that are nothing', () => {
    const amounts = { billed: 100_000, inScope: 100_000, funds: { pooled: 56_000 }, cash: 44_000 };
    expect(explainAsText(payable(amounts, [deductible, bands]))).toBe(
      `2024-03-10 · 310 · inpatient · 2024
医疗费总额 billed: 1,000.00
＝ 符合政策范围 in scope: 1,000.00
1. 起付标准 300.00 元，本次 300.00 元由个人负担 [1]
   deductible 300.00; the member bears 300.00 now
2. 700.00 元 × 80%，统筹基金支付 560.00 元 [2][1]
   700.00 × 80%: pooled fund pays 560.00
统筹基金 pooled fund: 560.00
个人现金 cash: 440.00
[1] 〔D〕own
[2] 〔A〕某医保〔2024〕1号，第十条`,
    );
  });

  it('has every part that is something, down to one fen', () => {
    const amounts = {
      billed: 100_004,
      selfPaid: 1,
      overLimit: 1,
      firstPay: 1,
      inScope: 100_001,
      funds: { pooled: 56_000, relief: 2 },
      account: 1,
      hospital: 1,
      cash: 44_000,
    };
    expect(explainAsText(payable(amounts, []))).toBe(
      `2024-03-10 · 310 · inpatient · 2024
医疗费总额 billed: 1,000.04
－ 全自费 self-paid: 0.01
－ 超限价 over the price limit: 0.01
－ 先行自付 first-pay share: 0.01
＝ 符合政策范围 in scope: 1,000.01
统筹基金 pooled fund: 560.00
医疗救助 medical relief: 0.02
医院负担 hospital: 0.01
个人账户 personal account: 0.01
个人现金 cash: 440.00`,
    );
  });

  it('of a denial has the reason in both languages, with its code and its clauses', () => {
    const denied = { outcome: 'denied', servedOn: '2024-03-10', billed: 12_345, steps: [] };
    const denial = { code: 'visit-limit-reached', facts: { max: 3 }, citations: [notice] };
    expect(explainAsText({ ...denied, denial } as never)).toBe(
      `不予支付 Denied · 2024-03-10 · 123.45
  已达次数上限（3 次）
  The limit of 3 visits in the period is reached (visit-limit-reached)
    〔A〕某医保〔2024〕1号，第十条`,
    );
  });

  it('of a claim for a person has every reason', () => {
    const reasons = [{ code: 'large-bill' }, { code: 'sampled' }];
    const pended = { outcome: 'pended', servedOn: '2024-03-10', billed: 12_345, reasons, steps: [] };
    expect(explainAsText(pended as never)).toBe(
      `待人工审核 Pended · 2024-03-10 · 123.45
  费用金额较大，需人工审核
  A large bill: a person looks first (large-bill)
  抽样审核
  Chosen for review by sampling (sampled)`,
    );
  });

  it('says each step in both languages, with its clause', () => {
    const pack = shippedPack('guangzhou/employee');
    const text = explainAsText(
      adjudicateBasis(aStay(500_000, '2008-05-01'), aBasis(500_000), aMember(), releaseOf([pack]), {
        area: '440100',
      }),
    );
    expect(text).toContain('起付标准 2,000.00 元，本次 2,000.00 元由个人负担');
    expect(text).toContain('3,000.00 × 80%: pooled fund pays 2,400.00');
  });

  it('every denial code has a sentence in both languages', () => {
    for (const code of DENIAL_CODES) {
      const { zh, en } = denialSentence({ code, facts: {} });
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(en.length).toBeGreaterThan(5);
    }
  });
});

describe('room in the national interface', () => {
  const amounts = { billed: 100_000, inScope: 100_000, funds: { pooled: 56_000 }, cash: 44_000 };
  const long = (steps: number, title: string) =>
    explainAsText(
      payable(
        amounts,
        Array.from({ length: steps }, () => ({ ...deductible, citations: [{ ...own, title }] })),
      ),
    );

  it('is filled to the last character', () => {
    // A title of one character more or less makes the text as much longer.
    const room = EXPLANATION_CHARACTERS_MAX - long(1, '').length;
    expect(long(1, 'x'.repeat(room)).length).toBe(4_000);
    expect(long(1, 'x'.repeat(room))).toContain('the member bears');
    expect(long(1, 'x'.repeat(room + 1))).not.toContain('the member bears');
  });

  it('is made by leaving out the English, then the sources, then the end', () => {
    const chinese = long(80, 'notice');
    expect(chinese).toContain(
      '\n80. 起付标准 300.00 元，本次 300.00 元由个人负担 [1]\n统筹基金: 560.00\n个人现金: 440.00\n[1] 〔D〕notice',
    );
    expect(chinese).not.toContain('the member bears');

    const bare = long(80, 'x'.repeat(2_000));
    expect(bare).toContain(
      '\n80. 起付标准 300.00 元，本次 300.00 元由个人负担\n统筹基金: 560.00\n个人现金: 440.00',
    );
    expect(bare).not.toContain('[1]');

    const cut = long(200, 'notice');
    expect(cut).toHaveLength(4_000);
    expect(cut).not.toContain('[1]');
    expect(cut.startsWith('2024-03-10 · 310 · inpatient · 2024\n医疗费总额: 1,000.00\n')).toBe(true);
    expect(cut.endsWith('…')).toBe(true);
  });

  it('is enough for every shipped pack, with sources', () => {
    for (const pack of loadPacks()) {
      const result = adjudicateBasis(
        aStay(90_000_000, '2024-03-10', '3'),
        aBasis(90_000_000),
        aMember(pack.scheme, Object.keys(pack.classes).at(-1)),
        releaseOf([pack]),
        { area: pack.area },
      );
      const text = explainAsText(result);
      expect(text.length).toBeLessThanOrEqual(4_000);
      if (result.outcome === 'payable') expect(text).toContain('[1]');
    }
  });
});
