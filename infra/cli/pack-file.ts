// Policy packs named on the command line: a path to a YAML file, or an area and scheme that is shipped, such as
// qinhuangdao/employee. What is wrong with one is told with its place in the pack.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PackError } from '../../shared/policy/pack/pack-error.ts';
import { parseYaml } from '../../shared/policy/pack/parse.ts';
import type { PackDocument } from '../../shared/policy/pack/schema.ts';
import { loadPack, packFiles, PACKS_FOLDER } from '../../shared/policy/packs/load-packs.ts';
import { CliError, EXIT, usageError } from './exit.ts';

/** Files of the packs that a name stands for: one file, or all of an area. */
export function packPaths(name: string): string[] {
  const places = [
    name,
    join(PACKS_FOLDER, `${name}.yaml`),
    join(PACKS_FOLDER, `${name}.yml`),
    join(PACKS_FOLDER, name),
  ];
  const found = places.find((place) => existsSync(place));
  const files = found === undefined ? [] : statSync(found).isDirectory() ? packFiles(found) : [found];
  if (files.length > 0) return files;
  const shipped = packFiles().map(packTitle);
  throw usageError(
    'no-such-pack',
    `找不到政策包 ${name}。现有：${shipped.join('、')}；也可给出 YAML 文件路径。`,
    `There is no pack ${name}. Shipped: ${shipped.join(', ')}; or give the path of a YAML file.`,
  );
}

/** What to call the pack of a file: its area and scheme where it is shipped, else its path. */
export function packTitle(file: string): string {
  const inside = relative(PACKS_FOLDER, file);
  return inside.startsWith('..') ? file : inside.replace(/\.ya?ml$/, '').replaceAll('\\', '/');
}

/** The document of a pack as it is written, not checked yet. */
export const packDocument = (file: string): unknown => parseYaml(readFileSync(file, 'utf8'), packTitle(file));

/** The document of a pack, checked. */
export const readPack = (file: string): PackDocument => packIssues(file, () => loadPack(file));

/** Reads or compiles; what is wrong with the pack becomes an error with a line for each issue. */
export function packIssues<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof PackError)) throw error;
    throw new CliError(EXIT.no, {
      type: 'urn:jiesuan:cli:pack-invalid',
      title: '政策包有误',
      titleEn: 'The pack does not compile',
      code: 'pack-invalid',
      detail: `${file}：每一处见下。`,
      detailEn: `${file}: every place is below.`,
      errors: error.issues.map(({ path, message, on }) => {
        const text = on === undefined ? message : `${message} (${on})`;
        return { path, code: 'does-not-compile', zh: text, en: text };
      }),
    });
  }
}
