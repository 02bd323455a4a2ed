// A file of lines in stretches of whole lines: a remittance or a statement may hold a million of them.

import type { ResultsDeps } from './deps.ts';
import { ANSWER_BYTES_MAX, badCursor } from './paging.ts';

const NEWLINE = 0x0a;

/** Whole lines of the file from a byte on; `next` is the byte to go on from. */
export async function readLines(
  key: string,
  from: number,
  records: Pick<ResultsDeps['records'], 'read'>,
  bytesMax: number = ANSWER_BYTES_MAX,
): Promise<{ readonly text: string; readonly next?: number }> {
  // One byte more at the front: a cursor of ours always follows the end of a line.
  const start = from === 0 ? 0 : from - 1;
  const bytes = await readSome(key, start, bytesMax + (from - start), records);
  if (from > 0 && bytes.found[0] !== NEWLINE) throw badCursor();
  const found = bytes.found.subarray(from - start);
  if (!bytes.more) return { text: decode(found) };
  const end = found.lastIndexOf(NEWLINE) + 1;
  return { text: decode(found.subarray(0, end)), next: from + end };
}

async function readSome(
  key: string,
  start: number,
  bytesMax: number,
  records: Pick<ResultsDeps['records'], 'read'>,
) {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of records.read(key, start)) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > bytesMax) break;
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'InvalidRange') throw badCursor(); // Past the end of the file.
    throw error;
  }
  return { found: Buffer.concat(chunks).subarray(0, bytesMax), more: length > bytesMax };
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
