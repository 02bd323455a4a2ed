// What the use cases of results work with. Everything is read; nothing is ever written.

import type { BatchStore } from '../../shared/batch/port.ts';
import type { LedgerStore } from '../../shared/ledger/port.ts';
import type { Pseudonymise } from '../../shared/member/pseudonym.ts';
import type { RecordStore } from '../../shared/records/port.ts';
import type { Release } from '../../shared/reference/release.ts';
import type { ReleasePointers } from '../../shared/reference/releases.ts';

export interface ResultsDeps {
  readonly ledger: Omit<LedgerStore, 'append'>;
  readonly batches: Pick<BatchStore, 'read' | 'manifest' | 'ofProvider' | 'holders'>;
  readonly records: Pick<RecordStore, 'get' | 'read' | 'range' | 'list'>;
  /** Months that are cleared. */
  readonly sealed: Pick<RecordStore, 'get' | 'read' | 'range' | 'list'>;
  /** A release by its id. */
  readonly release: (id: string) => Promise<Release>;
  readonly pointers: Pick<ReleasePointers, 'inForce'>;
  readonly pseudonymOf: Pseudonymise;
  /** Home area, for members whose area is not named. */
  readonly area: string;
  readonly lateAfterMinutes: number;
  readonly quoteValidMinutes: number;
}
