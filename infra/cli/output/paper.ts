// A computation laid out as on paper: the bill and what of it is in scope, the steps with their sentences, who pays,
// and the sources, numbered once. Chinese first. For explanations and quotes alike.

import type * as z from 'zod';
import type { AmountsView } from '../../../shared/http/amounts.ts';
import type { ReasonView } from '../../../functions/results/decision-view.ts';
import type { LineView, StepView } from '../../../functions/results/step-view.ts';
import { money } from './money.ts';
import { fundName, fundsInOrder } from './names.ts';
import { amounts, type Column, table } from './table.ts';
import { printable } from './width.ts';

type Amounts = z.infer<typeof AmountsView>;
type Citation = StepView['citations'][number];

export interface Computation {
  readonly amounts?: Amounts | undefined;
  readonly reasons: readonly ReasonView[];
  readonly steps: readonly StepView[];
  /** Only where they are wanted. */
  readonly lines?: readonly LineView[] | undefined;
}

/** The whole computation. */
export function paperLines({ amounts: paid, reasons, steps, lines = [] }: Computation): string[] {
  const sources = numbering();
  return [
    ...(reasons.length === 0 ? [] : ['', ...reasons.flatMap((reason) => reasonLines(reason, sources.cite))]),
    ...(lines.length === 0 ? [] : ['', '明细 Lines', ...table(LINE_COLUMNS, lines).map(indented)]),
    ...(paid === undefined ? [] : ['', '费用（元） The bill (yuan)', ...billRows(paid)]),
    ...(steps.length === 0
      ? []
      : ['', '计算步骤 Steps', ...steps.flatMap((step, at) => stepLines(step, at, sources.cite))]),
    ...(paid === undefined ? [] : ['', '由谁支付（元） Who pays (yuan)', ...payerRows(paid)]),
    ...sources.lines(),
  ];
}

function reasonLines(
  { code, zh, en, citations = [] }: ReasonView,
  cite: (citation: Citation) => string,
): string[] {
  return [`原因 Reason [${code}]`, `  ${zh}${marks(citations, cite)}`, `  ${en}`].map(printable);
}

const billRows = (paid: Amounts): string[] =>
  amounts([
    ['医疗费总额 billed', money(paid.billedFen)],
    ...minus('全自费 self-paid', paid.selfPaidFen),
    ...minus('超限价 over the price limit', paid.overLimitFen),
    ...minus('先行自付 first-pay share', paid.firstPayFen),
    ['= 符合政策范围 in scope', money(paid.inScopeFen)],
    ['  其中起付线 of it deductible', money(paid.deductibleFen)],
  ]);

const minus = (name: string, amount: number): (readonly [string, string])[] =>
  amount === 0 ? [] : [[`- ${name}`, money(amount)]];

const payerRows = (paid: Amounts): string[] =>
  amounts([
    ...fundsInOrder(paid.fundsFen).map(([fund, amount]) => [fundName(fund), money(amount)] as const),
    ['个人账户 personal account', money(paid.accountFen)],
    ['个人现金 cash', money(paid.cashFen)],
    ...(paid.hospitalFen === 0 ? [] : [['医院负担 hospital', money(paid.hospitalFen)] as const]),
    ['= 医疗费总额 billed', money(paid.billedFen)],
  ]);

function stepLines(
  { zh, en, citations }: StepView,
  at: number,
  cite: (citation: Citation) => string,
): string[] {
  const number = `${at + 1}.`.padStart(4);
  return [`${number} ${zh}${marks(citations, cite)}`, `     ${en}`].map(printable);
}

/** Marks of the sources, each once: " [1][3]". */
const marks = (citations: readonly Citation[], cite: (citation: Citation) => string): string => {
  const numbers = [...new Set(citations.map(cite))].join('');
  return numbers === '' ? '' : ` ${numbers}`;
};

/** Numbers sources in the order in which they are first named. */
function numbering() {
  const known = new Map<string, number>();
  return {
    cite: ({ title, clause, tier }: Citation): string => {
      const text = `${title}${clause === undefined ? '' : ` ${clause}`} (${tier})`;
      const number = known.get(text) ?? known.size + 1;
      known.set(text, number);
      return `[${number}]`;
    },
    lines: (): string[] =>
      known.size === 0
        ? []
        : [
            '',
            '依据 Sources (S、A 官方 official; B、C 非官方发布 not the bureau’s own; D 未核实 unverified)',
            ...[...known].map(([text, number]) => printable(`  [${number}] ${text}`)),
          ],
  };
}

const indented = (line: string): string => `  ${line}`;

const CLASSES: Readonly<Record<string, string>> = { A: '甲 A', B: '乙 B', C: '丙 C' };

const LINE_COLUMNS: readonly Column<LineView>[] = [
  { header: '行', align: 'right', cell: ({ lineNo }) => String(lineNo) },
  { header: '编码 code', cell: ({ itemCode = '-' }) => itemCode },
  { header: '名称 name', cell: ({ itemName = '-' }) => itemName },
  { header: '类 class', cell: ({ itemClass }) => CLASSES[itemClass] ?? itemClass },
  { header: '金额 amount', align: 'right', cell: ({ amountFen }) => money(amountFen) },
  { header: '全自费 self-paid', align: 'right', cell: ({ selfPaidFen }) => money(selfPaidFen) },
  { header: '超限价 over', align: 'right', cell: ({ overLimitFen }) => money(overLimitFen) },
  { header: '先行自付 first-pay', align: 'right', cell: ({ firstPayFen }) => money(firstPayFen) },
  { header: '范围内 in scope', align: 'right', cell: ({ inScopeFen }) => money(inScopeFen) },
  { header: '缘由 because', cell: ({ because }) => because },
];
