// `jiesuan review`: decides a pended claim (approve, refuse part of its lines, deny) and shows what it came to.

import type * as z from 'zod';
import { type BatchAccepted, postReview } from '../../../functions/intake/contract.ts';
import type { PostReview } from '../../../shared/claim/review.ts';
import { parseClaimName } from '../claim-name.ts';
import type { Cli } from '../context.ts';
import { EXIT, type Exit, usageError } from '../exit.ts';
import { followBatch } from '../follow-batch.ts';
import type { Who } from '../identity.ts';
import { fenOf } from '../output/money.ts';
import { numberedNow, tellPosted, tellRefusal } from '../posted.ts';
import { claim } from './claim.ts';

export interface ReviewOptions {
  readonly approve?: boolean;
  readonly deny?: boolean;
  /** "3=120.00": of line 3, 120 yuan are refused. */
  readonly reduce?: readonly string[];
  readonly reason: string;
  readonly reviewNo?: string;
  readonly timeout: string;
}

const AS: Who = { role: 'agency' };

/** Posts the review, waits until it is decided, and shows the claim. Exit 1 when it changed nothing. */
export async function review(cli: Cli, name: readonly string[], options: ReviewOptions): Promise<Exit> {
  const { providerId, claimNo } = parseClaimName(name);
  const accepted = await cli.client().json<z.infer<typeof BatchAccepted>>(postReview, {
    as: AS,
    params: { providerId, claimNo },
    json: bodyOf(cli.io.now(), options),
  });
  const batch = await followBatch(cli, accepted.batchId, AS, options.timeout);
  const told = await tellPosted(cli, accepted, batch, { wait: true, strict: true });
  if (told !== EXIT.ok) return told;
  const shown = await claim(cli, [`${providerId}/${claimNo}`]);
  const refused = batch === undefined ? EXIT.ok : await tellRefusal(cli, batch, AS);
  return refused === EXIT.ok ? shown : refused;
}

function bodyOf(now: number, { approve, deny, reduce, reason, reviewNo }: ReviewOptions): PostReview {
  const chosen = [approve && 'approve', deny && 'deny', reduce && 'reduce'].filter(Boolean);
  if (chosen.length !== 1) {
    throw usageError(
      'one-decision',
      '请在 --approve、--deny、--reduce 中选择其一。',
      'Give exactly one of --approve, --deny, --reduce.',
    );
  }
  return {
    reviewNo: reviewNo ?? numberedNow('A', now),
    decision: chosen[0] as PostReview['decision'],
    reason,
    ...(reduce ? { reductions: reduce.map((text) => reductionOf(text, reason)) } : {}),
  };
}

function reductionOf(text: string, reason: string): NonNullable<PostReview['reductions']>[number] {
  const [, lineNo, yuan] = /^(\d+)=(\d+(?:\.\d{1,2})?)$/.exec(text) ?? [];
  if (lineNo === undefined || yuan === undefined) {
    throw usageError(
      'bad-reduction',
      '--reduce 的写法为 行号=元，如 3=120.00。',
      '--reduce takes line=yuan, such as 3=120.00.',
    );
  }
  return { lineNo: Number(lineNo), refusedFen: fenOf(yuan), reason };
}
