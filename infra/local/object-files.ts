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
import { dirname, join, sep } from 'node:path';
import { readJson } from './data-dir.ts';

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

/**
 * Mends what a crash left: a new body under an old description, a description that was cut off, and uploads in parts
 * that nobody will finish (who wrote them is gone). A body that was never described is not there.
 */
export function mendObjects(dir: string): void {
  const buckets = join(dir, 'buckets');
  if (!existsSync(buckets)) return;
  rmSync(join(dir, '_multipart'), { recursive: true, force: true });
  rmSync(join(buckets, STAGING), { recursive: true, force: true });
  for (const bucket of readdirSync(buckets)) {
    mendBucket(join(buckets, bucket, '.bucket.json'), bucket);
    const objects = objectsOf(dir, bucket);
    for (const file of filesBelow(objects)) {
      if (file.endsWith(META)) mendObject(file, objects);
    }
  }
}

const META = '.meta.json';

function mendBucket(file: string, name: string): void {
  if (readJson(file) !== undefined) return;
  const creationDate = new Date().toISOString();
  writeFileSync(file, JSON.stringify({ name, creationDate, type: 'general-purpose' }));
}

function mendObject(metaFile: string, objects: string): void {
  const dataFile = `${metaFile.slice(0, -META.length)}.data`;
  if (!existsSync(dataFile)) {
    rmSync(metaFile, { force: true });
    return;
  }
  const found = readJson(metaFile) as Record<string, unknown> | undefined;
  // A description is always written after its body, so a body that is newer belongs to a write that was cut off.
  const { mtime, mtimeMs } = statSync(dataFile);
  if (found !== undefined && mtimeMs <= statSync(metaFile).mtimeMs) return;
  const body = readFileSync(dataFile);
  const { key, contentType, metadata } = found ?? {};
  writeFileSync(
    metaFile,
    JSON.stringify({
      key: key ?? keyOf(metaFile.slice(objects.length + 1, -META.length)),
      contentType: contentType ?? 'application/octet-stream',
      contentLength: body.length,
      etag: `"${createHash('md5').update(body).digest('hex')}"`,
      lastModified: mtime.toISOString(),
      metadata: metadata ?? {},
    }),
  );
}

/** The key that a path stands for: fauxqs writes characters that files cannot have as % and two digits. */
const keyOf = (path: string): string =>
  path
    .split(sep)
    .join('/')
    .replaceAll(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

function* filesBelow(dir: string): Generator<string> {
  if (!existsSync(dir)) return;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}
