// Reads a list page by page: JSON pages by their `next`, text by its Link header. One page in memory at a time.

import type { RouteContract } from '../../shared/http/route.ts';
import { type Call, nextOf, notUnderstood } from './client.ts';
import type { Cli } from './context.ts';
import { usageError } from './exit.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string | number | undefined;
}

/** JSON pages, at most `limit` items altogether. */
export async function* jsonPages<P extends Page<unknown>>(
  cli: Cli,
  contract: RouteContract,
  call: Call,
  pageMax: number,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<P> {
  let left = limit;
  let cursor: string | number | undefined;
  do {
    const page: P = await cli
      .client()
      .json<P>(contract, { ...call, query: { ...call.query, limit: Math.min(pageMax, left), cursor } });
    if (!Array.isArray(page.items)) throw notUnderstood();
    left -= page.items.length;
    yield page;
    if (page.next !== undefined && page.next === cursor) throw notUnderstood(); // It would never end.
    cursor = page.next;
  } while (cursor !== undefined && left > 0);
}

/** Text pages as they come; put together they are one file. */
export async function* textPages(cli: Cli, contract: RouteContract, call: Call): AsyncGenerator<string> {
  let reply = await cli.client().text(contract, call);
  for (const seen = new Set<string>(); ; ) {
    yield reply.text;
    const next = nextOf(reply);
    if (next === undefined) return;
    if (seen.has(next)) throw notUnderstood();
    seen.add(next);
    reply = await cli.client().follow(next, call);
  }
}

/** Reads a whole number above zero: --limit, --seq. */
export function parseLimit(text: string | undefined, option = '--limit'): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw usageError('bad-limit', `${option} 为正整数。`, `${option} is a whole number above zero.`);
}
