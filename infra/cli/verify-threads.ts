// Verification in several threads, one per core: each with clients of its own, reading segments of the scan of its own.
// The heads of the newest seal are in memory once, for all. This file is both sides: who starts the threads, and one.

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { fullReplay } from '../../functions/replay/full-replay.ts';
import type { StoredEntry } from '../../shared/ledger/port.ts';
import { pseudonymiser } from '../../shared/member/pseudonym.ts';
import { SealedHeads, type SharedHeads } from '../../shared/reconciliation/sealed-heads.ts';
import { type VerifiedPart, verifyPart } from '../../shared/reconciliation/verify-part.ts';
import type { Month } from '../../shared/time/dates.ts';
import { releaseLoader } from '../../shared/reference/releases.ts';
import type { Release } from '../../shared/reference/release.ts';
import { type Access, openStores, type Stores } from './books.ts';

/** Segments that a thread reads side by side, so that it has work while pages are on their way. */
const SEGMENTS_PER_THREAD = 4;
/** Progress is told this often. */
const TELL_EVERY_MS = 250;

export interface VerifyTask {
  readonly access: Access;
  readonly heads?: SharedHeads | undefined;
  /** Months that are cleared. */
  readonly months: readonly Month[];
  /** Settle the raw records again too; with the key of the pseudonyms it is seen whose they are. */
  readonly full?: { readonly pseudonymKey: string | undefined } | undefined;
  /** Decide again only streams that have an entry of this day in China. */
  readonly day?: string | undefined;
}

export interface ThreadsOutcome {
  readonly parts: readonly VerifiedPart[];
  /** Processor time of all threads, in seconds. */
  readonly busySeconds: number;
}

type FromThread =
  | { readonly done: number }
  | { readonly part: VerifiedPart; readonly busySeconds: number }
  | { readonly failed: { readonly name: string; readonly message: string } };

interface Job extends VerifyTask {
  readonly verify: { readonly segments: readonly number[]; readonly of: number };
}

/** Goes through the whole ledger in so many threads; `progress` is told of entries that are done. */
export async function verifyInThreads(
  task: VerifyTask,
  threads: number,
  progress: (entries: number) => void,
): Promise<ThreadsOutcome> {
  const of = threads * SEGMENTS_PER_THREAD;
  const segmentsOf = (thread: number) =>
    Array.from({ length: SEGMENTS_PER_THREAD }, (_, at) => thread * SEGMENTS_PER_THREAD + at);
  const workers: Worker[] = [];
  try {
    const parts = await Promise.all(
      Array.from({ length: threads }, (_, thread) => {
        const job: Job = { ...task, verify: { segments: segmentsOf(thread), of } };
        const worker = new Worker(new URL(import.meta.url), { workerData: job, execArgv: [] });
        workers.push(worker);
        return partOf(worker, progress);
      }),
    );
    return {
      parts: parts.map(({ part }) => part),
      busySeconds: parts.reduce((sum, { busySeconds }) => sum + busySeconds, 0),
    };
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function partOf(
  worker: Worker,
  progress: (entries: number) => void,
): Promise<{ readonly part: VerifiedPart; readonly busySeconds: number }> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`a thread of the verification ended with ${code}`)));
    worker.on('message', (message: FromThread) => {
      if ('done' in message) progress(message.done);
      else if ('part' in message) resolve(message);
      else reject(Object.assign(new Error(message.failed.message), { name: message.failed.name }));
    });
  });
}

/** Releases of one thread, each loaded once; those that are there need no waiting. */
export function releasesOf({ records }: Pick<Stores, 'records'>): (id: string) => Release | Promise<Release> {
  const load = releaseLoader(records);
  const known = new Map<string, Release>();
  return (id) =>
    known.get(id) ??
    load(id).then((loaded) => {
      known.set(id, loaded);
      return loaded;
    });
}

/** Full replay on these stores. */
export const againstRaw = (
  deps: Parameters<typeof fullReplay>[0],
  pseudonymKey: string | undefined,
): ReturnType<typeof fullReplay> =>
  fullReplay({
    ...deps,
    ...(pseudonymKey === undefined ? {} : { pseudonymOf: pseudonymiser(pseudonymKey) }),
  });

/** Whether a stream has an entry of a day in China: the others are not decided again, all else is checked. */
export function touchedOn(day: string): (rows: readonly Pick<StoredEntry, 'text'>[]) => boolean {
  const from = Date.parse(`${day}T00:00:00+08:00`);
  return (rows) =>
    rows.some(({ text }) => {
      const at = Number(/"at":(\d+)/.exec(text)?.[1]);
      return at >= from && at < from + 86_400_000;
    });
}

/** The thread's side. */
async function work(
  port: NonNullable<typeof parentPort>,
  { access, heads, months, full, day, verify }: Job,
): Promise<void> {
  const tell = (message: FromThread) => port.postMessage(message);
  const stores = openStores(access);
  let [untold, toldAt] = [0, performance.now()];
  try {
    const releaseOf = releasesOf(stores);
    const part = await verifyPart(verify.segments, verify.of, {
      ledger: stores.ledger,
      releaseOf,
      months,
      ...(full ? { againstRaw: againstRaw({ ...stores, releaseOf }, full.pseudonymKey) } : {}),
      ...(day === undefined ? {} : { replayed: touchedOn(day) }),
      ...(heads ? { heads: new SealedHeads(heads) } : {}),
      progress(entries) {
        untold += entries;
        if (performance.now() - toldAt < TELL_EVERY_MS) return;
        tell({ done: untold });
        [untold, toldAt] = [0, performance.now()];
      },
    });
    tell({ done: untold });
    const { user, system } = process.threadCpuUsage();
    tell({ part, busySeconds: (user + system) / 1e6 });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    tell({ failed: { name, message } });
  } finally {
    stores.close();
    port.close();
  }
}

/** Other threads (those of a test runner) may import this file too; they are not started by us. */
const isJob = (data: unknown): data is Job => typeof data === 'object' && data !== null && 'verify' in data;
if (!isMainThread && parentPort !== null && isJob(workerData)) await work(parentPort, workerData);
