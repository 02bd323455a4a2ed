// `jiesuan publish`: a reference release from a JSON file, or from a directory with packs/*.yaml, catalogue.json and
// providers.json. Packs are checked here first, so that what is wrong is told with its place in the pack.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type * as z from 'zod';
import { postRelease, type ReleasePublished } from '../../../functions/intake/contract.ts';
import type { Cli } from '../context.ts';
import { EXIT, type Exit, usageError } from '../exit.ts';
import { json, reading, sourceOf } from '../files.ts';
import { form } from '../output/table.ts';
import { packIssues } from '../pack-file.ts';

export interface PublishOptions {
  readonly from?: string;
}

/** Publishes a release. */
export async function publish(cli: Cli, path: string, { from }: PublishOptions): Promise<Exit> {
  const isFolder = path !== '-' && (await reading(path, () => stat(path))).isDirectory();
  const found = isFolder ? { documents: await fromFolder(path) } : await fromFile(cli, path);
  const inForce = from ?? ('from' in found ? found.from : undefined) ?? new Date(cli.io.now()).toISOString();
  const published = await cli.client().json<z.infer<typeof ReleasePublished>>(postRelease, {
    as: { role: 'agency' },
    json: { ...found, from: inForce },
  });
  if (cli.json) await cli.document(published);
  else
    await cli.out.print(
      ...form([
        ['政策版本 release', published.releaseId],
        ['生效 in force from', published.from],
      ]),
    );
  return EXIT.ok;
}

async function fromFile(cli: Cli, path: string): Promise<{ from?: unknown; documents: unknown }> {
  const source = await sourceOf(path, cli.io.stdin);
  const value = json(source.name, await source.all());
  if (typeof value === 'object' && value !== null) {
    if ('documents' in value) return value;
    if ('packs' in value) return { documents: value };
  }
  throw usageError(
    'no-release',
    `${source.name} 中没有 documents（packs、catalogue、providers）。`,
    `${source.name} has no documents (packs, catalogue, providers).`,
  );
}

async function fromFolder(folder: string): Promise<unknown> {
  const { loadPack, packFiles } = await import('../../../shared/policy/packs/load-packs.ts');
  const files = await reading(join(folder, 'packs'), () => Promise.resolve(packFiles(join(folder, 'packs'))));
  if (files.length === 0)
    throw usageError(
      'no-packs',
      `${folder}/packs 中没有 YAML 文件。`,
      `There is no YAML file under ${folder}/packs.`,
    );
  const packs = files.map((file) => packIssues(file, () => loadPack(file)));
  const part = async (name: string) => {
    const source = await sourceOf(join(folder, name), process.stdin);
    return json(source.name, await source.all());
  };
  return { packs, catalogue: await part('catalogue.json'), providers: await part('providers.json') };
}
