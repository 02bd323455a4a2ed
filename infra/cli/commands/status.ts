// `jiesuan status`: where a batch stands; with --wait, once it is complete.

import type { Cli } from '../context.ts';
import { EXIT, type Exit } from '../exit.ts';
import { followBatch, readBatch } from '../follow-batch.ts';
import { batchLines } from '../output/batch.ts';
import { refused, strictExit, tellLate } from '../posted.ts';

export interface StatusOptions {
  readonly wait?: boolean;
  readonly timeout: string;
  readonly strict?: boolean;
}

/** Prints where a batch stands. */
export async function status(
  cli: Cli,
  batchId: string,
  { wait, timeout, strict }: StatusOptions,
): Promise<Exit> {
  const as = { role: 'ops' } as const;
  // Once before anything is waited for, so that a wrong id or a missing server is told at once.
  const now = await readBatch(cli, batchId, as);
  const batch =
    wait === true && now.status !== 'complete' ? await followBatch(cli, batchId, as, timeout) : now;
  if (batch === undefined) {
    await tellLate(cli, batchId);
    return EXIT.no;
  }
  if (cli.json) await cli.document(batch);
  else await cli.out.print(...batchLines(batch));
  if (wait === true && batch.status === 'refused') throw refused(batch);
  return strictExit(batch.counts.rejected, strict);
}
