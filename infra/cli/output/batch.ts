// A batch on the terminal: where it stands, what its records came to, the money per payer.

import type { BatchView } from '../../../functions/results/batch-view.ts';
import { count, money } from './money.ts';
import { fundName, fundsInOrder, stateName } from './names.ts';
import { amounts, form } from './table.ts';

/** The summary of a batch. */
export function batchLines(batch: BatchView): string[] {
  const { counts, outcomes, money: paid } = batch;
  return [
    ...form([
      ['批次 batch', batch.batchId],
      ['状态 status', stateName(batch.status)],
      ['退回原因 refusal', batch.refusal],
      ['业务日期 business date', batch.businessDate],
      ['受理时间 accepted at', inChina(batch.acceptedAt)],
      ['完成时间 completed at', batch.completedAt === undefined ? undefined : inChina(batch.completedAt)],
      ['政策版本 release', batch.release],
    ]),
    '',
    ...amounts([
      ['单据 records', count(counts.read)],
      ['受理 accepted', count(counts.accepted)],
      ['退回 rejected', count(counts.rejected)],
      ...OUTCOMES.filter(([code]) => (outcomes?.[code] ?? 0) > 0).map(
        ([code, name]) => [name, count(outcomes[code])] as const,
      ),
      ['未决 open', count(counts.open)],
    ]),
    ...(batch.kind === 'enrolments'
      ? []
      : [
          '',
          '已结算金额（元） Settled (yuan)',
          ...amounts([
            ['总费用 billed', money(paid.billedFen)],
            ...fundsInOrder(paid.fundsFen).map(([fund, amount]) => [fundName(fund), money(amount)] as const),
            ['个人账户 account', money(paid.accountFen)],
            ['个人现金 cash', money(paid.cashFen)],
            ...(paid.hospitalFen === 0 ? [] : [['医院负担 hospital', money(paid.hospitalFen)] as const]),
          ]),
        ]),
  ];
}

const OUTCOMES = [
  ['settled', '已结算 settled'],
  ['denied', '拒付 denied'],
  ['pended', '待审核 pended'],
  ['repeated', '重复提交 repeated'],
  ['conflicted', '编号冲突 conflicting'],
  ['refused', '未予办理 refused'],
  ['reversed', '已冲正 reversed'],
  ['recorded', '已登记 recorded'],
] as const;

/** A moment as the clock in China shows it. */
export function inChina(instant: string): string {
  const ms = Date.parse(instant);
  return Number.isNaN(ms)
    ? instant
    : new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}
