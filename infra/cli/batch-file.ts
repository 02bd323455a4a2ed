// From a file to what is posted: a batch document sent in the body, or a file that is uploaded first because it is
// larger than a body may be. What the command line adds fills gaps; it never overrides what the file says.

import { RECORDS_PER_POST_MAX } from '../../functions/intake/contract.ts';
import { BODY_BYTES_MAX } from '../../shared/http/body.ts';
import { dayInChina } from '../../shared/time/dates.ts';
import { usageError } from './exit.ts';
import { isNdjson, json, type Source, sourceOfBytes, utf8 } from './files.ts';
import { type Scan, scanNdjson } from './scan-ndjson.ts';

export interface BatchOptions {
  readonly provider?: string | undefined;
  readonly batchNo?: string | undefined;
  readonly date?: string | undefined;
  /** Upload, also what would fit into a body. */
  readonly upload?: boolean | undefined;
}

/** The members of a batch besides its claims. */
export interface BatchHead {
  readonly providerId: string;
  readonly batchNo: string;
  readonly businessDate: string;
  readonly controlTotals: { readonly claimCount: number; readonly billedFen: number };
}

export type BatchToPost =
  | { readonly by: 'body'; readonly providerId: string; readonly body: Uint8Array }
  | {
      readonly by: 'upload';
      readonly providerId: string;
      readonly head: BatchHead;
      readonly file: Source;
      readonly scan: Scan;
    };

/** The server's limit, less some room for what surrounds the claims. */
const BODY_BYTES = BODY_BYTES_MAX - 10_000;
const SNIFF_BYTES = 1 << 18;

/** Reads a batch from a file. `onBytes` is told how far a large one has been read. */
export async function batchFrom(
  source: Source,
  options: BatchOptions,
  now: number,
  onBytes?: (bytes: number) => void,
): Promise<BatchToPost> {
  const start = await firstBytes(source, SNIFF_BYTES);
  return isNdjson(source.name, start, start.length >= source.bytes)
    ? fromNdjson(source, options, now, onBytes)
    : fromDocument(source, options, now);
}

async function fromNdjson(
  source: Source,
  options: BatchOptions,
  now: number,
  onBytes?: (bytes: number) => void,
): Promise<BatchToPost> {
  const { providerId, batchNo, businessDate } = headOf({}, options, now);
  const scan = await scanNdjson(source, onBytes);
  if (scan.records === 0)
    throw usageError('empty-file', `${source.name} 中没有单据。`, `There are no claims in ${source.name}.`);
  const head = {
    providerId,
    batchNo,
    businessDate,
    controlTotals: { claimCount: scan.records, billedFen: scan.billedFen },
  };
  const fits = scan.bytes <= BODY_BYTES && scan.records <= RECORDS_PER_POST_MAX;
  const claims =
    fits && options.upload !== true ? claimsOf(utf8(source.name, await source.all())) : undefined;
  // A line that is no JSON cannot travel inside a document; in an upload it is rejected by itself.
  if (claims === undefined) return { by: 'upload', providerId, head, file: source, scan };
  return { by: 'body', providerId, body: bytesOf({ ...head, claims }) };
}

function claimsOf(text: string): unknown[] | undefined {
  try {
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as unknown);
  } catch {
    return undefined;
  }
}

async function fromDocument(source: Source, options: BatchOptions, now: number): Promise<BatchToPost> {
  const bytes = await source.all();
  const value = json(source.name, bytes);
  const document = (Array.isArray(value) ? { claims: value as unknown[] } : value) as Record<string, unknown>;
  if (typeof document !== 'object' || document === null || !Array.isArray(document['claims'])) {
    throw usageError(
      'no-claims',
      `${source.name} 不是批次：应为含 claims 的 JSON，或每行一张单据的 NDJSON。`,
      `${source.name} is no batch: give JSON with claims, or NDJSON with one claim per line.`,
    );
  }
  const claims = document['claims'] as unknown[];
  const head = headOf(document, options, now);
  const controlTotals = (document['controlTotals'] as BatchHead['controlTotals'] | undefined) ?? {
    claimCount: claims.length,
    billedFen: billedOf(claims),
  };
  const complete = ['providerId', 'batchNo', 'businessDate', 'controlTotals'].every(
    (member) => member in document,
  );
  if (options.upload !== true && bytes.length <= BODY_BYTES && claims.length <= RECORDS_PER_POST_MAX) {
    // Complete as it is: sent to the byte, with whatever else it holds; the server says what it does not know.
    return {
      by: 'body',
      providerId: head.providerId,
      body: complete ? bytes : bytesOf({ ...document, ...head, controlTotals }),
    };
  }
  const file = sourceOfBytes(
    source.name,
    new TextEncoder().encode(claims.map((claim) => `${JSON.stringify(claim)}\n`).join('')),
  );
  return {
    by: 'upload',
    providerId: head.providerId,
    head: { ...head, controlTotals },
    file,
    scan: await scanNdjson(file),
  };
}

function headOf(
  document: Readonly<Record<string, unknown>>,
  options: BatchOptions,
  now: number,
): Omit<BatchHead, 'controlTotals'> {
  const providerId = oneOf('--provider', document['providerId'], options.provider);
  const batchNo = oneOf('--batch-no', document['batchNo'], options.batchNo);
  const businessDate = oneOf('--date', document['businessDate'], options.date, dayInChina(now));
  return { providerId, batchNo, businessDate };
}

/** What the file says, else what the command line says; both is fine as long as they agree. */
function oneOf(option: string, inFile: unknown, given: string | undefined, byDefault?: string): string {
  if (inFile !== undefined && given !== undefined && inFile !== given) {
    throw usageError(
      'file-says-otherwise',
      `${option} 与文件中的值不一致。`,
      `${option} differs from what the file says.`,
    );
  }
  // What is in the file is the server's to check, whatever it is.
  if (inFile !== undefined) return inFile as string;
  const found = given ?? byDefault;
  if (found !== undefined) return found;
  throw usageError(
    'option-missing',
    `文件中没有这一项，请给出 ${option}。`,
    `The file does not say it: give ${option}.`,
  );
}

function billedOf(claims: readonly unknown[]): number {
  let sum = 0;
  for (const claim of claims) {
    const billed = (claim as { billedFen?: unknown } | null)?.billedFen;
    if (typeof billed === 'number' && Number.isSafeInteger(sum + billed)) sum += billed;
  }
  return sum;
}

const bytesOf = (document: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(document));

async function firstBytes(source: Source, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source.open() as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= most) break;
  }
  return Buffer.concat(chunks);
}
