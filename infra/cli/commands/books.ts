// `jiesuan books`: the books of each month over all providers, whether it is cleared, and what keeps it open.

import { listBooks } from '../../../functions/results/contract.ts';
import type { BookView } from '../../../functions/results/statement-view.ts';
import type { Blocked } from '../../../shared/reconciliation/statement.ts';
import type { Cli } from '../context.ts';
import { EXIT, type Exit } from '../exit.ts';
import { inChina } from '../output/batch.ts';
import { count, money } from '../output/money.ts';
import { monthStateName, stateName } from '../output/names.ts';
import { type Column, tableWriter } from '../output/table.ts';
import { jsonPages, type Page } from '../pages.ts';

const PAGE = 60;
const SHOWN = 10;

/** Lists the months, newest first. */
export async function books(cli: Cli): Promise<Exit> {
  const items: BookView[] = [];
  const rows = tableWriter(COLUMNS, (header) => cli.out.paint('bold', header));
  for await (const page of jsonPages<Page<BookView>>(cli, listBooks, { as: { role: 'ops' } }, PAGE)) {
    items.push(...page.items);
    if (!cli.json) await cli.out.print(...rows(page.items));
  }
  if (cli.json) await cli.document({ items });
  else await cli.out.print(...items.flatMap((book) => blockedLines(cli, book)));
  return EXIT.ok;
}

/** What keeps a month open that is over. */
export function blockedLines(
  cli: Cli,
  { month, blockedBy }: { readonly month: string; readonly blockedBy?: Blocked | undefined },
): string[] {
  if (!blockedBy) return [];
  const more = blockedBy.count - SHOWN;
  return [
    cli.t(
      `${month} 尚不能结账，${count(blockedBy.count)} 个批次未完成：`,
      `${month} cannot be cleared, ${count(blockedBy.count)} batches are not complete:`,
    ),
    ...blockedBy.batches
      .slice(0, SHOWN)
      .map(({ batchId, status, acceptedAt }) => `  ${batchId}  ${stateName(status)}  ${inChina(acceptedAt)}`),
    ...(more > 0 ? [cli.t(`  ……另有 ${count(more)} 个`, `  ... and ${count(more)} more`)] : []),
  ];
}

const COLUMNS: readonly Column<BookView>[] = [
  { header: '月份 month', cell: ({ month }) => month },
  { header: '状态 state', cell: ({ state }) => monthStateName(state) },
  {
    header: '截至或结账 as of, cleared at',
    cell: ({ asOf, clearedAt }) => inChina(clearedAt ?? asOf ?? ''),
  },
  { header: '机构 providers', align: 'right', cell: ({ providers }) => count(providers) },
  { header: '总费用 billed', align: 'right', cell: ({ totals }) => money(totals.amounts.billedFen) },
  { header: '基金 funds', align: 'right', cell: ({ totals }) => money(totals.amounts.fundsTotalFen) },
  { header: '账户 account', align: 'right', cell: ({ totals }) => money(totals.amounts.accountFen) },
  { header: '现金 cash', align: 'right', cell: ({ totals }) => money(totals.amounts.cashFen) },
];
