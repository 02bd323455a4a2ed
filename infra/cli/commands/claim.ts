// `jiesuan claim`: what became of one claim number: the decision that counts, and all before it.

import type { ClaimView } from '../../../functions/results/claim-view.ts';
import { getClaim } from '../../../functions/results/contract.ts';
import { outcomeText, reasonsOf } from '../../../functions/results/decision-view.ts';
import { parseClaimName } from '../claim-name.ts';
import type { Cli } from '../context.ts';
import { EXIT, type Exit } from '../exit.ts';
import { inChina } from '../output/batch.ts';
import { money } from '../output/money.ts';
import { outcomeName } from '../output/names.ts';
import { paperLines } from '../output/paper.ts';
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
  { providerId, claimNo, status, current, adjustedTo, adjustedBy, history }: ClaimView,
  paint: Cli['out']['paint'],
): string[] {
  return [
    paint('bold', `单据 Claim  ${providerId}/${claimNo}`),
    ...form([
      ['结果 outcome', outcomeName(status)],
      ['版本 version', current?.version === undefined ? undefined : String(current.version)],
      ['服务日期 served on', current?.servedOn],
      ['险种 scheme', current?.scheme],
      ['待遇 benefit', current?.benefit],
      ['批次 batch', current?.batchId],
      ['政策版本 release', current?.release],
      ['凭证 entry', current?.entryHash],
      ['更正理由 corrected for', current?.reversal?.reason],
      ['重新计算 decided again', adjustedBy && adjustedText(adjustedBy)],
    ]),
    ...(current === undefined
      ? []
      : paperLines({ amounts: adjustedTo ?? current.amounts, reasons: reasonsOf(current), steps: [] })),
    ...(history.length < 2
      ? []
      : ['', '历史 History', ...table(HISTORY, history).map((line) => `  ${line}`)]),
  ];
}

const BECAUSE = {
  reversal: '冲正 reversal',
  refund: '退费 refund',
  'late-claim': '补报 late claim',
} as const;

/** When, and because of which other claim; one of another institution is not named. */
const adjustedText = ({ decidedAt, kind, claimNo }: NonNullable<ClaimView['adjustedBy']>): string =>
  `${inChina(decidedAt)}  ${BECAUSE[kind] ?? kind}  ${claimNo ?? '（其他机构 another institution）'}`;

const HISTORY: readonly Column<ClaimView['history'][number]>[] = [
  { header: '决定时间 decided at', cell: ({ decidedAt }) => inChina(decidedAt) },
  { header: '结果 outcome', cell: outcomeText },
  { header: '序号 seq', align: 'right', cell: ({ seq }) => String(seq ?? '-') },
  { header: '批次 batch', cell: ({ batchId }) => batchId },
  { header: '版本 v', align: 'right', cell: ({ version }) => String(version ?? '-') },
  {
    header: '总费用 billed',
    align: 'right',
    cell: ({ reversal, billedFen }) => money(reversal?.difference?.billedFen ?? billedFen),
  },
  {
    header: '基金 funds',
    align: 'right',
    cell: ({ reversal, amounts }) => money((reversal?.difference ?? amounts)?.fundsTotalFen),
  },
  {
    header: '原因 reason',
    cell: (decision) =>
      [...reasonsOf(decision).map(({ code }) => code), decision.reversal?.reason ?? ''].join(' ').trim(),
  },
];
