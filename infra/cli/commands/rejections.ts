// `jiesuan rejections`: the records of a batch that could not be read, each with every error.

import { getRejections } from '../../../functions/results/contract.ts';
import type { Cli } from '../context.ts';
import type { Exit } from '../exit.ts';
import { type Rejected, rejectedLines } from '../output/rejected.ts';
import { jsonPages, type Page } from '../pages.ts';
import { strictExit } from '../posted.ts';

export interface RejectionsOptions {
  readonly strict?: boolean;
}

interface RejectionPage extends Page<Rejected> {
  readonly batchId: string;
  readonly rejected: number;
}

const PAGE = 1_000;

/** Prints the rejections of a batch. */
export async function rejections(cli: Cli, batchId: string, { strict }: RejectionsOptions): Promise<Exit> {
  const items: Rejected[] = [];
  let found = 0;
  for await (const page of jsonPages<RejectionPage>(
    cli,
    getRejections,
    { as: { role: 'ops' }, params: { batchId } },
    PAGE,
  )) {
    found += page.items.length;
    if (cli.json) items.push(...page.items);
    else if (page.items.length > 0)
      await cli.out.print(...page.items.flatMap((record) => rejectedLines(record, cli.lang)));
  }
  if (cli.json) await cli.document({ batchId, rejected: found, items });
  else if (found === 0) await cli.err.print(cli.t('没有退回的单据。', 'Nothing was rejected.'));
  return strictExit(found, strict);
}
