// A batch: what is posted at once, its manifest, and where it stands. The manifest is written once at acceptance;
// `split` and `close` keep their own parts beside it, so that no two functions write the same item.

import type { LocalDate } from '../time/dates.ts';

/** Records of a batch: claims from a provider; enrolments and account credits, or reviews, from the agency. */
export type BatchKind = 'claims' | 'enrolments' | 'reviews' | 'reversals';

/** Batches of the agency carry this in place of a provider's number (no provider can have it: it has a hyphen). */
export const AGENCY = 'the-agency';

/** "H0001" and "20260901-01" -> "H0001.20260901-01": an id that says whose it is, and can be asked for again. */
export const batchIdOf = (providerId: string, batchNo: string): string => `${providerId}.${batchNo}`;
/** Whose batch an id names. */
export const providerOfBatch = (batchId: string): string => batchId.slice(0, batchId.indexOf('.'));
/** Key of a claim in its member's stream and in the register of claim numbers. */
export const claimKeyOf = (providerId: string, claimNo: string): string => `${providerId}/${claimNo}`;

/** Where the raw bytes of a batch lie: one JSON document, or newline-delimited JSON with one record per line. */
export interface RawBatch {
  readonly key: string;
  readonly format: 'json' | 'ndjson';
  readonly bytes: number;
  /** SHA-256 of an uploaded file as announced, in hex; checked before anything of it is sent on. */
  readonly sha256?: string;
}

/** Written once, when the batch is accepted; the answer 202 is sent after it is stored. */
export interface Manifest {
  readonly batchId: string;
  readonly kind: BatchKind;
  readonly providerId: string;
  readonly batchNo: string;
  readonly businessDate: LocalDate;
  readonly controlTotals: { readonly claimCount: number; readonly billedFen: number };
  /** Identity of the content: the same number with other content is refused. */
  readonly contentHash: string;
  readonly raw: RawBatch;
  /** Reference release that every record of this batch is decided under. */
  readonly releaseId: string;
  /** Pooling area of records that name none. */
  readonly area: string;
  /** Shards of the batch index, fixed here since readers need it. */
  readonly shards: number;
  /** Moment of acceptance, epoch milliseconds. */
  readonly acceptedAt: number;
}

/** Where the split function stands: everything before the cursor has been sent, or written down as rejected. */
export interface SplitState {
  /** Records read so far, and the byte where the next one starts (newline-delimited batches). */
  readonly read: number;
  readonly offset: number;
  /** Records sent so far: the next accepted record gets this index. */
  readonly accepted: number;
  readonly rejected: number;
  readonly done: boolean;
  /** Grows when a sweep starts the batch over; messages of an older run are still answered rightly. */
  readonly run: number;
  /** An uploaded file that is not what was announced: nothing of it was sent, and nothing will be. */
  readonly refused?: {
    readonly code: 'control-totals-mismatch' | 'upload-corrupt';
    readonly claimCount: number;
    readonly billedFen: number;
  };
  readonly updatedAt: number;
}

/** Where the close function stands. Entries below `watermarks[shard]` (in steps of the shard count) are counted in. */
export interface Progress {
  readonly version: number;
  readonly watermarks: readonly number[];
  readonly totals: BatchTotals;
  readonly completedAt?: number;
  readonly remittanceKey?: string;
  readonly updatedAt: number;
}

/** Control totals of what has been decided: counts by outcome and money per payer, in fen. */
export interface BatchTotals {
  readonly settled: number;
  readonly denied: number;
  readonly pended: number;
  readonly repeated: number;
  readonly conflicted: number;
  /** Reviews and corrections that did not fit what stands. */
  readonly refused: number;
  /** Settlements undone; their money counts negative. */
  readonly reversed: number;
  /** Enrolments and account credits taken in. */
  readonly recorded: number;
  readonly billed: number;
  readonly funds: Readonly<Record<string, number>>;
  readonly account: number;
  readonly cash: number;
  readonly hospital: number;
}

export type BatchStatus = 'receiving' | 'open' | 'complete' | 'late' | 'refused';
