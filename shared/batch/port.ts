// What batches need of a store: manifests (written once), the two progress parts (each with one writer), and the
// register of claim numbers. Adapters: DynamoDB, and memory.

import type { Manifest, Progress, SplitState } from './batch.ts';

/** Who uses a claim number: the stream it settles in, and the record that last used it. */
export interface NumberHolder {
  readonly stream: string;
  readonly batchId: string;
  readonly batchIndex: number;
  /**
   * The newest records of other members that were refused this number, oldest first, so that whoever looks at the claim
   * sees them: their conflicts stand in other streams.
   */
  readonly refused?: readonly RecordPlace[];
}

/** A record by its place among the accepted ones of its batch. */
export type RecordPlace = readonly [batchId: string, batchIndex: number];

export interface BatchStore {
  /** Stores a manifest if its id is free; answers the one that stands when it is not. */
  create(manifest: Manifest): Promise<{ readonly created: boolean; readonly manifest: Manifest }>;
  manifest(batchId: string): Promise<Manifest | undefined>;
  /** Manifest and both parts, in one read. */
  read(
    batchId: string,
  ): Promise<
    { readonly manifest: Manifest; readonly split?: SplitState; readonly progress?: Progress } | undefined
  >;
  /** Batches of one provider, newest first. */
  ofProvider(
    providerId: string,
    limit: number,
    from?: string,
  ): Promise<{ readonly items: readonly Manifest[]; readonly next?: string }>;
  /** Ids of batches that are not complete, accepted before a moment, oldest first. */
  open(
    acceptedBefore: number,
    limit: number,
    from?: string,
  ): Promise<{ readonly items: readonly string[]; readonly next?: string }>;

  /** Saves split's state if nobody else moved it: `expected` is the state that was read (missing: none yet). */
  saveSplit(batchId: string, next: SplitState, expected: SplitState | undefined): Promise<boolean>;
  /** Saves close's state under its version; completing also takes the batch out of the open ones. */
  saveProgress(batchId: string, next: Progress): Promise<boolean>;

  /** Takes a batch out of the open ones, in case a crash came between completing it and that. */
  leaveOpen(batchId: string): Promise<void>;

  /** Holders of claim numbers, those that have one. */
  holders(claimKeys: readonly string[]): Promise<ReadonlyMap<string, NumberHolder>>;
  /** Writes holders; one provider's batches are split one after the other, so there is no race to lose. */
  hold(holders: ReadonlyMap<string, NumberHolder>): Promise<void>;
}
