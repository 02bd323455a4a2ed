// `jiesuan explain`: why a claim came to what it came to, laid out as on paper.

import { getExplanation } from '../../../functions/results/contract.ts';
import { outcomeText, reasonsOf } from '../../../functions/results/decision-view.ts';
import type { ExplanationView } from '../../../functions/results/explain-claim.ts';
import { checkLines } from '../../../functions/results/explanation-text.ts';
import { parseClaimName } from '../claim-name.ts';
import type { Cli } from '../context.ts';
import { EXIT, type Exit } from '../exit.ts';
import { inChina } from '../output/batch.ts';
import { money } from '../output/money.ts';
import { paperLines } from '../output/paper.ts';
import { type Column, form, table } from '../output/table.ts';
import { parseLimit } from '../pages.ts';

export interface ExplainOptions {
  readonly lines?: boolean;
  readonly seq?: string;
}

/** Explains a claim. Exit 1 when the recomputation differs from the record: then the books are wrong. */
export async function explain(
  cli: Cli,
  names: readonly string[],
  { lines, seq }: ExplainOptions,
): Promise<Exit> {
  const { providerId, claimNo } = parseClaimName(names);
  const explanation = await cli.client().json<ExplanationView>(getExplanation, {
    as: { role: 'ops' },
    params: { providerId, claimNo },
    query: { seq: parseLimit(seq, '--seq') },
  });
  if (cli.json) await cli.document(explanation);
  else await cli.out.print(...explanationLines(explanation, lines === true, cli.out.paint));
  return explanation.agrees && explanation.entryIntact ? EXIT.ok : EXIT.no;
}

/** What corrections did, in sentences. */
const happenedLines = (happened: ExplanationView['happened']): string[] =>
  happened.length === 0
    ? []
    : ['', '经过 What happened', ...happened.flatMap(({ zh, en }) => [`  ${zh}`, `  ${en}`])];

const REFUNDED: readonly Column<ExplanationView['refundedLines'][number]>[] = [
  { header: '行', align: 'right', cell: ({ lineNo }) => String(lineNo) },
  { header: '编码 code', cell: ({ itemCode = '-' }) => itemCode },
  { header: '名称 name', cell: ({ itemName = '-' }) => itemName },
  { header: '数量 quantity', align: 'right', cell: ({ quantity }) => quantity },
  { header: '金额 amount', align: 'right', cell: ({ amountFen }) => money(amountFen) },
  { header: '理由 reason', cell: ({ reason }) => reason },
  { header: '退费时间 refunded at', cell: ({ refundedAt }) => inChina(refundedAt) },
];

/** As an older server may answer, which knows of no corrections. */
type Explained = Omit<ExplanationView, 'happened' | 'refundedLines'> &
  Partial<Pick<ExplanationView, 'happened' | 'refundedLines'>>;

function explanationLines(explanation: Explained, withLines: boolean, paint: Cli['out']['paint']): string[] {
  const { providerId, claimNo, decision, happened = [], steps, lines, refundedLines = [] } = explanation;
  const { agrees, entryIntact } = explanation;
  const [zh, en] = checkLines(explanation);
  return [
    paint('bold', `结算说明 Explanation  ${providerId}/${claimNo}`),
    ...form([
      ['结果 outcome', outcomeText(decision)],
      ['服务日期 served on', decision.servedOn],
      ['险种 scheme', decision.scheme],
      ['待遇 benefit', decision.benefit],
      ['年度 benefit year', decision.benefitYear],
    ]),
    ...happenedLines(happened),
    ...(refundedLines.length === 0
      ? []
      : ['', '已退明细 Refunded lines', ...table(REFUNDED, refundedLines).map((line) => `  ${line}`)]),
    ...paperLines({
      amounts: explanation.adjustedTo ?? decision.amounts,
      reasons: reasonsOf(decision),
      steps,
      lines: withLines ? lines : undefined,
    }),
    '',
    ...form([
      ['政策版本 release', decision.release],
      ['批次 batch', decision.batchId],
      ['凭证 entry', entryIntact ? decision.entryHash : `${decision.entryHash}  哈希不符！ hash differs!`],
    ]),
    agrees ? zh : paint('red', zh),
    agrees ? en : paint('red', en),
  ];
}
