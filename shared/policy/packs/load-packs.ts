// Reads packs from disk: the one place in shared/policy that touches files. For the CLI, for publishing and for
// tests; the pure part, text in and checked pack out, is parsePackText.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PackDocument } from '../pack/schema.ts';
import { parsePackText } from '../pack/parse.ts';

/** Folder of the packs that are shipped. */
export const PACKS_FOLDER = import.meta.dirname;

/** One pack file as a plain document, checked. Throws a PackError that says where. */
export function loadPack(file: string): PackDocument {
  return parsePackText(readFileSync(file, 'utf8'), file);
}

/** All pack files of a folder of areas, or of one area, in order of their names. */
export function packFiles(folder: string = PACKS_FOLDER): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory()
        ? packFiles(join(folder, entry.name))
        : /\.ya?ml$/.test(entry.name)
          ? [join(folder, entry.name)]
          : [],
    );
}

/** The documents of all packs in a folder, ready for a reference release. */
export const loadPacks = (folder: string = PACKS_FOLDER): PackDocument[] => packFiles(folder).map(loadPack);
