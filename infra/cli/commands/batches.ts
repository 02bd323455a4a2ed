// `jiesuan batches`: a provider's batches, newest first.

import type { BatchView } from '../../../functions/results/batch-view.ts';
import { listBatches } from '../../../functions/results/contract.ts';
import type { Cli } from '../context.ts';
import { EXIT, type Exit, usageError } from '../exit.ts';
import { inChina } from '../output/batch.ts';
import { count, money } from '../output/money.ts';
import { stateName } from '../output/names.ts';
import { type Column, tableWriter } from '../output/table.ts';
import { jsonPages, type Page, parseLimit } from '../pages.ts';

export interface BatchesOptions {
  readonly provider?: string;
  readonly limit: string;
}

/** Most that the API lists at once: each is read on its own. */
const PAGE = 50;

/** Lists batches. */
export async function batches(cli: Cli, { provider, limit }: BatchesOptions): Promise<Exit> {
  const providerId = provider ?? cli.as?.provider;
  if (providerId === undefined && !cli.ownToken) {
    throw usageError(
      'no-provider',
      '请用 --provider 指定机构编号（经办机构的登记批次为 the-agency）。',
      "Name the provider with --provider (the-agency: the agency's own).",
    );
  }
  const items: BatchView[] = [];
  const rows = tableWriter(COLUMNS, (header) => cli.out.paint('bold', header));
  for await (const page of jsonPages<Page<BatchView>>(
    cli,
    listBatches,
    { as: { role: 'ops' }, query: { providerId } },
    PAGE,
    parseLimit(limit),
  )) {
    if (cli.json) items.push(...page.items);
    else await cli.out.print(...rows(page.items));
  }
  if (cli.json) await cli.document({ items });
  return EXIT.ok;
}

const COLUMNS: readonly Column<BatchView>[] = [
  { header: '批次 batch', cell: ({ batchId }) => batchId },
  { header: '状态 status', cell: ({ status }) => stateName(status) },
  { header: '业务日期 date', cell: ({ businessDate }) => businessDate },
  { header: '受理时间 accepted at', cell: ({ acceptedAt }) => inChina(acceptedAt) },
  { header: '受理 accepted', align: 'right', cell: ({ counts }) => count(counts.accepted) },
  { header: '退回 rejected', align: 'right', cell: ({ counts }) => count(counts.rejected) },
  { header: '未决 open', align: 'right', cell: ({ counts }) => count(counts.open) },
  { header: '总费用 billed', align: 'right', cell: ({ money: paid }) => money(paid.billedFen) },
];
