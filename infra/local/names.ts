// What things are called in a local installation: tables, buckets, queues. Tests may add a prefix of their own.

export interface Names {
  readonly ledgerTable: string;
  readonly batchesTable: string;
  readonly recordsBucket: string;
  readonly sealedBucket: string;
  readonly uploadsBucket: string;
  readonly splitQueue: string;
  readonly settleQueue: string;
  readonly closeQueue: string;
}

/** Names of a local installation; a prefix keeps several apart on one engine. */
export const localNames = (prefix = 'jiesuan'): Names => ({
  ledgerTable: `${prefix}-ledger`,
  batchesTable: `${prefix}-batches`,
  recordsBucket: `${prefix}-records`,
  sealedBucket: `${prefix}-sealed`,
  uploadsBucket: `${prefix}-uploads`,
  splitQueue: `${prefix}-split.fifo`,
  settleQueue: `${prefix}-settle.fifo`,
  closeQueue: `${prefix}-close`,
});
