// The keys and indexes of the two tables, once: the CDK stack, the embedded engine and the stores all read them here.

export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N';
}
export interface IndexShape {
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey: KeyAttribute;
  /** Attributes copied besides the keys; none means keys only. */
  readonly include: readonly string[];
}
export interface TableShape {
  readonly partitionKey: KeyAttribute;
  readonly sortKey: KeyAttribute;
  readonly localIndexes: readonly IndexShape[];
  readonly globalIndexes: readonly IndexShape[];
}

/**
 * One item per entry. `byClaim` is the duplicate check: strongly consistent, and it must exist from the first day,
 * since a local index can be neither added nor removed later. `byBatch` is sharded: one batch on one key would
 * throttle the table itself. It carries the whole body, so a page of results is one query; an ordinary entry is
 * at most 1 KB, so that costs the same one write unit as the keys alone.
 */
export const LEDGER_TABLE = {
  partitionKey: { name: 'stream', type: 'S' },
  sortKey: { name: 'seq', type: 'N' },
  localIndexes: [
    {
      name: 'byClaim',
      partitionKey: { name: 'stream', type: 'S' },
      sortKey: { name: 'claimKey', type: 'S' },
      include: [],
    },
  ],
  globalIndexes: [
    {
      name: 'byBatch',
      partitionKey: { name: 'batchShard', type: 'S' },
      sortKey: { name: 'batchIndex', type: 'N' },
      include: ['claimKey', 'prev', 'hash', 'body'],
    },
  ],
} as const satisfies TableShape;

/**
 * Manifests and their progress, claim numbers' holders, uploads; later provider statements, findings, reports.
 * `open` is sparse: only batches that are not complete stand in it. `byProvider` lists a provider's batches.
 */
export const BATCHES_TABLE = {
  partitionKey: { name: 'id', type: 'S' },
  sortKey: { name: 'part', type: 'S' },
  localIndexes: [],
  globalIndexes: [
    {
      name: 'open',
      partitionKey: { name: 'openShard', type: 'S' },
      sortKey: { name: 'acceptedAt', type: 'N' },
      include: [],
    },
    {
      name: 'byProvider',
      partitionKey: { name: 'providerId', type: 'S' },
      sortKey: { name: 'acceptedAt', type: 'N' },
      include: [],
    },
  ],
} as const satisfies TableShape;
