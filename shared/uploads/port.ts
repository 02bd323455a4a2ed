// Large batches come by an upload: the provider puts the file at a pre-signed address, then names it in a batch.
// An upload is named by the SHA-256 of its bytes, so it needs no register, and naming another's is impossible.

export interface UploadStore {
  /** An address that takes exactly this file, by PUT, for a while. */
  presign(providerId: string, sha256Hex: string, bytes: number): Promise<PresignedUpload>;
  /** Bytes of an upload that has arrived. */
  size(providerId: string, sha256Hex: string): Promise<number | undefined>;
  /** Copies an upload into the records, where the provider cannot reach it any more. */
  copyToRecords(providerId: string, sha256Hex: string, recordKey: string): Promise<void>;
}

export interface PresignedUpload {
  readonly url: string;
  /** Headers the PUT must carry. */
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresInSeconds: number;
}
