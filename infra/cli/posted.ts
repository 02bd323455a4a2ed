// What is told after something was posted: what was taken in, what was rejected and why, and, when it was followed, what
// it came to. Used for claims and for enrolments.

import type * as z from 'zod';
import type { BatchAccepted } from '../../functions/intake/contract.ts';
import type { BatchView } from '../../functions/results/batch-view.ts';
import { getResults } from '../../functions/results/contract.ts';
import { type Decision, reasonsOf } from '../../functions/results/decision-view.ts';
import type { Cli } from './context.ts';
import { CliError, EXIT, type Exit } from './exit.ts';
import type { Who } from './identity.ts';
import { batchLines } from './output/batch.ts';
import { count } from './output/money.ts';
import { rejectedLines } from './output/rejected.ts';

export interface TellOptions {
  readonly wait?: boolean;
  readonly strict?: boolean;
}

/** More than this scrolls away; the rest is a command away. */
const REJECTED_SHOWN = 20;

/** Tells, and answers the exit code. With --json nothing is printed here. */
export async function tellPosted(
  cli: Cli,
  accepted: z.infer<typeof BatchAccepted>,
  batch: BatchView | undefined,
  { wait, strict }: TellOptions,
): Promise<Exit> {
  const { batchId, rejected = [], notListed = 0 } = accepted;
  if (!cli.json) await printAccepted(cli, accepted);
  if (wait === true) {
    if (batch === undefined) {
      await tellLate(cli, batchId);
      return EXIT.no;
    }
    if (!cli.json) await cli.out.print(...batchLines(batch));
    if (batch.status === 'refused') throw refused(batch);
    return strictExit(batch.counts.rejected, strict);
  }
  if (!cli.json)
    await cli.err.print(
      cli.t(`进度：jiesuan status ${batchId} --wait`, `Follow it with: jiesuan status ${batchId} --wait`),
    );
  return strictExit(rejected.length + notListed, strict);
}

/** 1 when records were rejected and --strict asks for it. */
export const strictExit = (rejected: number, strict: boolean | undefined): Exit =>
  strict === true && rejected > 0 ? EXIT.no : EXIT.ok;

/** Says that the waiting ended before the batch did. */
export const tellLate = (cli: Cli, batchId: string): Promise<void> =>
  cli.err.print(
    cli.t(
      `等待超时，批次 ${batchId} 仍在处理；可再次运行 jiesuan status ${batchId} --wait。`,
      `Waited long enough; batch ${batchId} is still at work. Go on with jiesuan status ${batchId} --wait.`,
    ),
  );

/** A batch that was refused whole, as an error. */
export const refused = ({ refusal = 'refused' }: BatchView): CliError =>
  new CliError(EXIT.refused, {
    type: `urn:jiesuan:problem:${refusal}`,
    title: '批次已整批退回',
    titleEn: 'The batch was refused whole',
    code: refusal,
    detail: '上传的文件与所声明的不一致，没有结算其中任何单据。请核对文件后换新的批次号重新提交。',
    detailEn:
      'The uploaded file is not what was announced, and nothing of it was settled. Check it and post it under a new batch number.',
  });

async function printAccepted(
  cli: Cli,
  { batchId, accepted, rejected = [], notListed = 0 }: z.infer<typeof BatchAccepted>,
): Promise<void> {
  const counts =
    accepted === undefined
      ? cli.t('已上传，正在读取', 'uploaded, being read')
      : cli.t(
          `受理 ${count(accepted)}，退回 ${count(rejected.length + notListed)}`,
          `${count(accepted)} accepted, ${count(rejected.length + notListed)} rejected`,
        );
  await cli.out.print(
    `${batchId}  ${counts}`,
    ...rejected.slice(0, REJECTED_SHOWN).flatMap((record) => rejectedLines(record, cli.lang)),
  );
  const more = rejected.length + notListed - REJECTED_SHOWN;
  if (more > 0)
    await cli.out.print(
      cli.t(
        `……另有 ${count(more)} 条：jiesuan rejections ${batchId}`,
        `... and ${count(more)} more: jiesuan rejections ${batchId}`,
      ),
    );
}

/** Says why a correction of one record was refused; nothing when it was not. */
export async function tellRefusal(cli: Cli, { batchId, outcomes }: BatchView, as: Who): Promise<Exit> {
  if (outcomes.refused === 0) return EXIT.ok;
  const call = { as, params: { batchId }, query: { limit: 1 } };
  const { items } = await cli.client().json<{ items: readonly Decision[] }>(getResults, call);
  if (!cli.json)
    await cli.err.print(...items.flatMap(reasonsOf).map(({ code, zh, en }) => `${cli.t(zh, en)} (${code})`));
  return EXIT.no;
}

/** A number for what is posted by hand, from the moment it is posted: "R20260901-093000-123" (China's time). */
export const numberedNow = (prefix: string, now: number): string =>
  `${prefix}${new Date(now + 8 * 3_600_000).toISOString().replaceAll(/[-:]/g, '').replace('T', '-').replace('.', '-').replace('Z', '')}`;
