// A provider's batches, newest first.

import type { Caller } from '../../shared/http/identity.ts';
import { fieldError } from '../../shared/http/field-errors.ts';
import { Problem } from '../../shared/http/problem.ts';
import { type BatchView, batchView } from './batch-view.ts';
import type { ResultsDeps } from './deps.ts';
import { badCursor } from './paging.ts';

export interface BatchList {
  readonly items: readonly BatchView[];
  readonly next?: string;
}

/** Lists the batches of the caller, or, for those who may, of the provider they name. */
export async function listBatches(
  caller: Caller,
  {
    providerId,
    limit,
    cursor,
  }: {
    readonly providerId?: string | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
  now: number,
  { batches, lateAfterMinutes }: Pick<ResultsDeps, 'batches' | 'lateAfterMinutes'>,
): Promise<BatchList> {
  const page = await ofProvider(batches, whose(caller, providerId), limit, cursor);
  const stored = await Promise.all(page.items.map(({ batchId }) => batches.read(batchId)));
  return {
    items: stored
      .filter((batch) => batch !== undefined)
      .map((batch) => batchView(batch, now, lateAfterMinutes)),
    ...(page.next === undefined ? {} : { next: page.next }),
  };
}

function whose(caller: Caller, asked: string | undefined): string {
  if (caller.role === 'provider') {
    if (asked !== undefined && asked !== caller.providerId) throw new Problem('provider-mismatch');
    return caller.providerId;
  }
  if (asked === undefined)
    throw new Problem('malformed-query', { errors: [fieldError(['providerId'], 'missing')] });
  return asked;
}

async function ofProvider(
  batches: ResultsDeps['batches'],
  providerId: string,
  limit: number,
  cursor: string | undefined,
) {
  try {
    return await batches.ofProvider(providerId, limit, cursor);
  } catch (error) {
    // A cursor is the store's own; one that was made up does not parse, or points outside this provider's batches.
    const madeUp =
      error instanceof SyntaxError || (error instanceof Error && error.name === 'ValidationException');
    throw cursor !== undefined && madeUp ? badCursor() : error;
  }
}
