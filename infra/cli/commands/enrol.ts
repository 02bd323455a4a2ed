// `jiesuan enrol`: posts enrolments and account credits, as many posts as the API's limits ask for.

import type * as z from 'zod';
import { type BatchAccepted, postEnrolments } from '../../../functions/intake/contract.ts';
import type { Cli } from '../context.ts';
import { enrolmentsFrom } from '../enrolment-file.ts';
import { eachFile } from '../each-file.ts';
import { EXIT, type Exit } from '../exit.ts';
import { sourceOf } from '../files.ts';
import { followBatch } from '../follow-batch.ts';
import type { Who } from '../identity.ts';
import { tellPosted } from '../posted.ts';

export interface EnrolOptions {
  readonly batchNo?: string;
  readonly date?: string;
  readonly wait?: boolean;
  readonly timeout: string;
  readonly strict?: boolean;
}

/** Posts every file in turn; the exit code is that of the worst. */
export const enrol = (cli: Cli, files: readonly string[], options: EnrolOptions): Promise<Exit> =>
  eachFile(cli, files, async (file, show) => {
    const as: Who = { role: 'agency' };
    const source = await sourceOf(file, cli.io.stdin);
    let worst: Exit = EXIT.ok;
    for (const body of enrolmentsFrom(source.name, await source.all(), options, cli.io.now())) {
      const accepted = await cli.client().json<z.infer<typeof BatchAccepted>>(postEnrolments, { as, body });
      const followed =
        options.wait === true ? await followBatch(cli, accepted.batchId, as, options.timeout) : undefined;
      show(options.wait === true ? { posted: accepted, batch: followed } : accepted);
      const exit = await tellPosted(cli, accepted, followed, options);
      worst = exit > worst ? exit : worst;
    }
    return worst;
  });
