// What zod finds in a pack or a situation, in words an analyst understands: where, what is wrong, what may be written.
// Of the alternatives of a union, the one that was meant is told. Pure.

import type * as z from 'zod';
import type { PackIssue } from './pack-error.ts';

const MISSING = 'is missing';
const EMPTY = 'is empty';
const EXPECTED = 'expected ';
const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys with values',
  record: 'keys with values',
};

/** A sentence for what the schema has none of its own for. */
function sentence(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return nothing(issue.input) ?? EXPECTED + kindOf(issue.expected, issue.input);
    case 'invalid_value': {
      if (issue.values.length === 1)
        return nothing(issue.input) ?? EXPECTED + JSON.stringify(issue.values[0]);
      const allowed = `one of ${issue.values.join(', ')}`;
      return issue.input === undefined ? `${MISSING}: ${allowed}` : `not ${allowed}`;
    }
    case 'too_small':
      if (issue.origin === 'array') return 'is an empty list';
      if (issue.origin === 'string') return EMPTY;
      return `has to be ${issue.inclusive === true ? 'at least' : 'more than'} ${issue.minimum}`;
    case 'unrecognized_keys': {
      const keys = issue.keys.map((key: string) => `"${key}"`).join(', ');
      const known = Object.keys((issue.inst as z.ZodObject).shape).join(', ');
      return `Unrecognized key${issue.keys.length === 1 ? '' : 's'}: ${keys}; known here: ${known}`;
    }
    default:
      return undefined;
  }
}

/** Nothing is after the key, or there is no such key. */
const nothing = (input: unknown): string | undefined =>
  input === undefined ? MISSING : input === null ? EMPTY : undefined;

const kindOf = (expected: string, input: unknown): string =>
  expected === 'string' && typeof input !== 'object'
    ? 'text: put it in quotes'
    : (KINDS[expected] ?? expected);

/** For `safeParse`, so that `readableIssues` has sentences to tell. */
export const FOR_PEOPLE = { error: sentence };

/** What zod found: where, and what is wrong. */
export const readableIssues = (error: z.ZodError): PackIssue[] => issuesOf(error.issues, []);

type Issues = readonly z.core.$ZodIssue[];
type Path = readonly PropertyKey[];

const issuesOf = (issues: Issues, at: Path): PackIssue[] =>
  issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    if (issue.code === 'invalid_union') return issuesOfMeant(issue.errors, path);
    // A key that may not be written like that: why is said one level deeper.
    const message = issue.code === 'invalid_key' ? issue.issues[0]!.message : issue.message;
    return [{ path: pathText(path), message: message === 'not-a-date' ? NOT_A_DATE : message }];
  });

/** The schema of dates is shared with the interface, where a message is a code. */
const NOT_A_DATE = 'not a day between 1990 and 2099: write 2024-01-01';

/** The complaints of the alternative that was meant: of the same kind, and knowing most of the keys. */
function issuesOfMeant(union: readonly Issues[], path: Path): PackIssue[] {
  const all = alternatives(union);
  const alike = all.filter((issues) => !isOfAnotherKind(issues));
  const meant = alike.length === 0 ? all : fewest(fewest(alike, strangers), (issues) => issues.length);
  const told = meant.map((issues) => issuesOf(issues, path));
  const [first] = told[0]!;
  const alone = told.every((issues) => issues.length === 1 && issues[0]!.path === first!.path);
  // All of them complain of one place: what each would have taken.
  return alone ? [{ path: first!.path, message: together(told.map(([only]) => only!.message)) }] : told[0]!;
}

/** A union in a union is one union. */
const alternatives = (union: readonly Issues[]): readonly Issues[] =>
  union.flatMap((issues) => {
    const only = issues[0]!;
    return only.code === 'invalid_union' && only.path.length === 0 ? alternatives(only.errors) : [issues];
  });

/** A text where the alternative is a list, and so on: then zod found nothing else. */
const isOfAnotherKind = ([first]: Issues): boolean =>
  first!.path.length === 0 && (first!.code === 'invalid_type' || first!.code === 'invalid_value');

const strangers = (issues: Issues): number =>
  issues.flatMap((each) => (each.code === 'unrecognized_keys' && each.path.length === 0 ? each.keys : []))
    .length;

function fewest(all: readonly Issues[], count: (issues: Issues) => number): readonly Issues[] {
  const least = Math.min(...all.map(count));
  return all.filter((issues) => count(issues) === least);
}

/** One sentence of what several alternatives say of one value. A sentence of the format's own tells most. */
function together(messages: readonly string[]): string {
  const absent = messages.find((message) => message === MISSING || message === EMPTY);
  if (absent !== undefined) return absent;
  const own = messages.filter((message) => !message.startsWith(EXPECTED));
  if (own.length > 0) return [...new Set(own)].join('; or ');
  const kinds = messages.map((message) => message.slice(EXPECTED.length));
  return EXPECTED + [...new Set(kinds)].join(' or ');
}

const pathText = (path: Path): string =>
  path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`))
    .join('');
