// Reads the raw bytes of a batch back as records, from the first or from where one left off. A line that cannot be
// read is a record too: one that says why.

import type { RecordReader } from '../records/port.ts';
import type { Manifest, RawBatch } from './batch.ts';

/** One record as posted: its value, or the code of why there is none. */
export interface RawRecord {
  /** 0, 1, 2 ... in the order posted. */
  readonly ordinal: number;
  /** First byte and length of its line; JSON batches are read whole and have none. */
  readonly raw?: readonly [fromByte: number, bytes: number];
  /** Where the next record starts. */
  readonly nextOffset: number;
  readonly value?: unknown;
  readonly unreadable?: 'malformed-json' | 'malformed-utf8' | 'record-too-long';
}

/** A record longer than a queue message can carry is none: 1,000 lines are about 200 KB. */
export const RECORD_BYTES_MAX = 900_000;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** The records of a batch from an ordinal on; `offset` is the byte where that record starts. */
export async function* rawRecords(
  records: RecordReader,
  raw: RawBatch,
  ordinal: number,
  offset: number,
): AsyncGenerator<RawRecord> {
  if (raw.format === 'json') {
    const values = recordsOfDocument(
      JSON.parse(strictUtf8.decode((await records.get(raw.key)) ?? new Uint8Array())),
    );
    for (let at = ordinal; at < values.length; at++) yield { ordinal: at, nextOffset: 0, value: values[at] };
    return;
  }
  let next = ordinal;
  for await (const { bytes, start, end, tooLong } of lines(records.read(raw.key, offset), offset)) {
    if (!tooLong && isBlank(bytes)) continue;
    const place = { ordinal: next++, raw: [start, end - start] as const, nextOffset: end };
    yield tooLong ? { ...place, unreadable: 'record-too-long' } : { ...place, ...parseRecord(bytes) };
  }
}

/** The records of a JSON batch: claims and then reversals, or reviews, or enrolments and then account credits. */
export function recordsOfDocument(document: unknown): readonly unknown[] {
  const { claims, reversals, reviews, enrolments, accountCredits } = document as Record<
    string,
    unknown[] | undefined
  >;
  if (claims || reversals) return [...(claims ?? []), ...(reversals ?? [])];
  return reviews ?? [...(enrolments ?? []), ...(accountCredits ?? [])];
}

/** One raw record again: by its bytes where they are known, else by its number and content in the JSON document. */
export async function recordAt(
  records: RecordReader,
  manifest: Pick<Manifest, 'raw'>,
  found: {
    readonly raw?: readonly [number, number] | undefined;
    readonly matches: (value: unknown) => boolean;
  },
): Promise<unknown> {
  if (found.raw) {
    const { value } = parseRecord(await records.range(manifest.raw.key, ...found.raw));
    return value !== undefined && found.matches(value) ? value : undefined;
  }
  for await (const { value } of rawRecords(records, manifest.raw, 0, 0)) {
    if (value !== undefined && found.matches(value)) return value;
  }
  return undefined;
}

function parseRecord(bytes: Uint8Array): Pick<RawRecord, 'value' | 'unreadable'> {
  let text: string;
  try {
    text = strictUtf8.decode(bytes);
  } catch {
    return { unreadable: 'malformed-utf8' };
  }
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { unreadable: 'malformed-json' };
  }
}

const NEWLINE = 0x0a;
const isBlank = (bytes: Uint8Array): boolean =>
  bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);

interface Line {
  readonly bytes: Uint8Array;
  /** First byte, and the byte after the newline. */
  readonly start: number;
  readonly end: number;
  readonly tooLong: boolean;
}

/** Cuts a stream of bytes at its newlines, holding at most one line and one chunk in memory. */
async function* lines(chunks: AsyncIterable<Uint8Array>, offset: number): AsyncGenerator<Line> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let start = offset;
  let tooLong = false;
  const line = (end: number): Line => ({ bytes: join(held, heldBytes), start, end, tooLong });
  const hold = (part: Uint8Array): void => {
    if (heldBytes + part.length > RECORD_BYTES_MAX) tooLong = true;
    if (!tooLong) held.push(part);
    heldBytes += part.length;
  };
  let at = offset;
  for await (const chunk of chunks) {
    let from = 0;
    for (let cut = chunk.indexOf(NEWLINE); cut >= 0; cut = chunk.indexOf(NEWLINE, from)) {
      hold(chunk.subarray(from, cut));
      yield line(at + cut + 1);
      from = cut + 1;
      [held, heldBytes, start, tooLong] = [[], 0, at + from, false];
    }
    hold(chunk.subarray(from));
    at += chunk.length;
  }
  if (heldBytes > 0) yield line(at);
}

function join(parts: readonly Uint8Array[], total: number): Uint8Array {
  if (parts.length === 1 && parts[0]?.length === total) return parts[0];
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
