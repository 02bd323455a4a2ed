// From a file of enrolments and account credits to the posts it takes: a document that is complete goes as it is; what
// is more than one post may hold is cut, in order, into numbered ones.

import { RECORDS_PER_POST_MAX } from '../../functions/intake/contract.ts';
import { BODY_BYTES_MAX } from '../../shared/http/body.ts';
import { dayInChina } from '../../shared/time/dates.ts';
import { usageError } from './exit.ts';
import { isNdjson, json, utf8 } from './files.ts';

export interface EnrolmentOptions {
  readonly batchNo?: string | undefined;
  readonly date?: string | undefined;
}

/** The server's limit, less some room for what surrounds the records. */
const BODY_BYTES = BODY_BYTES_MAX - 10_000;

/** The bodies to post, in order. */
export function enrolmentsFrom(
  name: string,
  bytes: Uint8Array,
  options: EnrolmentOptions,
  now: number,
): Uint8Array[] {
  const document = isNdjson(name, bytes, true)
    ? ofRecords(recordsOf(name, utf8(name, bytes)))
    : documentOf(name, json(name, bytes));
  const batchNo = stated('--batch-no', document['batchNo'], options.batchNo);
  if (batchNo === undefined)
    throw usageError(
      'option-missing',
      '文件中没有批次号，请给出 --batch-no。',
      'The file has no batch number: give --batch-no.',
    );
  const head = {
    ...document,
    batchNo,
    businessDate: stated('--date', document['businessDate'], options.date) ?? dayInChina(now),
  };
  const [enrolments, accountCredits] = [listOf(document['enrolments']), listOf(document['accountCredits'])];
  const parts = cut(enrolments, accountCredits);
  if (parts.length <= 1 || typeof batchNo !== 'string') return [bytesOf(head)]; // A number of another type is the server's to refuse.
  return parts.map((part, at) => bytesOf({ ...head, ...part, batchNo: `${batchNo}-${at + 1}` }));
}

function documentOf(name: string, value: unknown): Record<string, unknown> {
  if (Array.isArray(value)) return ofRecords(value);
  const document = (value ?? {}) as Record<string, unknown>;
  if (
    typeof value === 'object' &&
    (Array.isArray(document['enrolments']) || Array.isArray(document['accountCredits']))
  )
    return document;
  if (typeof value === 'object' && ('enrolmentNo' in document || 'creditNo' in document))
    return ofRecords([document]);
  throw usageError(
    'no-enrolments',
    `${name} 中没有 enrolments 或 accountCredits。`,
    `${name} has neither enrolments nor accountCredits.`,
  );
}

/** What has a creditNo is a credit; everything else is for the server to read as an enrolment. */
function ofRecords(records: readonly unknown[]): Record<string, unknown> {
  const isCredit = (record: unknown) => typeof record === 'object' && record !== null && 'creditNo' in record;
  return {
    enrolments: records.filter((record) => !isCredit(record)),
    accountCredits: records.filter(isCredit),
  };
}

function recordsOf(name: string, text: string): unknown[] {
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch {
      throw usageError(
        'not-json',
        `${name} 第 ${at + 1} 行不是合法的 JSON。`,
        `Line ${at + 1} of ${name} is not JSON.`,
      );
    }
  });
}

/** Cuts where the next record would be one too many, or too long. Enrolments come before credits, as posted. */
function cut(enrolments: readonly unknown[], accountCredits: readonly unknown[]) {
  const parts: { enrolments: unknown[]; accountCredits: unknown[] }[] = [];
  let [records, length] = [Number.POSITIVE_INFINITY, 0];
  const add = (list: 'enrolments' | 'accountCredits', record: unknown) => {
    const bytes = Buffer.byteLength(JSON.stringify(record)) + 1;
    if (
      records === RECORDS_PER_POST_MAX ||
      records === Number.POSITIVE_INFINITY ||
      length + bytes > BODY_BYTES
    ) {
      parts.push({ enrolments: [], accountCredits: [] });
      [records, length] = [0, 0];
    }
    parts.at(-1)?.[list].push(record);
    [records, length] = [records + 1, length + bytes];
  };
  for (const record of enrolments) add('enrolments', record);
  for (const record of accountCredits) add('accountCredits', record);
  return parts;
}

function stated(option: string, inFile: unknown, given: string | undefined): unknown {
  if (inFile !== undefined && given !== undefined && inFile !== given) {
    throw usageError(
      'file-says-otherwise',
      `${option} 与文件中的值不一致。`,
      `${option} differs from what the file says.`,
    );
  }
  return inFile ?? given;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const bytesOf = (document: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(document));
