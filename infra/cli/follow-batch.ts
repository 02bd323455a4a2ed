// Follows a batch until every accepted record is decided, with a progress bar. A server that is just being restarted is
// waited for; anything else that goes wrong ends the waiting.

import { getBatch } from '../../functions/results/contract.ts';
import type { BatchView } from '../../functions/results/batch-view.ts';
import { isGone } from './client.ts';
import type { Cli } from './context.ts';
import { parseDuration, type Who } from './identity.ts';

/** Asked often at first, since most batches take a second, then less and less. */
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 3_000;
/** A server that does not come back within so long is not being restarted. */
const RESTART_MS = 60_000;

/** Reads a batch. */
export const readBatch = (cli: Cli, batchId: string, as: Who): Promise<BatchView> =>
  cli.client().json<BatchView>(getBatch, { as, params: { batchId } });

/** Waits until a batch is complete or refused; undefined when that took longer than the time-out. */
export async function followBatch(
  cli: Cli,
  batchId: string,
  as: Who,
  timeout: string,
): Promise<BatchView | undefined> {
  const { now, sleep } = cli.io;
  const deadline = now() + parseDuration(timeout) * 1_000;
  const bar = cli.progress({ what: `${cli.t('结算', 'Settling')} ${batchId}` });
  let goneSince: number | undefined;
  try {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, Math.ceil(wait * 1.4))) {
      try {
        const batch = await readBatch(cli, batchId, as);
        goneSince = undefined;
        if (batch.status === 'complete' || batch.status === 'refused') return batch;
        bar.update(batch.counts.decided, expected(batch));
      } catch (error) {
        goneSince ??= now();
        if (!isGone(error) || now() - goneSince > RESTART_MS) throw error;
      }
      if (now() + wait > deadline) return undefined;
      await sleep(wait);
    }
  } finally {
    bar.stop();
  }
}

/** Records to be decided: what was posted, less what has been rejected so far. */
const expected = ({ status, counts, controlTotals }: BatchView): number =>
  status === 'receiving'
    ? Math.max(counts.accepted, controlTotals.claimCount - counts.rejected)
    : counts.accepted;
