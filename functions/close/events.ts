// "A batch is complete": one event, for whoever pays, reports or notifies. Counts and totals only, nothing personal.

import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { BatchTotals, Manifest, SplitState } from '../../shared/batch/batch.ts';

export interface BatchEvents {
  /** Sent at least once per batch; `batchId` tells copies apart from news. */
  completed(manifest: Manifest, split: SplitState, totals: BatchTotals): Promise<void>;
}

/** Events on an EventBridge bus. */
export function busEvents(client: EventBridgeClient, bus: string): BatchEvents {
  return {
    async completed({ batchId, providerId, kind, businessDate }, { accepted, rejected }, totals) {
      const { FailedEntryCount } = await client.send(
        new PutEventsCommand({
          Entries: [
            {
              EventBusName: bus,
              Source: 'jiesuan',
              DetailType: 'BatchCompleted',
              Detail: JSON.stringify({ batchId, providerId, kind, businessDate, accepted, rejected, totals }),
            },
          ],
        }),
      );
      if (FailedEntryCount) throw new Error('event bus: the event was not taken');
    },
  };
}

/** Where no bus is configured. */
export const noEvents: BatchEvents = { completed: async () => {} };
