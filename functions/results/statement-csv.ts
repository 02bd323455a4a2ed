// A statement as CSV, in the manner of results-csv.ts: yuan with a sign, ids that stay texts.

import { type Fen, fen, yuan } from '../../shared/money/fen.ts';
import { FUNDS } from '../../shared/policy/adjudication.ts';
import { fundName } from '../../shared/policy/explain.ts';
import type { StatementRow } from '../../shared/reconciliation/statement.ts';
import { idCell, inChina, textCell } from './results-csv.ts';

/** What people call a posting. */
export const POSTING_NAMES: Readonly<Record<StatementRow['posting'], string>> = {
  settlement: '结算 settlement',
  reversal: '冲正 reversal',
  replacement: '退费重结 replacement',
  adjustment: '随之调整 adjustment',
};
export const SIDE_NAMES = { out: '冲回 out', in: '入账 in' } as const;

/** Why an adjustment is there: the own claim, or that it was elsewhere. */
export const causeOf = ({ causedBy, causedElsewhere }: StatementRow): string =>
  causedBy ?? (causedElsewhere ? '其他机构的单据 a claim elsewhere' : '');

type Column = readonly [header: string, cell: (row: StatementRow) => string];

const COLUMNS: readonly Column[] = [
  ['单据号 Number', ({ number }) => idCell(number)],
  ['版本 Version', ({ version }) => String(version)],
  ['入账类别 Posting', ({ posting }) => POSTING_NAMES[posting]],
  ['方向 Side', ({ side }) => (side === undefined ? '' : SIDE_NAMES[side])],
  ['入账时间 Booked at (UTC+8)', ({ bookedAt }) => inChina(bookedAt)],
  ['服务日期 Service date', ({ servedOn }) => servedOn],
  ['险种 Scheme', ({ scheme }) => idCell(scheme)],
  ['更正的月份 Corrects', ({ corrects = '' }) => idCell(corrects)],
  ['起因 Caused by', (row) => (row.causedBy === undefined ? causeOf(row) : idCell(row.causedBy))],
  ['总费用 Billed', ({ amounts }) => money(amounts.billedFen)],
  ['全自费 Self-paid', ({ amounts }) => money(amounts.selfPaidFen)],
  ['超限价 Over limit', ({ amounts }) => money(amounts.overLimitFen)],
  ['先行自付 First-pay', ({ amounts }) => money(amounts.firstPayFen)],
  ['符合范围 In scope', ({ amounts }) => money(amounts.inScopeFen)],
  ['起付线 Deductible', ({ amounts }) => money(amounts.deductibleFen)],
  ...FUNDS.map(
    (fund): Column => [
      `${fundName(fund).zh} ${fundName(fund).en}`,
      ({ amounts }) => money(amounts.fundsFen[fund] ?? 0),
    ],
  ),
  ['基金合计 Funds total', ({ amounts }) => money(amounts.fundsTotalFen)],
  ['个人账户 Account', ({ amounts }) => money(amounts.accountFen)],
  ['个人现金 Cash', ({ amounts }) => money(amounts.cashFen)],
  ['医院负担 Hospital', ({ amounts }) => money(amounts.hospitalFen)],
  ['批次 Batch', ({ batchId = '' }) => idCell(batchId)],
  ['凭证 Entry hash', ({ entryHash }) => idCell(entryHash)],
];

/** The header row. Amounts are in yuan. */
export const statementCsvHeader = (): string =>
  `${COLUMNS.map(([header]) => textCell(header)).join(',')}\r\n`;

/** One row. */
export const statementCsvRow = (row: StatementRow): string =>
  `${COLUMNS.map(([, cell]) => cell(row)).join(',')}\r\n`;

/** "-1234.56" is a number to a spreadsheet, and no formula. */
const money = (amount: number): string => yuan(fen(amount) satisfies Fen);
