// The records of a batch that could not be read, in the order posted. Split writes them down in parts, each named by
// the first record it covers, so a page starts at the right part and reads no other.

import { recordKey } from '../../shared/records/port.ts';
import type { ResultsDeps } from './deps.ts';

/** One rejected record, as a line of NDJSON and by its place. */
export interface RejectedLine {
  readonly index: number;
  readonly line: string;
}

/** Rejected records with an index of at least `from`, at most `limit`; `more` when there are others after them. */
export async function readRejections(
  batchId: string,
  from: number,
  limit: number,
  records: Pick<ResultsDeps['records'], 'get' | 'list'>,
): Promise<{ readonly lines: readonly RejectedLine[]; readonly more: boolean }> {
  const parts = (await records.list(recordKey.rejectionsOf(batchId))).map((key) => ({
    key,
    first: firstRecordOf(key),
  }));
  const start = Math.max(
    0,
    parts.findLastIndex(({ first }) => first <= from),
  );
  const lines: RejectedLine[] = [];
  let last = from - 1;
  for (const { key } of parts.slice(start)) {
    const text = new TextDecoder().decode(await records.get(key));
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const { index } = JSON.parse(line) as { index: number };
      if (index <= last) continue;
      if (lines.length === limit) return { lines, more: true };
      lines.push({ index, line: `${line}\n` });
      last = index;
    }
  }
  return { lines, more: false };
}

const firstRecordOf = (key: string): number => Number(/(\d+)\.ndjson$/.exec(key)?.[1]);
