// From the text of a pack to its document: YAML, then the schema. What is wrong is told as readable-issues.ts words it. Pure.

import { parseDocument } from 'yaml';
import { PackError } from './pack-error.ts';
import { FOR_PEOPLE, readableIssues } from './readable-issues.ts';
import { Pack, type PackDocument } from './schema.ts';

/** The document of a pack, checked against the schema but not converted: plain JSON, fit for a release. */
export const parsePackText = (text: string, name?: string): PackDocument =>
  packDocument(parseYaml(text, name), name);

/** What a YAML text says, not checked yet. Throws a PackError that says where it is not YAML. */
export function parseYaml(text: string, name?: string): unknown {
  const yaml = parseDocument(text);
  const errors: Error[] = [...yaml.errors];
  try {
    if (errors.length === 0) return yaml.toJS() as unknown;
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    errors.push(error); // An alias (*name) of nothing shows only here.
  }
  throw new PackError(
    { area: name },
    errors.map(({ message }) => ({ path: '', message })),
  );
}

/** A parsed pack as a document, checked. */
export function packDocument(parsed: unknown, name?: string): PackDocument {
  const document = codesAsTexts(parsed);
  checkPackDocument(document, name);
  return document as PackDocument;
}

/** Checks a document; throws a PackError whose issues say where and what. */
export function checkPackDocument(document: unknown, name?: string): Pack {
  const result = Pack.safeParse(codesAsTexts(document), FOR_PEOPLE);
  if (result.success) return result.data;
  throw new PackError({ area: name }, readableIssues(result.error));
}

/** Codes that YAML read as numbers (area: 130300, scheme: 310) are texts. */
function codesAsTexts(parsed: unknown): unknown {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return parsed;
  const document: Record<string, unknown> = { ...parsed };
  for (const key of ['area', 'scheme'])
    if (typeof document[key] === 'number') document[key] = String(document[key]);
  return document;
}
