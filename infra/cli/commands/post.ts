// `jiesuan post`: posts batches, small ones in the body and large ones by an upload, and follows them when asked to.

import {
  type BatchAccepted,
  postBatch,
  postUpload,
  type UploadAddress,
} from '../../../functions/intake/contract.ts';
import type * as z from 'zod';
import { batchFrom, type BatchToPost } from '../batch-file.ts';
import type { Cli } from '../context.ts';
import { eachFile } from '../each-file.ts';
import type { Exit } from '../exit.ts';
import { type Source, sourceOf } from '../files.ts';
import { followBatch } from '../follow-batch.ts';
import type { Who } from '../identity.ts';
import { tellPosted } from '../posted.ts';
import { upload } from '../upload.ts';

export interface PostOptions {
  readonly provider?: string;
  readonly batchNo?: string;
  readonly date?: string;
  readonly upload?: boolean;
  readonly wait?: boolean;
  readonly timeout: string;
  readonly strict?: boolean;
}

type Accepted = z.infer<typeof BatchAccepted>;

/** Posts every file in turn; the exit code is that of the worst. */
export const post = (cli: Cli, files: readonly string[], options: PostOptions): Promise<Exit> =>
  eachFile(cli, files, async (file, show) => {
    const source = await sourceOf(file, cli.io.stdin);
    const batch = await read(cli, source, options);
    const as: Who = { role: 'provider', provider: batch.providerId };
    const accepted = await send(cli, batch, as);
    const followed =
      options.wait === true ? await followBatch(cli, accepted.batchId, as, options.timeout) : undefined;
    show(options.wait === true ? { posted: accepted, batch: followed } : accepted);
    return tellPosted(cli, accepted, followed, options);
  });

async function read(cli: Cli, source: Source, options: PostOptions): Promise<BatchToPost> {
  const bar = cli.progress({ what: `${cli.t('读取', 'Reading')} ${source.name}`, unit: 'bytes' });
  try {
    return await batchFrom(
      source,
      options,
      cli.io.now(),
      source.bytes < LARGE_BYTES ? undefined : (bytes) => bar.update(bytes, source.bytes),
    );
  } finally {
    bar.stop();
  }
}

/** Below this a bar would only flicker. */
const LARGE_BYTES = 20_000_000;

async function send(cli: Cli, batch: BatchToPost, as: Who): Promise<Accepted> {
  if (batch.by === 'body') return cli.client().json<Accepted>(postBatch, { as, body: batch.body });
  const { file, scan, head } = batch;
  const address = await cli.client().json<z.infer<typeof UploadAddress>>(postUpload, {
    as,
    json: { sha256: scan.sha256, contentLength: scan.bytes },
  });
  const bar = cli.progress({ what: `${cli.t('上传', 'Uploading')} ${file.name}`, unit: 'bytes' });
  try {
    await upload(file, address, (bytes) => bar.update(bytes, scan.bytes));
  } finally {
    bar.stop();
  }
  return cli.client().json<Accepted>(postBatch, { as, json: { ...head, uploadId: address.uploadId } });
}
