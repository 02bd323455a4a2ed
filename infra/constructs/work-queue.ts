// A queue, its dead-letter queue and their alarms: the house defaults, once.
// Encrypted with our key, TLS only, fourteen days, and FIFO queues in high-throughput mode.

import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  QueueEncryption,
  type QueueProps,
} from 'aws-cdk-lib/aws-sqs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { RECEIVES_MAX, RETENTION_DAYS } from '../../shared/queue/limits.ts';
import { watchQueue } from '../alarms/queue.ts';

export interface WorkQueueProps {
  readonly fifo: boolean;
  readonly visibilitySeconds: number;
  readonly key: IKey;
  readonly tell: ITopic;
  /** A message older than this many minutes raises an alarm. */
  readonly ageMinutesMax: number;
}

export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, name: string, props: WorkQueueProps) {
    super(scope, `${name}-queue`);
    const { fifo, key } = props;
    const defaults: QueueProps = {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      // One call to KMS in five minutes per producer or consumer, not one per message.
      dataKeyReuse: Duration.minutes(5),
      enforceSSL: true,
      retentionPeriod: Duration.days(RETENTION_DAYS),
      ...(fifo && {
        fifo: true,
        // High throughput: limits and deduplication count per group (member or provider), not per queue.
        deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
        fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
        // Every sender names its own deduplication id (claim key and content): equal bodies may be two messages.
        contentBasedDeduplication: false,
      }),
    };
    this.deadLetters = new Queue(this, 'dead-letters', defaults);
    this.queue = new Queue(this, 'queue', {
      ...defaults,
      visibilityTimeout: Duration.seconds(props.visibilitySeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: RECEIVES_MAX },
    });
    watchQueue(this, { ...props, name, queue: this.queue, deadLetters: this.deadLetters });
  }
}
