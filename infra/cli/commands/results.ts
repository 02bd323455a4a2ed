// `jiesuan results`: what each record of a batch came to, as a table, JSON, NDJSON or CSV, however many there are.

import type * as z from 'zod';
import { getResults, PAGE_MAX, type ResultRowSchema } from '../../../functions/results/contract.ts';
import { outcomeText, reasonsOf } from '../../../functions/results/decision-view.ts';
import { nextOf, type Reply } from '../client.ts';
import type { Cli } from '../context.ts';
import { EXIT, type Exit } from '../exit.ts';
import { count, money, signed } from '../output/money.ts';
import { type Column, tableWriter } from '../output/table.ts';
import { jsonPages, type Page, parseLimit, textPages } from '../pages.ts';
import { writeTo } from '../sink.ts';

export interface ResultsOptions {
  readonly format?: 'table' | 'json' | 'ndjson' | 'csv';
  readonly limit?: string;
  readonly outcome?: string;
  readonly out?: string;
}

type Row = z.infer<typeof ResultRowSchema>;
interface ResultPage extends Page<Row> {
  readonly batchId: string;
  readonly status: string;
  readonly accepted: number;
  readonly open: number;
}

/** Prints the results of a batch. */
export async function results(cli: Cli, batchId: string, options: ResultsOptions): Promise<Exit> {
  const format = options.format ?? (cli.json ? 'json' : 'table');
  const limit = parseLimit(options.limit);
  const { outcome } = options;
  const query = outcome === undefined ? {} : { outcome };
  const call = { as: { role: 'ops' } as const, params: { batchId }, query };
  const pages = () => jsonPages<ResultPage>(cli, getResults, call, PAGE_MAX.json, limit);
  switch (format) {
    case 'table':
      await writeTo(cli, options.out, asTable(cli, pages()));
      break;
    case 'json':
      await writeTo(cli, options.out, asJson(pages()));
      break;
    case 'ndjson':
    case 'csv':
      await writeTo(
        cli,
        options.out,
        limit === undefined
          ? textPages(cli, getResults, { ...call, query: { ...query, format } })
          : firstPages(cli, call, format, limit),
      );
  }
  return EXIT.ok;
}

/** The first records only: page by page until there are as many. */
async function* firstPages(
  cli: Cli,
  call: Parameters<typeof textPages>[2],
  format: string,
  limit: number,
): AsyncGenerator<string> {
  let left = limit;
  for (let cursor: string | undefined = '0'; cursor !== undefined && left > 0; ) {
    const query = { ...call.query, format, cursor, limit: Math.min(PAGE_MAX.lines, left) };
    const reply: Reply = await cli.client().text(getResults, { ...call, query });
    yield reply.text;
    left -= reply.text.split('\n').length - 1 - (format === 'csv' && cursor === '0' ? 1 : 0);
    const next = nextOf(reply);
    cursor =
      next === undefined ? undefined : (new URL(next, 'http://next').searchParams.get('cursor') ?? undefined);
  }
}

async function* asTable(cli: Cli, pages: AsyncIterable<ResultPage>): AsyncGenerator<string> {
  const rows = tableWriter(COLUMNS, (header) => cli.out.paint('bold', header));
  let last: ResultPage | undefined;
  let shown = 0;
  for await (const page of pages) {
    last = page;
    shown += page.items.length;
    yield `${rows(page.items).join('\n')}\n`;
  }
  if (shown === 0) await cli.err.print(cli.t('没有这样的记录。', 'There are no such records.'));
  if (last !== undefined && last.open > 0)
    await cli.err.print(
      cli.t(`尚有 ${count(last.open)} 条未作出决定。`, `${count(last.open)} not decided yet.`),
    );
}

/** One document, written while its pages come in. */
async function* asJson(pages: AsyncIterable<ResultPage>): AsyncGenerator<string> {
  let [begun, between] = [false, ''];
  for await (const { batchId, status, accepted, open, items } of pages) {
    if (!begun) yield `${JSON.stringify({ batchId, status, accepted, open }).slice(0, -1)},"items":[`;
    begun = true;
    for (const item of items) {
      yield `${between}\n${JSON.stringify(item)}`;
      between = ',';
    }
  }
  yield '\n]}\n';
}

/** A repeat shows the amounts of the decision that stands. */
const decision = (row: Row) => row.repeatOf ?? row;

/** What a row changes: of a reversal the difference, with its sign. */
const change = (row: Row) => decision(row).reversal?.difference ?? decision(row).amounts;

const COLUMNS: readonly Column<Row>[] = [
  { header: '#', align: 'right', cell: ({ index }) => String(index) },
  { header: '单据号 number', cell: ({ number }) => number },
  { header: '结果 outcome', cell: outcomeText },
  { header: '版本 v', align: 'right', cell: (row) => String(decision(row).version ?? '-') },
  { header: '日期 served on', cell: (row) => decision(row).servedOn ?? '-' },
  {
    header: '总费用 billed',
    align: 'right',
    cell: (row) => money(change(row)?.billedFen ?? decision(row).billedFen),
  },
  { header: '基金 funds', align: 'right', cell: (row) => money(change(row)?.fundsTotalFen) },
  { header: '账户 account', align: 'right', cell: (row) => money(change(row)?.accountFen) },
  { header: '现金 cash', align: 'right', cell: (row) => money(change(row)?.cashFen) },
  { header: '原因 reason', cell: (row) => reasons(decision(row)) },
];

/** Codes of why, and the claims that come to something else because of it. */
const reasons = (row: ReturnType<typeof decision>): string =>
  [
    ...reasonsOf(row).map(({ code }) => code),
    ...(row.reversal ? [row.reversal.reason] : []),
    ...(row.adjusted ?? []).map(
      ({ number, difference }) => `${number} 基金 funds ${signed(difference.fundsTotalFen)}`,
    ),
  ].join(' ');
