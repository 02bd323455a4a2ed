// Models of the table, its indexes and the bucket, and the product's ports onto them for one process. The table and
// its local index are strongly consistent; the batch index and the index of open batches run behind. It keeps texts,
// so that it forgets exactly what the real store forgets.

import type { Manifest, Progress, SplitState } from '../../shared/batch/batch.ts';
import type { BatchStore, NumberHolder } from '../../shared/batch/port.ts';
import { unseal } from '../../shared/ledger/codec.ts';
import type { Entry, StreamKey } from '../../shared/ledger/entry.ts';
import type { AppendResult, LedgerStore } from '../../shared/ledger/port.ts';
import type { RecordStore } from '../../shared/records/port.ts';
import type { Core } from './core.ts';
import { type Process, ServiceFailed } from './process.ts';

/** An entry as stored, and when the batch index will show it. */
export interface Row {
  readonly entry: Entry;
  readonly indexedAt: number;
}

export interface LedgerTable {
  readonly streams: ReadonlyMap<StreamKey, readonly Row[]>;
  /** The conditional put. */
  put(entry: Entry): AppendResult;
  /** A put without a condition: only planted bugs have one. */
  overwrite(entry: Entry): void;
  head(stream: StreamKey): Entry | undefined;
  byClaim(stream: StreamKey, claimKey: string): readonly Entry[];
  get(stream: StreamKey, seq: number): Entry | undefined;
  batchShard(batchId: string, shard: number, fromIndex: number, limit: number): readonly Entry[];
}

/** Told of every change, in the moment it happens. */
export interface Watcher {
  written(entry: Entry, replaced: Entry | undefined, before: readonly Row[]): void;
  manifestStored(manifest: Manifest): void;
  progressSaved(manifest: Manifest, split: SplitState | undefined, progress: Progress): void;
}

export function ledgerTable(core: Core, watcher: Watcher): LedgerTable {
  const streams = new Map<StreamKey, Row[]>();
  const index = new Map<string, Row[]>();
  const rows = (stream: StreamKey): Row[] => streams.get(stream) ?? [];
  const { timeline, chance } = core;

  const write = (entry: Entry): void => {
    const { stream, seq, batchId, shard } = entry.place;
    // What the store keeps is text; what is read back is what the text says.
    const kept = unseal({ ...entry.place }, entry.text, entry.hash);
    const name = `${stream} ${seq}`;
    const lag =
      core.plan.on('index-lag') && !core.healed
        ? chance.draw(`index lag ${name}`) * 240_000
        : chance.draw(`index lag ${name}`) * 1_500;
    const row: Row = { entry: kept, indexedAt: timeline.now() + lag };
    const own = rows(stream);
    const at = own.findIndex(({ entry: { place } }) => place.seq === seq);
    const replaced = at >= 0 ? own[at]?.entry : undefined;
    const shardKey = `${batchId}#${shard}`;
    const indexed = (index.get(shardKey) ?? []).filter(
      ({ entry: { place } }) => place.stream !== stream || place.seq !== seq,
    );
    index.set(shardKey, [...indexed, row]);
    const before = [...own];
    if (at >= 0) own[at] = row;
    else own.push(row);
    streams.set(stream, own);
    watcher.written(kept, replaced, before);
  };
  const get = (stream: StreamKey, seq: number): Entry | undefined => {
    const own = rows(stream);
    const guess = own[seq - 1];
    if (guess?.entry.place.seq === seq) return guess.entry;
    return own.find(({ entry: { place } }) => place.seq === seq)?.entry;
  };

  return {
    streams,
    get,
    put(entry) {
      const taken = get(entry.place.stream, entry.place.seq);
      if (taken) {
        // Some engines do not say who took the place.
        const told = chance.happens(core.nth(`taker told ${entry.place.stream}`), 0.5);
        return told ? { outcome: 'taken', entry: taken } : { outcome: 'taken' };
      }
      write(entry);
      return { outcome: 'appended' };
    },
    overwrite: write,
    head: (stream) =>
      rows(stream).reduce<Entry | undefined>(
        (newest, { entry }) => (!newest || entry.place.seq > newest.place.seq ? entry : newest),
        undefined,
      ),
    byClaim: (stream, claimKey) =>
      rows(stream)
        .filter(({ entry: { place } }) => place.claimKey === claimKey)
        .map(({ entry }) => entry),
    batchShard(batchId, shard, fromIndex, limit) {
      const now = timeline.now();
      const flickers = core.plan.on('index-flicker') && !core.healed;
      const replica = flickers ? core.nth(`replica ${batchId}`) : '';
      return (index.get(`${batchId}#${shard}`) ?? [])
        .filter(({ entry: { place }, indexedAt }) => {
          if (place.batchIndex < fromIndex) return false;
          const behind = flickers ? chance.draw(`${replica} ${place.batchIndex}`) * 20_000 : 0;
          return indexedAt + behind <= now;
        })
        .map(({ entry }) => entry)
        .sort((a, b) => a.place.batchIndex - b.place.batchIndex || (a.place.stream < b.place.stream ? -1 : 1))
        .slice(0, limit);
    },
  };
}

/** Entries of a stream read at once. */
const STREAM_PAGE = 7;

const shortened = (stream: StreamKey): string => stream.slice(7, 13);

/** The product's port onto the ledger, for one process. `blocked`: writes to this stream fail. */
export function ledgerPort(
  table: LedgerTable,
  process: Process,
  blocked: (stream: StreamKey) => boolean,
): LedgerStore {
  return {
    head: (stream) => process.call('head', shortened(stream), false, () => table.head(stream)),
    byClaim: (stream, claimKey) =>
      process.call('byClaim', `${shortened(stream)} ${claimKey}`, false, () =>
        table.byClaim(stream, claimKey),
      ),
    get: (stream, seq) =>
      process.call('get', `${shortened(stream)} ${seq}`, false, () => table.get(stream, seq)),
    append: (entry) => {
      const { stream, seq, batchId, batchIndex } = entry.place;
      const words = `${shortened(stream)} ${seq} for ${batchId}:${batchIndex}`;
      return process.call('append', words, true, () => {
        if (blocked(stream)) throw new ServiceFailed('this member is blocked');
        return table.put(entry);
      });
    },
    stream: (stream, fromSeq, limit) =>
      process.call('stream', `${shortened(stream)} ${fromSeq}`, false, () => {
        const items = (table.streams.get(stream) ?? [])
          .map(({ entry }) => entry)
          .filter(({ place }) => place.seq >= fromSeq);
        // Short pages, so that reading on is tried too.
        const page = items.slice(0, Math.min(limit, STREAM_PAGE));
        const last = page.at(-1);
        return {
          items: page,
          ...(last && page.length < items.length ? { next: String(last.place.seq + 1) } : {}),
        };
      }),
    batchShard: (batchId, shard, fromIndex, limit) =>
      process.call('batchShard', `${batchId} ${shard} ${fromIndex}`, false, () =>
        table.batchShard(batchId, shard, fromIndex, limit),
      ),
  };
}

interface BatchRow {
  readonly manifest: Manifest;
  split?: SplitState;
  progress?: Progress;
  openUntil?: number;
}

export interface BatchTable {
  readonly rows: ReadonlyMap<string, BatchRow>;
  port(process: Process): BatchStore;
}

/** The Batches table: one item per part, conditional puts, and an index of open batches that runs behind. */
export function batchTable(core: Core, watcher: Watcher): BatchTable {
  const rows = new Map<string, BatchRow>();
  const register = new Map<string, NumberHolder>();
  const row = (batchId: string): BatchRow => {
    const found = rows.get(batchId);
    if (!found) throw new Error('no such batch');
    return found;
  };
  const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

  return {
    rows,
    port(process) {
      const call = process.call;
      const leaveOpen = (batchId: string) =>
        call('leaveOpen', batchId, true, () => {
          row(batchId).openUntil ??= core.timeline.now() + 2_000;
        });
      return {
        async create(manifest) {
          const { batchId } = manifest;
          const created = await call('create', batchId, true, () => {
            if (rows.has(batchId)) return false;
            rows.set(batchId, { manifest: copy(manifest) });
            watcher.manifestStored(manifest);
            return true;
          });
          if (created) return { created, manifest };
          const standing = await call('manifest', batchId, false, () => row(batchId).manifest);
          return { created, manifest: standing };
        },
        manifest: (batchId) => call('manifest', batchId, false, () => rows.get(batchId)?.manifest),
        read: (batchId) =>
          call('read', batchId, false, () => {
            const { manifest, split, progress } = rows.get(batchId) ?? {};
            return manifest && { manifest, ...(split && { split }), ...(progress && { progress }) };
          }),
        async ofProvider() {
          throw new Error('the simulated functions list no batches of a provider');
        },
        open: (acceptedBefore) =>
          call('open', '', false, () => ({
            items: [...rows.values()]
              .filter(
                ({ manifest, openUntil }) =>
                  manifest.acceptedAt < acceptedBefore && (openUntil ?? Infinity) > core.timeline.now(),
              )
              .map(({ manifest }) => manifest.batchId),
          })),
        async saveSplit(batchId, next, expected) {
          const saved = await call('saveSplit', batchId, true, () => {
            const { split } = row(batchId);
            if (split?.run !== expected?.run || split?.read !== expected?.read) return false;
            row(batchId).split = copy(next);
            return true;
          });
          if (saved && next.refused) await leaveOpen(batchId);
          return saved;
        },
        async saveProgress(batchId, next) {
          const saved = await call('saveProgress', batchId, true, () => {
            const own = row(batchId);
            if ((own.progress?.version ?? 0) !== next.version - 1) return false;
            own.progress = copy(next);
            watcher.progressSaved(own.manifest, own.split, own.progress);
            return true;
          });
          if (saved && next.completedAt !== undefined) await leaveOpen(batchId);
          return saved;
        },
        leaveOpen,
        holders: (claimKeys) =>
          call('holders', claimKeys[0] ?? '', false, () => {
            const found = new Map<string, NumberHolder>();
            for (const key of claimKeys) {
              const holder = register.get(key);
              if (holder) found.set(key, holder);
            }
            return found;
          }),
        hold: (holders) =>
          call('hold', holders.keys().next().value ?? '', true, () => {
            for (const [key, holder] of holders) register.set(key, holder);
          }),
      };
    },
  };
}

export interface Bucket {
  readonly objects: ReadonlyMap<string, Uint8Array>;
  port(process: Process): RecordStore;
}

/** The records bucket. A long object appears whole, when its last part has arrived. */
export function bucket(): Bucket {
  const objects = new Map<string, Uint8Array>();
  const bytesOf = (body: string | Uint8Array) => (typeof body === 'string' ? Buffer.from(body) : body);
  const existing = (key: string): Uint8Array => {
    const object = objects.get(key);
    if (!object) throw new Error('no such object');
    return object;
  };
  const setNew = (key: string, bytes: Uint8Array): boolean => {
    if (objects.has(key)) return false;
    objects.set(key, bytes);
    return true;
  };
  const joined = async (chunks: AsyncIterable<string>): Promise<Uint8Array> => {
    const parts: string[] = [];
    for await (const chunk of chunks) parts.push(chunk);
    return bytesOf(parts.join(''));
  };
  return {
    objects,
    port({ call }) {
      return {
        put: (key, body) => call('put', key, true, () => void objects.set(key, bytesOf(body))),
        putNew: (key, body) => call('put new', key, true, () => setNew(key, bytesOf(body))),
        get: (key) => call('get object', key, false, () => objects.get(key)),
        async *read(key, fromByte) {
          yield await call('read object', key, false, () => existing(key).subarray(fromByte));
        },
        range: (key, fromByte, bytes) =>
          call('range', key, false, () => existing(key).subarray(fromByte, fromByte + bytes)),
        async write(key, chunks) {
          const bytes = await joined(chunks);
          await call('write', key, true, () => void objects.set(key, bytes));
        },
        async writeNew(key, chunks) {
          const bytes = await joined(chunks);
          return call('write new', key, true, () => setNew(key, bytes));
        },
        list: (prefix) =>
          call('list', prefix, false, () =>
            [...objects.keys()].filter((key) => key.startsWith(prefix)).sort(),
          ),
      };
    },
  };
}
