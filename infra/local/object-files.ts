// The object store's files on disk, made safe against `kill -9`: fauxqs writes an object as two files, one after the
// other and in place. Here each is written beside and moved over, and what a crash tore is mended before it is read.

import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The part of fauxqs' file store that is replaced. */
export interface ObjectFiles {
  upsertObject(bucket: string, object: { key: string; body: Uint8Array }): void;
}

const objectsOf = (dir: string, bucket: string) => join(dir, 'buckets', bucket, 'objects');
const STAGING = '.staging';

/** Makes every write of an object go to a staging place first, and then to its own by renaming. */
export function writeAtomically(files: ObjectFiles, dir: string): void {
  const write = files.upsertObject.bind(files);
  let count = 0;
  files.upsertObject = (bucket, object) => {
    // fauxqs derives the place from the bucket's name: a staging bucket gets the same layout below it.
    const staging = join(STAGING, String(count++));
    write(staging, object);
    const from = objectsOf(dir, staging);
    for (const file of [...filesBelow(from)].sort()) {
      // ".data" before ".meta.json": a name without data never shows.
      const to = join(objectsOf(dir, bucket), file.slice(from.length + 1));
      mkdirSync(dirname(to), { recursive: true });
      renameSync(file, to);
    }
    rmSync(join(dir, 'buckets', staging), { recursive: true, force: true });
  };
}

/** Mends what a crash left: a new body under an old description. Anything that was never described is not there. */
export function mendObjects(dir: string): void {
  const buckets = join(dir, 'buckets');
  if (!existsSync(buckets)) return;
  rmSync(join(buckets, STAGING), { recursive: true, force: true });
  for (const bucket of readdirSync(buckets)) {
    for (const file of filesBelow(objectsOf(dir, bucket))) {
      if (file.endsWith('.meta.json')) mend(file);
    }
  }
}

function mend(metaFile: string): void {
  const dataFile = join(dirname(metaFile), `${basename(metaFile, '.meta.json')}.data`);
  if (!existsSync(dataFile)) {
    rmSync(metaFile, { force: true });
    return;
  }
  // A description is always written after its body, so a body that is newer belongs to a write that was cut off.
  if (statSync(dataFile).mtimeMs <= statSync(metaFile).mtimeMs) return;
  const meta = JSON.parse(readFileSync(metaFile, 'utf8')) as Record<string, unknown>;
  const body = readFileSync(dataFile);
  const {
    checksumAlgorithm: _a,
    checksumValue: _v,
    checksumType: _t,
    partChecksums: _p,
    parts: _s,
    ...rest
  } = meta;
  const etag = `"${createHash('md5').update(body).digest('hex')}"`;
  writeFileSync(metaFile, JSON.stringify({ ...rest, contentLength: body.length, etag }));
}

function* filesBelow(dir: string): Generator<string> {
  if (!existsSync(dir)) return;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}
