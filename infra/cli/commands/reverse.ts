// `jiesuan reverse`: undoes a settlement, or refunds lines of it, and shows what stands after.

import type * as z from 'zod';
import { type BatchAccepted, postReversal } from '../../../functions/intake/contract.ts';
import type { PostReversal } from '../../../shared/claim/reversal.ts';
import { minus, ZERO } from '../../../shared/money/fen.ts';
import { parseClaimName } from '../claim-name.ts';
import type { Cli } from '../context.ts';
import { EXIT, type Exit, usageError } from '../exit.ts';
import { followBatch } from '../follow-batch.ts';
import type { Who } from '../identity.ts';
import { fenOf } from '../output/money.ts';
import { numberedNow, tellPosted, tellRefusal } from '../posted.ts';
import { claim } from './claim.ts';

export interface ReverseOptions {
  readonly reason: string;
  /** "3=1=25.90": of line 3, one unit and 25.90 yuan are taken back. */
  readonly refund?: readonly string[];
  readonly reversalNo?: string;
  readonly timeout: string;
}

/** Posts the reversal, waits until it is decided, and shows the claim. Exit 1 when it changed nothing. */
export async function reverse(cli: Cli, name: readonly string[], options: ReverseOptions): Promise<Exit> {
  const { providerId, claimNo } = parseClaimName(name);
  const as: Who = cli.as ?? { role: 'provider', provider: providerId };
  const body: PostReversal = {
    reversalNo: options.reversalNo ?? numberedNow('R', cli.io.now()),
    reason: options.reason,
    ...(options.refund ? { refundLines: options.refund.map(refundOf) } : {}),
  };
  const accepted = await cli
    .client()
    .json<z.infer<typeof BatchAccepted>>(postReversal, { as, params: { providerId, claimNo }, json: body });
  const batch = await followBatch(cli, accepted.batchId, as, options.timeout);
  const told = await tellPosted(cli, accepted, batch, { wait: true, strict: true });
  if (told !== EXIT.ok) return told;
  const shown = await claim(cli, [`${providerId}/${claimNo}`]);
  const refused = batch === undefined ? EXIT.ok : await tellRefusal(cli, batch, as);
  return refused === EXIT.ok ? shown : refused;
}

function refundOf(text: string): NonNullable<PostReversal['refundLines']>[number] {
  const [, lineNo, quantity, yuan] = /^(\d+)=(\d+(?:\.\d{1,4})?)=(\d+(?:\.\d{1,2})?)$/.exec(text) ?? [];
  if (lineNo === undefined || quantity === undefined || yuan === undefined) {
    throw usageError(
      'bad-refund',
      '--refund 的写法为 行号=数量=元，如 3=1=25.90。',
      '--refund takes line=quantity=yuan, such as 3=1=25.90.',
    );
  }
  return { originalLineNo: Number(lineNo), quantity: `-${quantity}`, amountFen: minus(ZERO, fenOf(yuan)) };
}
