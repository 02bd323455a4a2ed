// What rests in the records bucket, and under which key. Objects there are written once and never changed
// (a part written again after a crash is written with the same bytes), but for statements of open months, which are
// replaced every night and have their keys in shared/reconciliation/statement.ts. The bucket of what is sealed has the
// same port, but takes new objects only: putNew and writeNew.

/** Put, get, and read in parts; adapters: S3, and memory. */
export interface RecordStore {
  put(key: string, body: string | Uint8Array, contentType: string): Promise<void>;
  /**
   * Puts an object if its key is free; false when something rests there already, which stays as it is. After a lost
   * answer that may be what we wrote ourselves: whoever cares reads it.
   */
  putNew(key: string, body: string | Uint8Array, contentType: string): Promise<boolean>;
  /** The whole object, or undefined when there is none. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** The object from a byte on, in chunks. */
  read(key: string, fromByte: number): AsyncIterable<Uint8Array>;
  /** Part of an object. */
  range(key: string, fromByte: number, bytes: number): Promise<Uint8Array>;
  /** Writes a long object part by part. */
  write(key: string, chunks: AsyncIterable<string>, contentType: string): Promise<void>;
  /** The same, if the key is free when the last part is there; else false, as `putNew`. */
  writeNew(key: string, chunks: AsyncIterable<string>, contentType: string): Promise<boolean>;
  /** Keys that start with a prefix, in order. */
  list(prefix: string): Promise<readonly string[]>;
}

/** What reading takes. */
export type RecordReader = Pick<RecordStore, 'get' | 'range' | 'read'>;

export const recordKey = {
  /** The batch exactly as posted. The content hash is in the key: another content can never replace it. */
  raw: (batchId: string, contentHash: string, format: 'json' | 'ndjson') =>
    `raw/${batchId}/${contentHash}.${format}`,
  /** Records that split refused, in parts named by the first record each covers. */
  rejections: (batchId: string, firstRead: number) =>
    `rejections/${batchId}/${String(firstRead).padStart(9, '0')}.ndjson`,
  rejectionsOf: (batchId: string) => `rejections/${batchId}/`,
  /** What is paid for which claim, written when a batch completes. */
  remittance: (batchId: string) => `remittances/${batchId}.ndjson`,
  /** A reference release: named by the hash of its content. */
  release: (releaseId: string) => `releases/${releaseId}.json`,
} as const;
