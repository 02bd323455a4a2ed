// `jiesuan remittance`: the remittance file of a complete batch, as it lies in the records.

import { getRemittance } from '../../../functions/results/contract.ts';
import type { Cli } from '../context.ts';
import { EXIT, type Exit } from '../exit.ts';
import { textPages } from '../pages.ts';
import { writeTo } from '../sink.ts';

export interface RemittanceOptions {
  readonly out?: string;
}

/** Writes the file to stdout, or to --out. */
export async function remittance(cli: Cli, batchId: string, { out }: RemittanceOptions): Promise<Exit> {
  await writeTo(
    cli,
    out,
    textPages(cli, getRemittance, {
      as: { role: 'ops' },
      params: { batchId },
      accept: 'application/x-ndjson, application/problem+json',
    }),
  );
  return EXIT.ok;
}
