// Results as CSV for people with a spreadsheet: UTF-8 with a byte order mark (else Excel reads Chinese as Latin-1),
// CRLF, one bilingual header row, amounts in yuan from the digits of the integer, ids that stay texts.

import { type Fen, fen, yuan } from '../../shared/money/fen.ts';
import { type Fund, FUNDS } from '../../shared/policy/adjudication.ts';
import { fundName } from '../../shared/policy/explain.ts';
import { type Decision, outcomeText, reasonsOf } from './decision-view.ts';
import type { ResultRow } from './read-results.ts';

export const BYTE_ORDER_MARK = '\uFEFF';

type Column = readonly [header: string, cell: (row: ResultRow, decision: Decision) => string];

/** Outcomes whose money the totals of the batch count: the rows that say yes add up to them, column by column. */
const COUNTED: ReadonlySet<Decision['outcome']> = new Set(['settled', 'reversed']);

/** What a row changes: the bill of a settlement; of a reversal, what stands instead less what is undone. */
const changeOf = ({ amounts, reversal }: Decision) => reversal?.difference ?? amounts;

/**
 * A repeat shows the amounts of the decision that stands, and says so in its outcome. Claims that a correction adjusted
 * are named beside it, with what the funds pay more or less; no batch counts them.
 */
const COLUMNS: readonly Column[] = [
  ['序号 Index', ({ index }) => String(index)],
  ['单据号 Number', ({ number }) => idCell(number)],
  ['结果 Outcome', (row) => outcomeText(row)],
  [
    '原因代码 Code',
    (_, decision) =>
      textCell(
        reasonsOf(decision)
          .map(({ code }) => code)
          .concat(decision.reversal ? [decision.reversal.reason] : [])
          .join(' '),
      ),
  ],
  [
    '原因 Reason',
    (_, decision) =>
      textCell(
        reasonsOf(decision)
          .map(({ zh, en }) => `${zh} ${en}`)
          .join(' / '),
      ),
  ],
  ['服务日期 Service date', (_, { servedOn = '' }) => servedOn],
  ['计入合计 In totals', ({ outcome }) => (COUNTED.has(outcome) ? '是 yes' : '否 no')],
  ['总费用 Billed', (_, decision) => money(changeOf(decision)?.billedFen ?? decision.billedFen)],
  ['全自费 Self-paid', (_, decision) => money(changeOf(decision)?.selfPaidFen)],
  ['超限价 Over limit', (_, decision) => money(changeOf(decision)?.overLimitFen)],
  ['先行自付 First-pay', (_, decision) => money(changeOf(decision)?.firstPayFen)],
  ['符合范围 In scope', (_, decision) => money(changeOf(decision)?.inScopeFen)],
  ['起付线 Deductible', (_, decision) => money(changeOf(decision)?.deductibleFen)],
  ...FUNDS.map((fund): Column => {
    const { zh, en } = fundName(fund);
    return [`${zh} ${en}`, (_, decision) => fundCell(changeOf(decision), fund)];
  }),
  ['基金合计 Funds total', (_, decision) => money(changeOf(decision)?.fundsTotalFen)],
  ['个人账户 Account', (_, decision) => money(changeOf(decision)?.accountFen)],
  ['个人现金 Cash', (_, decision) => money(changeOf(decision)?.cashFen)],
  ['医院负担 Hospital', (_, decision) => money(changeOf(decision)?.hospitalFen)],
  ['版本 Version', (_, { version }) => (version === undefined ? '' : String(version))],
  ['同时调整的单据 Also adjusted', (_, { adjusted = [] }) => textCell(adjusted.map(adjustedText).join('; '))],
  ['政策版本 Release', (_, { release }) => idCell(release ?? '')],
  ['决定时间 Decided at (UTC+8)', (_, { decidedAt }) => inChina(decidedAt)],
  ['凭证 Entry hash', (_, { entryHash }) => idCell(entryHash)],
];

/** The header row. Amounts are in yuan. */
export const csvHeader = (): string => `${COLUMNS.map(([header]) => textCell(header)).join(',')}\r\n`;

/** One row. */
export function csvRow(row: ResultRow): string {
  const decision = row.repeatOf ?? row;
  return `${COLUMNS.map(([, cell]) => cell(row, decision)).join(',')}\r\n`;
}

const fundCell = (amounts: Decision['amounts'], fund: Fund): string =>
  money(amounts && (amounts.fundsFen[fund] ?? 0));

const adjustedText = ({ number, difference }: NonNullable<Decision['adjusted']>[number]): string =>
  `${number} ${difference.fundsTotalFen > 0 ? '+' : ''}${money(difference.fundsTotalFen)}`;

const money = (amount: number | undefined): string =>
  amount === undefined ? '' : yuan(fen(amount) satisfies Fen);

/** "2026-09-01 08:30:00": Excel reads it as a time. */
export const inChina = (instant: string): string =>
  new Date(Date.parse(instant) + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

/** Text that a spreadsheet must not take for a formula, quoted where it has to be. */
export function textCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** What Excel would turn into a number, a date or a formula: 20260901001123456, 0012, 3-4, MAR1, -A. */
const MISREAD = /^([\d+.-]|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))/i;

/** An id that has to stay what it is: a constant text (="...") where Excel would misread it; harmless characters only. */
export function idCell(id: string): string {
  if (!MISREAD.test(id)) return textCell(id);
  return /^[A-Za-z0-9_-]+$/.test(id) ? `"=""${id}"""` : textCell(`'${id}`);
}
