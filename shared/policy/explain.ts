// The sentences of a computation, Chinese and English, made from the codes and numbers of its steps when somebody
// reads them. Facts only: amounts, ratios, ordinals; never a name, a number of a person or a diagnosis.

import type { Fen } from '../money/fen.ts';
import { yuanForPeople } from '../money/fen.ts';
import { type BasisPoints, percent } from '../money/ratio.ts';
import type { Citation, Step } from './adjudication.ts';
import { NO_LIMIT } from './pack/resolve.ts';

export interface Sentence {
  readonly zh: string;
  readonly en: string;
}

const FUND_NAMES: Readonly<Record<string, Sentence>> = {
  pooled: { zh: '统筹基金', en: 'pooled fund' },
  large: { zh: '大额医疗补助', en: 'large-amount fund' },
  critical: { zh: '大病保险', en: 'critical-illness fund' },
  'civil-servant': { zh: '公务员医疗补助', en: 'civil-servant fund' },
  enterprise: { zh: '企业补充医疗保险', en: "enterprise's supplementary fund" },
  relief: { zh: '医疗救助', en: 'medical relief' },
  maternity: { zh: '生育保险基金', en: 'maternity fund' },
  special: { zh: '特殊人群医疗基金', en: 'fund of special groups' },
  other: { zh: '其他基金', en: 'other funds' },
  hospital: { zh: '医院负担', en: 'hospital' },
  account: { zh: '个人账户', en: 'personal account' },
};

/** What a fund is called. */
export const fundName = (fund: string): Sentence => FUND_NAMES[fund] ?? { zh: fund, en: fund };

type Facts = Readonly<Record<string, string | number>>;
const money = (amount: unknown): string => yuanForPeople(Number(amount ?? 0) as Fen);
const share = (ratio: unknown): string => percent(Number(ratio ?? 0) as BasisPoints);

const SENTENCES: Readonly<Record<string, (step: Step, f: Facts) => Sentence>> = {
  'first-share': (step, f) => ({
    zh: `符合范围 ${money(step.amountIn)} 元先自付 ${share(f['ratio'])}，计 ${money(step.amountOut)} 元`,
    en: `the member first pays ${share(f['ratio'])} of ${money(step.amountIn)}: ${money(step.amountOut)}`,
  }),
  deductible: (step, f) => {
    const ordinal =
      Number(f['ordinal'] ?? 1) > 1
        ? { zh: `（本年度第 ${f['ordinal']} 次）`, en: ` (number ${f['ordinal']} of the year)` }
        : { zh: '', en: '' };
    const before =
      Number(f['paidBefore'] ?? 0) > 0
        ? { zh: `，此前已计 ${money(f['paidBefore'])} 元`, en: `, ${money(f['paidBefore'])} counted before` }
        : { zh: '', en: '' };
    if (f['threshold'] === 'yes') {
      return {
        zh: `门槛 ${money(f['due'])} 元，${step.amountOut === 0 ? '已超过，从零计算' : '未超过'}`,
        en: `threshold ${money(f['due'])}, ${step.amountOut === 0 ? 'passed: counted from zero' : 'not passed'}`,
      };
    }
    return {
      zh: `起付标准 ${money(f['standard'])} 元${ordinal.zh}${before.zh}，本次 ${money(step.amountOut)} 元由个人负担`,
      en: `deductible ${money(f['standard'])}${ordinal.en}${before.en}; the member bears ${money(step.amountOut)} now`,
    };
  },
  bands: (step, f) => {
    const payer = Object.keys(step.bears)[0]!;
    const open = Number(f['upTo']) === NO_LIMIT;
    const place =
      Number(f['bands'] ?? 1) > 1
        ? {
            zh: `第 ${f['band']} 段（${money(f['from'])}${open ? ' 以上' : ` 至 ${money(f['upTo'])}`}）`,
            en: `band ${f['band']} (${open ? `above ${money(f['from'])}` : `${money(f['from'])} to ${money(f['upTo'])}`}): `,
          }
        : { zh: '', en: '' };
    return {
      zh: `${place.zh}${money(step.amountIn)} 元 × ${share(f['ratio'])}，${fundName(payer).zh}支付 ${money(step.amountOut)} 元`,
      en: `${place.en}${money(step.amountIn)} × ${share(f['ratio'])}: ${fundName(payer).en} pays ${money(step.amountOut)}`,
    };
  },
  cap: (step, f) => ({
    zh: `最高支付限额 ${money(f['limit'])} 元（此前已用 ${money(f['used'])} 元），实付 ${money(step.amountOut)} 元`,
    en: `cap ${money(f['limit'])} (${money(f['used'])} used before): pays ${money(step.amountOut)}`,
  }),
  limits: (step) => ({
    zh: `超过使用限额的 ${money(step.amountIn - step.amountOut)} 元由个人负担`,
    en: `${money(step.amountIn - step.amountOut)} beyond the limit is the member's`,
  }),
  total: (step, f) =>
    step.of === 'at-most'
      ? {
          zh: `各基金合计不超过 ${share(f['ratio'])}，由 ${money(step.amountIn)} 元减为 ${money(step.amountOut)} 元`,
          en: `all funds together at most ${share(f['ratio'])}: ${money(step.amountIn)} becomes ${money(step.amountOut)}`,
        }
      : {
          zh: `各基金合计不低于 ${share(f['ratio'])}，由 ${money(step.amountIn)} 元补至 ${money(step.amountOut)} 元`,
          en: `all funds together at least ${share(f['ratio'])}: ${money(step.amountIn)} becomes ${money(step.amountOut)}`,
        },
  account: (step) => ({
    zh: `个人账户支付 ${money(step.amountOut)} 元（余额 ${money(step.amountIn)} 元）`,
    en: `the personal account pays ${money(step.amountOut)} (balance ${money(step.amountIn)})`,
  }),
};

/** The sentence of a step, in both languages. */
export function sentenceOf(step: Step): Sentence {
  const write = SENTENCES[step.rule];
  return write === undefined ? { zh: step.rule, en: step.rule } : write(step, step.facts ?? {});
}

/** A citation as people write it: 〔D〕title, clause. */
export const citationText = ({ title, clause, tier }: Citation): string =>
  `〔${tier}〕${title}${clause === undefined ? '' : `，${clause}`}`;
