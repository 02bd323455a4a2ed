// `jiesuan claim`: what became of one claim number: the decision that counts, and all before it.

import type { ClaimView } from '../../../functions/results/claim-view.ts';
import { getClaim } from '../../../functions/results/contract.ts';
import type { Decision } from '../../../functions/results/decision-view.ts';
import { parseClaimName } from '../claim-name.ts';
import type { Cli } from '../context.ts';
import { EXIT, type Exit } from '../exit.ts';
import { inChina } from '../output/batch.ts';
import { money } from '../output/money.ts';
import { outcomeName } from '../output/names.ts';
import { paperLines, reasonsOf } from '../output/paper.ts';
import { type Column, form, table } from '../output/table.ts';

/** Prints a claim. */
export async function claim(cli: Cli, names: readonly string[]): Promise<Exit> {
  const { providerId, claimNo } = parseClaimName(names);
  const found = await cli
    .client()
    .json<ClaimView>(getClaim, { as: { role: 'ops' }, params: { providerId, claimNo } });
  if (cli.json) await cli.document(found);
  else await cli.out.print(...claimLines(found, cli.out.paint));
  return EXIT.ok;
}

function claimLines(
  { providerId, claimNo, status, current, history }: ClaimView,
  paint: Cli['out']['paint'],
): string[] {
  return [
    paint('bold', `单据 Claim  ${providerId}/${claimNo}`),
    ...form([
      ['结果 outcome', outcomeName(status)],
      ['服务日期 served on', current?.servedOn],
      ['险种 scheme', current?.scheme],
      ['待遇 benefit', current?.benefit],
      ['批次 batch', current?.batchId],
      ['政策版本 release', current?.release],
      ['凭证 entry', current?.entryHash],
    ]),
    ...(current === undefined
      ? []
      : paperLines({ amounts: current.amounts, reasons: reasonsOf(current), steps: [] })),
    ...(history.length < 2
      ? []
      : ['', '历史 History', ...table(HISTORY, history).map((line) => `  ${line}`)]),
  ];
}

const HISTORY: readonly Column<Decision>[] = [
  { header: '决定时间 decided at', cell: ({ decidedAt }) => inChina(decidedAt) },
  { header: '结果 outcome', cell: ({ outcome }) => outcomeName(outcome) },
  { header: '序号 seq', align: 'right', cell: ({ seq }) => String(seq) },
  { header: '批次 batch', cell: ({ batchId }) => batchId },
  { header: '总费用 billed', align: 'right', cell: ({ billedFen }) => money(billedFen) },
  { header: '基金 funds', align: 'right', cell: ({ amounts }) => money(amounts?.fundsTotalFen) },
  {
    header: '原因 reason',
    cell: (decision) =>
      reasonsOf(decision)
        .map(({ code }) => code)
        .join(' '),
  },
];
