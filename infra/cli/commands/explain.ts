// `jiesuan explain`: why a claim came to what it came to, laid out as on paper.

import { getExplanation } from '../../../functions/results/contract.ts';
import type { ExplanationView } from '../../../functions/results/explain-claim.ts';
import { parseClaimName } from '../claim-name.ts';
import type { Cli } from '../context.ts';
import { EXIT, type Exit } from '../exit.ts';
import { outcomeName } from '../output/names.ts';
import { paperLines, reasonsOf } from '../output/paper.ts';
import { form } from '../output/table.ts';
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
    query: { seq: parseLimit(seq) },
  });
  if (cli.json) await cli.document(explanation);
  else await cli.out.print(...explanationLines(explanation, lines === true, cli.out.paint));
  return explanation.agrees && explanation.entryIntact ? EXIT.ok : EXIT.no;
}

function explanationLines(
  explanation: ExplanationView,
  withLines: boolean,
  paint: Cli['out']['paint'],
): string[] {
  const { providerId, claimNo, decision, steps, lines, agrees, entryIntact } = explanation;
  return [
    paint('bold', `结算说明 Explanation  ${providerId}/${claimNo}`),
    ...form([
      ['结果 outcome', outcomeName(decision.outcome)],
      ['服务日期 served on', decision.servedOn],
      ['险种 scheme', decision.scheme],
      ['待遇 benefit', decision.benefit],
      ['年度 benefit year', decision.benefitYear],
    ]),
    ...paperLines({
      amounts: decision.amounts,
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
    ...(agrees
      ? [
          '复核：按原始单据与当时的政策重新计算，结果与记录一致。',
          'Check: computed again from the raw claim under the policy of then; it agrees with the record.',
        ]
      : [
          paint('red', '复核：重新计算的结果与记录不一致，请联系运维人员；以记录为准。'),
          paint(
            'red',
            'Check: computed again, it does NOT agree with the record. Tell the operators; the record stands.',
          ),
        ]),
  ];
}
