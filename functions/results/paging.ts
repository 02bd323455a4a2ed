// Pages: how much one answer holds, and the link to the next one.

import { Problem } from '../../shared/http/problem.ts';
import { fieldError } from '../../shared/http/field-errors.ts';
import type { ApiRequest } from '../../shared/http/route.ts';

/**
 * Bytes of text in one answer. Lambda returns at most 6 MB with the body as an escaped string inside it; a fifth of
 * JSON is quotes that grow by a backslash.
 */
export const ANSWER_BYTES_MAX = 4_500_000;

/** Joins lines as long as they fit; answers how many did (at least one). */
export function fitting(
  lines: readonly string[],
  bytesMax: number = ANSWER_BYTES_MAX,
): { readonly text: string; readonly taken: number } {
  const kept: string[] = [];
  let bytes = 0;
  for (const line of lines) {
    bytes += Buffer.byteLength(line);
    if (kept.length > 0 && bytes > bytesMax) break;
    kept.push(line);
  }
  return { text: kept.join(''), taken: kept.length };
}

/** Header that points to the next page of the same query; none on the last page. */
export function linkToNext(
  { path, search }: Pick<ApiRequest, 'path' | 'search'>,
  cursor: string | number | undefined,
): Record<string, string> {
  if (cursor === undefined) return {};
  const next = new URLSearchParams(search);
  next.set('cursor', String(cursor));
  return { link: `<${path}?${next.toString()}>; rel="next"` };
}

/** A cursor that did not come from us. */
export const badCursor = (): Problem =>
  new Problem('malformed-query', {
    errors: [
      fieldError(['cursor'], 'malformed', {
        expectedZh: '上一页给出的 next',
        expectedEn: 'the "next" of the page before',
      }),
    ],
  });
