// The pieces of the product that a simulated world is put together from. A planted bug replaces one of them, or wraps
// the ports that a process sees; the product itself has no switches.

import { closeBatch } from '../../functions/close/close-batch.ts';
import type { BatchEvents } from '../../functions/close/events.ts';
import {
  acceptClaims,
  acceptEnrolments,
  acceptReview,
  acceptUpload,
} from '../../functions/intake/accept-batch.ts';
import { ledgerView } from '../../functions/redrive/ledger-view.ts';
import { replayDeadLetters } from '../../functions/redrive/redrive.ts';
import { quoteClaim } from '../../functions/results/quote-claim.ts';
import { settleRecord } from '../../functions/settle/settle-record.ts';
import { splitBatch } from '../../functions/split/split-batch.ts';
import { sweepBatches } from '../../functions/sweep/sweep-batches.ts';
import type { BatchStore } from '../../shared/batch/port.ts';
import type { Heads } from '../../shared/ledger/append.ts';
import type { LedgerStore } from '../../shared/ledger/port.ts';
import { workThroughGroups } from '../../shared/queue/fifo-loop.ts';
import type { CloseQueue, DeadLetterQueue, SettleQueue, SplitQueue } from '../../shared/queue/port.ts';
import type { RecordStore } from '../../shared/records/port.ts';
import type { Process } from './process.ts';
import type { LedgerTable } from './stores.ts';

export type Role = 'intake' | 'split' | 'settle' | 'close' | 'sweep' | 'office' | 'redrive' | 'results';

/** What one process reaches of the world. */
export interface Ports {
  readonly ledger: LedgerStore;
  readonly batches: BatchStore;
  readonly records: RecordStore;
  readonly settleQueue: SettleQueue;
  readonly splitQueue: SplitQueue;
  readonly closeQueue: CloseQueue;
  readonly deadLetters: readonly DeadLetterQueue[];
  readonly events: BatchEvents;
  readonly heads: Heads;
}

export interface Inside {
  readonly role: Role;
  readonly process: Process;
  readonly table: LedgerTable;
  /** Puts a settle message into the queue under a deduplication id. */
  readonly sendToSettle: (body: string, deduplicationId: string) => void;
}

export interface Parts {
  readonly acceptClaims: typeof acceptClaims;
  readonly acceptEnrolments: typeof acceptEnrolments;
  readonly acceptUpload: typeof acceptUpload;
  readonly acceptReview: typeof acceptReview;
  readonly quoteClaim: typeof quoteClaim;
  readonly splitBatch: typeof splitBatch;
  readonly workThroughGroups: typeof workThroughGroups;
  readonly settleRecord: typeof settleRecord;
  readonly closeBatch: typeof closeBatch;
  readonly sweepBatches: typeof sweepBatches;
  readonly replayDeadLetters: typeof replayDeadLetters;
  readonly ledgerView: typeof ledgerView;
  /** Changes what a process reaches. */
  readonly ports: (ports: Ports, inside: Inside) => Ports;
}

/** The product as it is. */
export const PRODUCT: Parts = {
  acceptClaims,
  acceptEnrolments,
  acceptUpload,
  acceptReview,
  quoteClaim,
  splitBatch,
  workThroughGroups,
  settleRecord,
  closeBatch,
  sweepBatches,
  replayDeadLetters,
  ledgerView,
  ports: (ports) => ports,
};
