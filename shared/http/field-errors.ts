// From what zod found to what the caller is told: path, stable code, and sentences. Nothing that was sent is ever
// repeated: zod's own messages are not used, and a key that could be a person's name or number is not printed.

import type * as z from 'zod';
import { FIELD_PROBLEMS, type FieldCode, type FieldFacts, isFieldCode } from './field-problems.ts';
import type { Bilingual } from './problems.ts';

/** One thing that is wrong, and where. `path` is empty when it is the whole. */
export interface FieldError {
  readonly path: string;
  readonly code: FieldCode;
  readonly zh: string;
  readonly en: string;
}

/** Steps to a place in a document: field names and positions. */
export type FieldPath = readonly PropertyKey[];

/** More than this helps nobody; the rest is counted in one last error. */
export const FIELD_ERRORS_MAX = 100;

/** A field error, with the sentences of its code. */
export function fieldError(path: FieldPath, code: FieldCode, facts: FieldFacts = {}): FieldError {
  const { zh, en } = FIELD_PROBLEMS[code](facts);
  return { path: printPath(path), code, zh, en };
}

/**
 * What zod found, as field errors. `document` is what was checked (only asked whether a field is there at all),
 * `under` is put before each path.
 */
export function fieldErrors(
  issues: readonly z.core.$ZodIssue[],
  document: unknown,
  under: FieldPath = [],
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  let left = 0;
  for (const issue of issues) {
    // A hopeless document has errors by the ten thousand: the ones nobody will read are counted, not written.
    if (errors.length >= FIELD_ERRORS_MAX) {
      left += issue.code === 'unrecognized_keys' ? issue.keys.length : 1;
      continue;
    }
    for (const error of errorsOf(issue, document, under)) {
      const key = `${error.path} ${error.code}`;
      if (!seen.has(key)) errors.push(error);
      seen.add(key);
    }
  }
  return limited(errors, left);
}

/** Keeps the first hundred errors, and says how many more there are; `left` were not even written. */
export function limited(errors: readonly FieldError[], left = 0): FieldError[] {
  const count = Math.max(0, errors.length - FIELD_ERRORS_MAX) + left;
  if (count === 0) return [...errors];
  return [...errors.slice(0, FIELD_ERRORS_MAX), fieldError([], 'and-more', { count })];
}

function errorsOf(issue: z.core.$ZodIssue, document: unknown, under: FieldPath): FieldError[] {
  const path = [...under, ...issue.path];
  const value = valueAt(document, issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, FIELD_ERRORS_MAX + 1)
      .map((key) => fieldError(PRINTABLE_UNKNOWN_KEY.test(key) ? [...path, key] : path, 'unknown-field'));
  }
  if (value === undefined && issue.code !== 'custom') return [fieldError(path, 'missing')];
  return [fieldError(path, ...codeOf(issue, value, path.at(-1)))];
}

function codeOf(
  issue: z.core.$ZodIssue,
  value: unknown,
  field: PropertyKey | undefined,
): [FieldCode, FieldFacts?] {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.expected === 'int' && typeof value === 'number') return ['not-an-integer'];
      return ['wrong-type', typeName(issue.expected)];
    case 'invalid_value':
      return ['not-one-of', { allowed: issue.values.map(String).join(', ') }];
    case 'too_small':
      if (issue.origin === 'string') return ['too-short', { min: Number(issue.minimum) }];
      if (issue.origin === 'array') return ['too-few', { min: Number(issue.minimum) }];
      if (issue.minimum === 0 && String(field).endsWith('Fen')) return ['negative-amount'];
      return ['out-of-range', { bound: `>= ${issue.minimum}` }];
    case 'too_big':
      if (issue.origin === 'string') return ['too-long', { max: Number(issue.maximum) }];
      if (issue.origin === 'array') return ['too-many', { max: Number(issue.maximum) }];
      return ['out-of-range', { bound: `<= ${issue.maximum}` }];
    case 'invalid_format':
      return ['malformed', expectedFormat(field, issue)];
    case 'custom':
      if (value === undefined && !isFieldCode(issue.message)) return ['missing'];
      return isFieldCode(issue.message)
        ? [issue.message, issue.params ?? {}]
        : ['malformed', expectedFormat(field)];
    default:
      return ['malformed', expectedFormat(field)];
  }
}

const TYPE_NAMES: Readonly<Record<string, Bilingual>> = {
  string: { zh: '字符串', en: 'a string' },
  number: { zh: '数字', en: 'a number' },
  int: { zh: '整数', en: 'a whole number' },
  boolean: { zh: 'true 或 false', en: 'true or false' },
  array: { zh: '数组', en: 'an array' },
  object: { zh: '对象', en: 'an object' },
};
const typeName = (expected: string): FieldFacts => {
  const name = TYPE_NAMES[expected] ?? { zh: ` ${expected}`, en: expected };
  return { expectedZh: name.zh, expectedEn: name.en };
};

/** What a pattern means, by field. A field that is not here is told its pattern, which is ours and no secret. */
const FORMATS: Readonly<Record<string, Bilingual>> = {
  providerId: { zh: ' 1 至 20 位字母或数字', en: '1 to 20 letters or digits' },
  batchNo: { zh: ' 1 至 40 位字母、数字、“-”或“_”', en: '1 to 40 letters, digits, "-" or "_"' },
  claimNo: { zh: ' 1 至 40 位字母、数字、“-”或“_”', en: '1 to 40 letters, digits, "-" or "_"' },
  memberId: { zh: ' 4 至 30 位字母或数字', en: '4 to 30 letters or digits' },
  insuredArea: { zh: ' 6 位行政区划代码', en: 'a 6-digit division code' },
  areaCode: { zh: ' 6 位行政区划代码', en: 'a 6-digit division code' },
  quantity: {
    zh: '十进制数字符串，最多 4 位小数，如 "2.5"',
    en: 'a decimal string with at most 4 decimals, such as "2.5"',
  },
  unitPrice: {
    zh: '十进制数字符串，最多 6 位小数，如 "12.34"',
    en: 'a decimal string with at most 6 decimals, such as "12.34"',
  },
  reason: {
    zh: ' 2 至 40 位小写字母、数字或“-”，以字母开头，如 drug-returned',
    en: '2 to 40 small letters, digits or "-", a letter first, such as drug-returned',
  },
  reversalNo: { zh: ' 1 至 40 位字母、数字、“-”或“_”', en: '1 to 40 letters, digits, "-" or "_"' },
  reviewNo: { zh: ' 1 至 40 位字母、数字、“-”或“_”', en: '1 to 40 letters, digits, "-" or "_"' },
  itemName: { zh: '不含控制字符的文本', en: 'text without control characters' },
  sha256: { zh: ' 64 位小写十六进制数', en: '64 lowercase hexadecimal digits' },
  cursor: { zh: '上一页给出的 next', en: 'the "next" of the page before' },
};

/** A refund takes back: the same field, below zero. */
const REFUNDED_QUANTITY: Bilingual = {
  zh: '负的十进制数字符串，最多 4 位小数，如 "-1"',
  en: 'a negative decimal string with at most 4 decimals, such as "-1"',
};

function expectedFormat(
  field: PropertyKey | undefined,
  issue?: z.core.$ZodIssueInvalidStringFormat,
): FieldFacts {
  const negative = field === 'quantity' && issue?.pattern?.startsWith('/^-') === true;
  const known = negative ? REFUNDED_QUANTITY : FORMATS[String(field)];
  if (known) return { expectedZh: known.zh, expectedEn: known.en };
  const form = issue?.pattern ?? issue?.format ?? '';
  return form === ''
    ? { expectedZh: '规定的格式', expectedEn: 'the documented format' }
    : { expectedZh: ` ${form}`, expectedEn: form };
}

/** Latin letters only: no digits of a number, no Chinese name. */
const PRINTABLE_UNKNOWN_KEY = /^[A-Za-z_]{1,40}$/;
/** A step of a path is a field of our own schemas, or a key that the agency chose in a policy document. */
const PRINTABLE_FIELD = /^[A-Za-z0-9_.*-]{1,60}$/;

/** Writes a path as people read it: claims[3].lines[0].amountFen. */
export function printPath(path: FieldPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += `${text === '' ? '' : '.'}${PRINTABLE_FIELD.test(String(step)) ? String(step) : '*'}`;
  }
  return text;
}

function valueAt(document: unknown, path: FieldPath): unknown {
  let value = document;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}
