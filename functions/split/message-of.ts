// A posted record of any kind -> its message. A review and a reversal have to look up what they are about; everything
// else says itself where it belongs.

import type { Manifest } from '../../shared/batch/batch.ts';
import type { PostedRecord } from '../../shared/batch/check-record.ts';
import type { SettleMessage } from '../../shared/queue/messages.ts';
import { type ReversalDeps, reversalMessage } from './reversal-message.ts';
import { reviewMessage } from './review-message.ts';
import { toMessage } from './to-message.ts';

/** The message that carries a record to its member's stream. `raw`: where it lies in a newline-delimited batch. */
export function messageOf(
  record: PostedRecord,
  manifest: Manifest,
  index: number,
  raw: readonly [number, number] | undefined,
  deps: ReversalDeps,
): SettleMessage | Promise<SettleMessage> {
  switch (record.type) {
    case 'review':
      return reviewMessage(record.review, manifest, index, deps);
    case 'reversal':
      return reversalMessage(record.reversal, manifest, index, raw, deps);
    default:
      return toMessage(record, manifest, index, raw, deps.pseudonymOf);
  }
}
