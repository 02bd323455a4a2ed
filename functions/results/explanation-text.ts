// An explanation as plain text: what a clerk can read out to a patient, or paste into a letter. Chinese first, the
// English under it.

import { type Fen, yuanForPeople } from '../../shared/money/fen.ts';
import { type Citation, FUNDS } from '../../shared/policy/adjudication.ts';
import { citationText, fundName } from '../../shared/policy/explain.ts';
import type { AmountsView } from '../../shared/http/amounts.ts';
import { outcomeText, reasonsOf } from './decision-view.ts';
import type { ExplanationView } from './explain-claim.ts';
import type { RefundedLineView, StepView } from './step-view.ts';
import type * as z from 'zod';

/** The whole explanation as text. */
export function explanationText(explanation: ExplanationView): string {
  const { providerId, claimNo, decision, entryIntact, happened, recomputed, steps, refundedLines } =
    explanation;
  const amounts = explanation.adjustedTo ?? decision.amounts;
  const reasons = reasonsOf(decision);
  return [
    `结算说明 Explanation  ${providerId}/${claimNo}`,
    `结果 Outcome: ${outcomeText(decision)}${decision.servedOn ? `  服务日期 served on ${decision.servedOn}` : ''}`,
    ...reasons.flatMap(({ code, zh, en }) => [`原因 Reason: ${code}`, `  ${zh}`, `  ${en}`]),
    ...(happened.length === 0 ? [] : ['', '经过 What happened', ...happened.flatMap(sentenceLines)]),
    ...(refundedLines.length === 0
      ? []
      : ['', '已退明细（元） Refunded lines (yuan)', ...refundedLines.map(refundedLine)]),
    ...(amounts ? ['', ...amountLines(amounts)] : []),
    ...(recomputed === undefined
      ? []
      : ['', '计算步骤 Steps', ...(steps.length === 0 ? ['  （无 none）'] : steps.flatMap(stepLines))]),
    '',
    ...(decision.release === undefined ? [] : [`政策版本 Release: ${decision.release}`]),
    `凭证 Entry: ${decision.entryHash}${entryIntact ? '' : '  （哈希不符！ hash differs!）'}`,
    ...checkLines(explanation),
    '',
  ].join('\n');
}

/** What the check came to, in both languages. */
export function checkLines({
  agrees,
  recomputed,
}: Pick<ExplanationView, 'agrees' | 'recomputed'>): readonly [zh: string, en: string] {
  if (!agrees)
    return [
      '复核：重新计算的结果与记录不一致，请联系运维人员；以记录为准。',
      'Check: decided again, it does NOT agree with the record. Tell the operators; the record stands.',
    ];
  return recomputed === undefined
    ? [
        '复核：按当时的账目重新作出该决定，与记录一致。',
        'Check: decided again on the books as they stood; it agrees with the record.',
      ]
    : [
        '复核：按原始单据与当时的政策重新计算，结果与记录一致。',
        'Check: computed again from the raw claim under the policy of then; it agrees with the record.',
      ];
}

const sentenceLines = ({ zh, en }: { readonly zh: string; readonly en: string }): string[] => [
  `  ${zh}`,
  `  ${en}`,
];

const refundedLine = ({
  lineNo,
  itemName,
  itemCode,
  quantity,
  amountFen,
  reason,
}: RefundedLineView): string =>
  `  ${lineNo}  ${itemName ?? itemCode ?? ''}  ${quantity}  ${money(amountFen)}  ${reason}`;

function amountLines(amounts: z.infer<typeof AmountsView>): string[] {
  const line = (name: string, amount: number) => `  ${name}: ${money(amount)}`;
  const funds = FUNDS.flatMap((fund) => {
    const paid = amounts.fundsFen[fund];
    return paid === undefined ? [] : [line(`${fundName(fund).zh} ${fundName(fund).en}`, paid)];
  });
  return [
    '金额（元） Amounts (yuan)',
    line('总费用 billed', amounts.billedFen),
    line('全自费 self-paid', amounts.selfPaidFen),
    line('超限价 over limit', amounts.overLimitFen),
    line('先行自付 first-pay', amounts.firstPayFen),
    line('符合政策范围 in scope', amounts.inScopeFen),
    line('起付线 deductible', amounts.deductibleFen),
    ...funds,
    line('个人账户 account', amounts.accountFen),
    line('个人现金 cash', amounts.cashFen),
    ...(amounts.hospitalFen === 0 ? [] : [line('医院负担 hospital', amounts.hospitalFen)]),
  ];
}

function stepLines({ zh, en, citations }: StepView, at: number): string[] {
  // Several numbers of one step often come from the same clause; here it is named once.
  const sources = new Set(
    citations.map((citation) => `     依据 source: ${citationText(citation as Citation)}`),
  );
  return [`  ${at + 1}. ${zh}`, `     ${en}`, ...sources];
}

const money = (amount: number): string => yuanForPeople(amount as Fen);
