// Batches in memory, for tests and the simulation.

import type { Manifest, Progress, SplitState } from '../batch.ts';
import type { BatchStore, NumberHolder } from '../port.ts';

interface Row {
  readonly manifest: Manifest;
  split?: SplitState;
  progress?: Progress;
}

/** An empty register of batches in memory. */
export function memoryBatches(): BatchStore {
  const rows = new Map<string, Row>();
  const register = new Map<string, NumberHolder>();
  const row = (batchId: string): Row => {
    const found = rows.get(batchId);
    if (!found) throw new Error('no such batch');
    return found;
  };
  const page = <T>(items: readonly T[], limit: number, from: string | undefined) => {
    const start = from ? Number(from) : 0;
    return {
      items: items.slice(start, start + limit),
      ...(items.length > start + limit ? { next: String(start + limit) } : {}),
    };
  };

  return {
    async create(manifest) {
      const standing = rows.get(manifest.batchId);
      if (standing) return { created: false, manifest: standing.manifest };
      rows.set(manifest.batchId, { manifest });
      return { created: true, manifest };
    },
    async manifest(batchId) {
      return rows.get(batchId)?.manifest;
    },
    async read(batchId) {
      const found = rows.get(batchId);
      return found && { ...found };
    },
    async ofProvider(providerId, limit, from) {
      const own = [...rows.values()]
        .map(({ manifest }) => manifest)
        .filter((m) => m.providerId === providerId);
      return page(
        own.sort((a, b) => b.acceptedAt - a.acceptedAt),
        limit,
        from,
      );
    },
    async open(acceptedBefore, limit, from) {
      const open = [...rows.values()].filter(
        ({ manifest, progress, split }) =>
          progress?.completedAt === undefined &&
          split?.refused === undefined &&
          manifest.acceptedAt < acceptedBefore,
      );
      open.sort((a, b) => a.manifest.acceptedAt - b.manifest.acceptedAt);
      return page(
        open.map(({ manifest }) => manifest.batchId),
        limit,
        from,
      );
    },
    async saveSplit(batchId, next, expected) {
      const { split } = row(batchId);
      if (split?.run !== expected?.run || split?.read !== expected?.read) return false;
      row(batchId).split = next;
      return true;
    },
    async saveProgress(batchId, next) {
      if ((row(batchId).progress?.version ?? 0) !== next.version - 1) return false;
      row(batchId).progress = next;
      return true;
    },
    async leaveOpen() {}, // Whether a batch is open is derived here; there is no index to fall behind.
    async holders(claimKeys) {
      const found = new Map<string, NumberHolder>();
      for (const key of claimKeys) {
        const holder = register.get(key);
        if (holder) found.set(key, holder);
      }
      return found;
    },
    async hold(holders) {
      for (const [key, holder] of holders) register.set(key, holder);
    },
  };
}
