// From the text of a pack to its document: YAML, then the schema, with messages an analyst understands. Pure.

import { parseDocument } from 'yaml';
import type * as z from 'zod';
import { PackError, type PackIssue } from './pack-error.ts';
import { Pack, type PackDocument } from './schema.ts';

/** The document of a pack, checked against the schema but not converted: plain JSON, fit for a release. */
export function parsePackText(text: string, name = 'pack'): PackDocument {
  const yaml = parseDocument(text, { uniqueKeys: true });
  if (yaml.errors.length > 0) {
    throw new PackError(
      { area: name },
      yaml.errors.map(({ message }) => ({ path: '', message })),
    );
  }
  return packDocument(yaml.toJS(), name);
}

/** A parsed pack as a document, checked. */
export function packDocument(parsed: unknown, name = 'pack'): PackDocument {
  const document = codesAsTexts(parsed);
  checkPackDocument(document, name);
  return document as PackDocument;
}

/** Checks a document; throws a PackError whose issues say where and what. */
export function checkPackDocument(document: unknown, name = 'pack'): Pack {
  const result = Pack.safeParse(codesAsTexts(document));
  if (result.success) return result.data;
  throw new PackError({ area: name }, issuesOf(result.error.issues, []));
}

/** Codes that YAML read as numbers (area: 130300, scheme: 310) are texts. */
function codesAsTexts(parsed: unknown): unknown {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return parsed;
  const text = (key: string, value: unknown): unknown =>
    (key === 'area' || key === 'scheme') && typeof value === 'number' ? String(value) : value;
  return Object.fromEntries(
    Object.entries(parsed).map(([key, value]: [string, unknown]) => [key, text(key, value)]),
  );
}

/** What zod found, for people: where, and what is wrong. */
export const readableIssues = (error: z.ZodError): PackIssue[] => issuesOf(error.issues, []);

/** For a union, the complaint of the alternative that got furthest: that is the one the analyst meant. */
function issuesOf(issues: readonly z.core.$ZodIssue[], at: readonly PropertyKey[]): PackIssue[] {
  return issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      const nested = likeliest(issue.errors).map((alternative) => issuesOf(alternative, path));
      const depth = (list: readonly PackIssue[]): number =>
        Math.max(...list.map(({ path: where }) => where.split(/[.[]/).length));
      const deepest = Math.max(...nested.map(depth));
      const best = nested.filter((list) => depth(list) === deepest).sort((a, b) => a.length - b.length);
      const winners = best.filter((list) => list.length === best[0]!.length);
      const [first] = best[0]!;
      if (
        winners.length === 1 ||
        !winners.every(([one, ...others]) => one?.path === first!.path && others.length === 0)
      )
        return winners[0]!;
      // All of them complain of one place: what each would have taken.
      const texts = [...new Set(winners.map(([one]) => one!.message))];
      const told = texts.filter((text) => !text.startsWith('Invalid input'));
      return [{ path: first!.path, message: (told.length > 0 ? told : texts).join('; or ') }];
    }
    // A key that may not be written like that: why is said one level deeper.
    const message =
      issue.code === 'invalid_key' ? issue.issues.map((each) => each.message).join('; ') : issue.message;
    return [{ path: pathText(path), message }];
  });
}

/** Of the alternatives that are objects, those that know most of the keys given. */
function likeliest(alternatives: readonly z.core.$ZodIssue[][]): readonly z.core.$ZodIssue[][] {
  const strangers = alternatives.map((issues) =>
    issues.some(({ path, code }) => path.length === 0 && code !== 'unrecognized_keys' && code !== 'custom')
      ? undefined
      : issues.reduce(
          (sum, each) =>
            each.code === 'unrecognized_keys' && each.path.length === 0 ? sum + each.keys.length : sum,
          0,
        ),
  );
  const fewest = Math.min(...strangers.filter((count) => count !== undefined));
  return alternatives.filter((_, i) => strangers[i] === undefined || strangers[i] === fewest);
}

const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`))
    .join('');
