// The directory that holds everything a local installation keeps: tables, objects, keys, notes. A marker says that it
// is ours (nothing without one is ever deleted), a lock that only one process works in it.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';

export const DATA_DIR = '.jiesuan';
const MARKER = 'jiesuan-data.json';
const LOCK = 'lock';
const FORMAT = 3;

export interface DataDir {
  readonly path: string;
  readonly tables: string;
  readonly objects: string;
  readonly keys: string;
  /** Nothing was kept here before. */
  readonly isNew: boolean;
  /** A note kept as JSON; undefined when there is none, or a crash cut it off. */
  readNote(name: string): unknown;
  writeNote(name: string, value: unknown): void;
  /** Gives the lock back. */
  release(): void;
}

/** A sentence for the user, in both languages; not a bug. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** Takes the directory for this process; makes it where it is missing, empties it when `fresh`. */
export function openDataDir(path: string, { fresh = false }: { readonly fresh?: boolean } = {}): DataDir {
  const root = resolve(path);
  checkOurs(root);
  mkdirSync(root, { recursive: true, mode: 0o700 });
  lock(root);
  try {
    if (fresh) empty(root);
    const isNew = !existsSync(join(root, MARKER));
    if (isNew)
      writeSafely(
        join(root, MARKER),
        JSON.stringify({ format: FORMAT, createdAt: new Date().toISOString() }),
      );
    else checkFormat(root);
    return {
      path: root,
      tables: join(root, 'tables'),
      objects: join(root, 'objects'),
      keys: join(root, 'keys'),
      isNew,
      readNote: (name) => readJson(join(root, `${name}.json`)),
      writeNote: (name, value) =>
        writeSafely(join(root, `${name}.json`), `${JSON.stringify(value, undefined, 2)}\n`),
      release: () => rmSync(join(root, LOCK), { force: true }),
    };
  } catch (error) {
    rmSync(join(root, LOCK), { force: true });
    throw error;
  }
}

/** Writes a file whole or not at all; only its owner may read it. */
export function writeSafely(file: string, content: string): void {
  const beside = `${file}.${process.pid}.new`;
  writeFileSync(beside, content, { mode: 0o600, flush: true });
  chmodSync(beside, 0o600);
  renameSync(beside, file);
}

/** Reads JSON; undefined when the file is missing or cut off. */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A directory that holds something, but not our marker, is somebody else's: neither used nor emptied. */
function checkOurs(root: string): void {
  if (!existsSync(root) || existsSync(join(root, MARKER))) return;
  if (readdirSync(root).every((name) => name === LOCK)) return;
  throw new Refused(
    `${root} 不是结算的数据目录(其中没有 ${MARKER}),不会使用也不会清空它。请用 --data 指定别的目录。\n` +
      `${root} is not a data directory of Jiesuan (it has no ${MARKER}); it is neither used nor emptied. Name another with --data.`,
  );
}

function checkFormat(root: string): void {
  const format = (readJson(join(root, MARKER)) as { format?: number } | undefined)?.format;
  if (format === undefined || format === FORMAT) return;
  throw new Refused(
    `数据目录由另一版本写成(格式 ${format},本版本为 ${FORMAT})。加 --fresh 重新开始。\n` +
      `The data directory was written by another version (format ${format}, this one writes ${FORMAT}). Start over with --fresh.`,
  );
}

/** Removes what is inside, the lock and the marker excepted; the marker goes last, so that a crash leaves it ours. */
function empty(root: string): void {
  if (!existsSync(join(root, MARKER))) return;
  for (const name of readdirSync(root)) {
    if (name !== LOCK && name !== MARKER) rmSync(join(root, name), { recursive: true, force: true });
  }
  rmSync(join(root, MARKER));
}

interface Holder {
  readonly pid: number;
  /** When the process began, as the kernel counts; tells a process from a later one of the same number. */
  readonly began: string | undefined;
}

/** Makes the lock file, replacing one whose process is gone. */
function lock(root: string): void {
  const file = join(root, LOCK);
  const own = JSON.stringify({ pid: process.pid, began: beginningOf(process.pid) } satisfies Holder);
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(file, own, { flag: 'wx', mode: 0o600 });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readJson(file) as Holder | undefined;
    if (holder !== undefined && isAlive(holder)) throw inUse(root, holder.pid);
    rmSync(file, { force: true });
  }
  throw inUse(root, 0);
}

const inUse = (root: string, pid: number) =>
  new Refused(
    `数据目录 ${root} 正由另一进程(${pid})使用。请先停止它,或用 --data 指定别的目录。\n` +
      `The data directory ${root} is in use by process ${pid}. Stop it first, or name another directory with --data.`,
  );

function isAlive({ pid, began }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const beginning = beginningOf(pid);
  return began === undefined || beginning === undefined || began === beginning;
}

/** Start time of a process since boot (Linux); undefined elsewhere. */
function beginningOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
