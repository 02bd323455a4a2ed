// `jiesuan statement`: a provider's months, or the statement of one, as a table, JSON, NDJSON or CSV.

import type * as z from 'zod';
import { getStatement, listStatements, PAGE_MAX } from '../../../functions/results/contract.ts';
import { causeOf, POSTING_NAMES, SIDE_NAMES } from '../../../functions/results/statement-csv.ts';
import type { MonthView, StatementPage } from '../../../functions/results/statement-view.ts';
import type { StatementRow } from '../../../shared/reconciliation/statement.ts';
import type { Cli } from '../context.ts';
import { EXIT, type Exit } from '../exit.ts';
import { parseProvider } from '../identity.ts';
import { inChina } from '../output/batch.ts';
import { count, money } from '../output/money.ts';
import { fundName, fundsInOrder, monthStateName } from '../output/names.ts';
import { amounts, type Column, form, tableWriter } from '../output/table.ts';
import { jsonPages, type Page, textPages } from '../pages.ts';
import { writeTo } from '../sink.ts';

export interface StatementOptions {
  readonly view?: 'difference' | 'full';
  readonly format?: 'table' | 'json' | 'ndjson' | 'csv';
  readonly out?: string;
}

type StatementPageView = z.infer<typeof StatementPage>;
const MONTHS_PAGE = 60;

/** Lists a provider's months, or prints one. */
export async function statement(
  cli: Cli,
  [provider = '', month]: readonly string[],
  options: StatementOptions,
): Promise<Exit> {
  const providerId = parseProvider(provider);
  if (month === undefined) return months(cli, providerId);
  const format = options.format ?? (cli.json ? 'json' : 'table');
  const call = {
    as: { role: 'ops' } as const,
    params: { providerId, month },
    query: { view: options.view },
  };
  if (format === 'ndjson' || format === 'csv') {
    await writeTo(
      cli,
      options.out,
      textPages(cli, getStatement, { ...call, query: { ...call.query, format } }),
    );
    return EXIT.ok;
  }
  const pages = jsonPages<StatementPageView>(cli, getStatement, call, PAGE_MAX.json);
  await writeTo(cli, options.out, format === 'json' ? asJson(pages) : asTable(cli, pages));
  return EXIT.ok;
}

async function months(cli: Cli, providerId: string): Promise<Exit> {
  const items: MonthView[] = [];
  const rows = tableWriter(MONTH_COLUMNS, (header) => cli.out.paint('bold', header));
  const pages = jsonPages<Page<MonthView>>(
    cli,
    listStatements,
    { as: { role: 'ops' }, params: { providerId } },
    MONTHS_PAGE,
  );
  for await (const page of pages) {
    items.push(...page.items);
    if (!cli.json) await cli.out.print(...rows(page.items));
  }
  if (cli.json) await cli.document({ providerId, items });
  else if (items.length === 0)
    await cli.err.print(
      cli.t(
        '尚无对账单：每晚生成一次，本机可运行 jiesuan verify --all --seal。',
        'No statement yet: they are written every night; locally by jiesuan verify --all --seal.',
      ),
    );
  return EXIT.ok;
}

const when = ({ state, asOf, clearedAt }: Pick<MonthView, 'state' | 'asOf' | 'clearedAt'>): string =>
  `${monthStateName(state)} ${inChina((state === 'cleared' ? clearedAt : asOf) ?? '')}`;

async function* asTable(cli: Cli, pages: AsyncIterable<StatementPageView>): AsyncGenerator<string> {
  let rows: ReturnType<typeof tableWriter<StatementRow>> | undefined;
  for await (const page of pages) {
    if (rows === undefined) yield `${headLines(page).join('\n')}\n\n`;
    const full = page.view === 'full';
    rows ??= tableWriter(full ? COLUMNS : COLUMNS.filter(({ header }) => header !== SIDE), (header) =>
      cli.out.paint('bold', header),
    );
    yield `${rows(page.items as unknown as readonly StatementRow[]).join('\n')}\n`;
  }
}

function headLines({ providerId, month, view, totals, ...rest }: StatementPageView): string[] {
  const { amounts: sums } = totals;
  return [
    ...form([
      ['机构 provider', providerId],
      ['月份 month', month],
      ['状态 state', when(rest)],
      ['口径 view', view === 'full' ? '全额 full' : '差额 difference'],
    ]),
    '',
    ...amounts([
      ['结算 settled', count(totals.settled)],
      ['冲正 reversed', count(totals.reversed)],
      ['退费重结 replaced', count(totals.replaced)],
      ['随之调整 adjusted', count(totals.adjusted)],
      ['总费用（元） billed (yuan)', money(sums.billedFen)],
      ...fundsInOrder(sums.fundsFen).map(([fund, amount]) => [fundName(fund), money(amount)] as const),
      ['个人账户 account', money(sums.accountFen)],
      ['个人现金 cash', money(sums.cashFen)],
      ['医院负担 hospital', money(sums.hospitalFen)],
    ]),
  ];
}

/** One document, written while its pages come in. */
async function* asJson(pages: AsyncIterable<StatementPageView>): AsyncGenerator<string> {
  let [begun, between] = [false, ''];
  for await (const { items, next: _next, ...head } of pages) {
    if (!begun) yield `${JSON.stringify(head).slice(0, -1)},"items":[`;
    begun = true;
    for (const item of items) {
      yield `${between}\n${JSON.stringify(item)}`;
      between = ',';
    }
  }
  yield '\n]}\n';
}

const MONTH_COLUMNS: readonly Column<MonthView>[] = [
  { header: '月份 month', cell: ({ month }) => month },
  { header: '状态 state', cell: when },
  { header: '行 rows', align: 'right', cell: ({ totals }) => count(totals.rows.difference) },
  { header: '总费用 billed', align: 'right', cell: ({ totals }) => money(totals.amounts.billedFen) },
  { header: '基金 funds', align: 'right', cell: ({ totals }) => money(totals.amounts.fundsTotalFen) },
  { header: '账户 account', align: 'right', cell: ({ totals }) => money(totals.amounts.accountFen) },
  { header: '现金 cash', align: 'right', cell: ({ totals }) => money(totals.amounts.cashFen) },
];

const SIDE = '方向 side';
const COLUMNS: readonly Column<StatementRow>[] = [
  {
    header: '单据号 number',
    cell: ({ number, version }) => (version === 1 ? number : `${number} v${version}`),
  },
  { header: '入账 posting', cell: ({ posting }) => POSTING_NAMES[posting] },
  { header: SIDE, cell: ({ side }) => (side === undefined ? '-' : SIDE_NAMES[side]) },
  { header: '更正 corrects', cell: ({ corrects = '-' }) => corrects },
  { header: '总费用 billed', align: 'right', cell: (row) => money(row.amounts.billedFen) },
  { header: '基金 funds', align: 'right', cell: (row) => money(row.amounts.fundsTotalFen) },
  { header: '账户 account', align: 'right', cell: (row) => money(row.amounts.accountFen) },
  { header: '现金 cash', align: 'right', cell: (row) => money(row.amounts.cashFen) },
  { header: '起因 caused by', cell: (row) => causeOf(row) || '-' },
];
