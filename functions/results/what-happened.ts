// What a correction did, in sentences: a settlement undone, lines refunded, amounts changed by a correction of another
// claim. Pure: it is told all it says.

import { type Fen, minus, total, yuanForPeople as yuan, ZERO } from '../../shared/money/fen.ts';
import { adjustmentsOf, type Entry, type ReversalEntry } from '../../shared/ledger/entry.ts';
import { type Amounts, type Denial, FUNDS, NO_AMOUNTS } from '../../shared/policy/adjudication.ts';
import { fundName, type Sentence } from '../../shared/policy/explain.ts';
import { dayInChina } from '../../shared/time/dates.ts';
import type { AdjustedBy } from './claim-view.ts';
import { numberOfKey } from './decision-view.ts';
import type * as z from 'zod';

/** Sentences of a reversal, whole or of lines. `own` is the institution that asks; claims of others are only counted. */
export function reversalHappened({ at, version, reason, undone, replacement }: ReversalEntry): Sentence[] {
  const on = dayInChina(at);
  if (replacement) {
    const { header, denial } = replacement;
    const amounts = borne(replacement.amounts, denial, header.billedFen);
    return [
      {
        zh: `${on} 退费（理由代码 ${reason}）：费用由 ${yuan(undone.billed)} 元变为 ${yuan(amounts.billed)} 元；第 ${version} 版结算作废，由第 ${version + 1} 版替代。`,
        en: `${on}: lines refunded (reason ${reason}); billed ${yuan(undone.billed)} became ${yuan(amounts.billed)}. Version ${version + 1} stands in place of version ${version}.`,
      },
      ...moneyMoved(undone, amounts),
    ];
  }
  return [
    {
      zh: `${on} 冲正（理由代码 ${reason}）：第 ${version} 版结算（费用 ${yuan(undone.billed)} 元）作废，累计、住院次数与个人账户一并退回。`,
      en: `${on}: reversed (reason ${reason}). Version ${version} (billed ${yuan(undone.billed)}) no longer stands; counters, stays and account are given back.`,
    },
    ...moneyMoved(undone, NO_AMOUNTS),
    {
      zh: '该单据号现可重新提交，作为下一版结算。',
      en: 'The number may be posted again; it will be settled as its next version.',
    },
  ];
}

/** What a claim comes to for those who pay it: the books count nothing of a denied one, the member bears it all. */
export const borne = (amounts: Amounts, denial: Denial | undefined, billed: Fen): Amounts =>
  denial === undefined ? amounts : { ...NO_AMOUNTS, billed, cash: billed };

/** Who gets money back, and who pays more: each payer's difference, with its sign. Nothing when nobody's changed. */
function moneyMoved(was: Amounts, is: Amounts): Sentence[] {
  const difference = (pick: (amounts: Amounts) => Fen | undefined): Fen =>
    minus(pick(is) ?? ZERO, pick(was) ?? ZERO);
  const parts: (readonly [zh: string, en: string, amount: Fen])[] = [
    ...FUNDS.map((fund) => {
      const { zh, en } = fundName(fund);
      return [zh, en, difference(({ funds }) => funds[fund])] as const;
    }),
    ['个人账户', 'personal account', difference(({ account }) => account)],
    ['个人现金', 'cash', difference(({ cash }) => cash)],
    ['医院负担', 'hospital', difference(({ hospital }) => hospital)],
  ];
  const moved = parts.filter(([, , amount]) => amount !== 0);
  if (moved.length === 0) return [];
  const list = (name: 0 | 1, comma: string) =>
    moved.map((part) => `${part[name]} ${signed(part[2])}`).join(comma);
  const cash = difference((amounts) => amounts.cash);
  return [
    {
      zh: `各方支付的变化（元）：${list(0, '，')}。${cash < 0 ? `应退参保人现金 ${yuan(minus(ZERO, cash))} 元。` : cash > 0 ? `参保人应补现金 ${yuan(cash)} 元。` : ''}`,
      en: `What each payer's share changed by (yuan): ${list(1, ', ')}.${cash < 0 ? ` The member gets back ${yuan(minus(ZERO, cash))} in cash.` : cash > 0 ? ` The member owes ${yuan(cash)} more in cash.` : ''}`,
    },
  ];
}

const signed = (amount: Fen): string => `${amount > 0 ? '+' : ''}${yuan(amount)}`;

/** Other settlements that a correction or a late claim changed; undefined when it changed none. */
export function othersAdjusted({ place, body }: Entry): Sentence | undefined {
  const adjustments = adjustmentsOf(body);
  if (adjustments.length === 0) return undefined;
  const provider = place.claimKey.slice(0, place.claimKey.indexOf('/') + 1);
  const own = adjustments.filter(({ claimKey }) => claimKey.startsWith(provider));
  const others = adjustments.length - own.length;
  const numbers = own.map(({ claimKey }) => numberOfKey(claimKey));
  return {
    zh: `参保人的其他结算因此重新计算：${[...numbers, ...(others > 0 ? [`其他机构 ${others} 笔`] : [])].join('、')}。`,
    en: `Other settlements of the member come to something else because of it: ${[...numbers, ...(others > 0 ? [`${others} of other institutions`] : [])].join(', ')}.`,
  };
}

const KINDS = {
  reversal: { zh: '被冲正', en: 'the reversal of' },
  refund: { zh: '退费', en: 'a refund of' },
  'late-claim': { zh: '补报', en: 'the late arrival of' },
} as const;

/** A settlement that comes to something else than it was first decided, and why. */
export function adjustedHappened(
  { decidedAt, kind, claimNo }: z.infer<typeof AdjustedBy>,
  first: Amounts,
  now: Amounts,
): Sentence[] {
  const on = dayInChina(Date.parse(decidedAt));
  const [was, is] = [first, now].map(({ funds }) => yuan(total(Object.values(funds))));
  const funds =
    was === is
      ? { zh: `基金仍支付 ${is} 元`, en: `the funds pay ${is}, as before` }
      : { zh: `基金由 ${was} 元变为 ${is} 元`, en: `the funds pay ${is} instead of ${was}` };
  return [
    {
      zh: `${on} 因参保人的另一笔结算（${claimNo ?? '其他机构'}）${KINDS[kind].zh}，本结算重新计算：${funds.zh}。`,
      en: `${on}: decided again because of ${KINDS[kind].en} another claim of the member (${claimNo ?? 'of another institution'}); ${funds.en}.`,
    },
    ...moneyMoved(first, now),
  ];
}

/** Said where a settlement is explained as it was first decided although it comes to something else now. */
export const NOT_WHAT_COUNTS_NOW: Sentence = {
  zh: '以下为首次结算时的计算；之后已重新计算，现行结果见不带 seq 的说明。',
  en: 'This is how it was first decided; it has been decided again since. Ask without seq for what counts now.',
};
