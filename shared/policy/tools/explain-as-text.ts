// A settlement laid out as a person would on paper, Chinese first. The same text fits the 4,000 characters of the
// national interface's 结算过程信息 (setl_proc_info): sources are numbered once, English gives way when room is short.

import { type Fen, yuanForPeople } from '../../money/fen.ts';
import type { Adjudication, Denial, Payable } from '../adjudication.ts';
import { denialSentence } from '../denials.ts';
import { citationText, fundName, sentenceOf } from '../explain.ts';

/** Room in the national interface's field. */
export const EXPLANATION_CHARACTERS_MAX = 4_000;

/** The whole explanation. Never longer than `EXPLANATION_CHARACTERS_MAX`. */
export function explainAsText(adjudication: Adjudication): string {
  if (adjudication.outcome !== 'payable') return fit([reasonsText(adjudication)]);
  return fit([
    paperOf(adjudication, true, true),
    paperOf(adjudication, false, true),
    paperOf(adjudication, false, false),
  ]);
}

/** The fullest of several versions that fits; the last one is cut if even that is too long. */
function fit(versions: readonly string[]): string {
  const fitting = versions.find((text) => text.length <= EXPLANATION_CHARACTERS_MAX);
  return fitting ?? `${versions.at(-1)!.slice(0, EXPLANATION_CHARACTERS_MAX - 1)}…`;
}

function reasonsText(adjudication: Exclude<Adjudication, Payable>): string {
  const reasons: readonly Denial[] =
    adjudication.outcome === 'denied' ? [adjudication.denial] : adjudication.reasons;
  const heading = adjudication.outcome === 'denied' ? '不予支付 Denied' : '待人工审核 Pended';
  return [
    `${heading} · ${adjudication.servedOn} · ${yuanForPeople(adjudication.billed)}`,
    ...reasons.flatMap((reason) => {
      const { zh, en } = denialSentence(reason);
      return [
        `  ${zh}`,
        `  ${en} (${reason.code})`,
        ...(reason.citations ?? []).map((citation) => `    ${citationText(citation)}`),
      ];
    }),
  ].join('\n');
}

function paperOf(result: Payable, english: boolean, sources: boolean): string {
  const { amounts, steps } = result;
  const numbered = new Map<string, number>();
  const cite = (text: string): number => {
    const known = numbered.get(text);
    if (known !== undefined) return known;
    numbered.set(text, numbered.size + 1);
    return numbered.size;
  };
  const row = (zh: string, en: string, amount: Fen): string =>
    `${zh}${english ? ` ${en}` : ''}: ${yuanForPeople(amount)}`;
  const lines = [
    `${result.servedOn} · ${result.scheme} · ${result.benefit} · ${result.benefitYear}`,
    row('医疗费总额', 'billed', amounts.billed),
    ...(amounts.selfPaid > 0 ? [row('－ 全自费', 'self-paid', amounts.selfPaid)] : []),
    ...(amounts.overLimit > 0 ? [row('－ 超限价', 'over the price limit', amounts.overLimit)] : []),
    ...(amounts.firstPay > 0 ? [row('－ 先行自付', 'first-pay share', amounts.firstPay)] : []),
    row('＝ 符合政策范围', 'in scope', amounts.inScope),
    ...steps.flatMap((step, i) => {
      const { zh, en } = sentenceOf(step);
      const marks = sources
        ? [...new Set(step.citations.map((citation) => cite(citationText(citation))))]
            .map((n) => `[${n}]`)
            .join('')
        : '';
      return [`${i + 1}. ${zh} ${marks}`.trimEnd(), ...(english ? [`   ${en}`] : [])];
    }),
    ...Object.entries(amounts.funds).map(([fund, amount]) =>
      row(fundName(fund).zh, fundName(fund).en, amount),
    ),
    ...(amounts.hospital > 0 ? [row('医院负担', 'hospital', amounts.hospital)] : []),
    ...(amounts.account > 0 ? [row('个人账户', 'personal account', amounts.account)] : []),
    row('个人现金', 'cash', amounts.cash),
    ...[...numbered].map(([text, n]) => `[${n}] ${text}`),
  ];
  return lines.join('\n');
}
