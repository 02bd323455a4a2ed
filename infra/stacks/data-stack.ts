// What must outlive every deployment: tables, buckets, the key, the pseudonym secret, the ledger's watch and the
// topic that alarms go to. Nothing here is replaced by a release of the code.

/* oxlint-disable no-new -- a construct is made for its place in the tree */

import { Duration, RemovalPolicy, Stack, Validations, type StackProps } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  ObjectLockRetention,
  ObjectOwnership,
  type BucketProps,
  type IBucket,
} from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { watchLedgerTable } from '../alarms/ledger.ts';
import { SEALED_FORBIDDEN } from '../constructs/access.ts';
import { LedgerWatch } from '../constructs/ledger-watch.ts';
import { batchesTable, ledgerTable } from '../constructs/tables.ts';
import type { Stage } from '../stages.ts';

export interface DataStackProps extends StackProps {
  readonly stage: Stage;
  /** Who is told when an alarm rings; empty: nobody yet, subscribe to the topic by hand. */
  readonly alarmEmail: string;
}

export class DataStack extends Stack {
  readonly key: Key;
  readonly ledger: TableV2;
  readonly batches: TableV2;
  readonly records: Bucket;
  readonly sealed: Bucket;
  readonly uploads: Bucket;
  readonly pseudonymKey: Secret;
  readonly alarms: Topic;
  /** The buckets' ARNs as other stacks import them: known by name, so that wildcards on them can be listed. */
  readonly recordsArn: string;
  readonly sealedArn: string;
  readonly uploadsArn: string;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    const { stage } = props;
    super(scope, id, { ...props, terminationProtection: stage.keepsData });
    const removalPolicy = stage.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    this.key = this.dataKey(stage, removalPolicy);
    this.alarms = new Topic(this, 'Alarms', { masterKey: this.key, enforceSSL: true });
    this.alarms.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.alarms.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    if (props.alarmEmail) this.alarms.addSubscription(new EmailSubscription(props.alarmEmail));

    this.ledger = ledgerTable(this, { stage, key: this.key });
    this.batches = batchesTable(this, { stage, key: this.key });
    watchLedgerTable(this, this.ledger, this.alarms);
    if (!stage.emulated) {
      new LedgerWatch(this, 'ledger-watch', {
        stageName: stage.name,
        ledger: this.ledger,
        key: this.key,
        tell: this.alarms,
      });
    }

    // S3 can deliver its access logs only to a bucket under S3's own key.
    const accessLogs = new Bucket(this, 'AccessLogs', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(stage.logRetentionDays) }],
      removalPolicy,
    });
    const bucketDefaults: BucketProps = {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      // One data key per bucket and a while, not one call to KMS per object.
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      serverAccessLogsBucket: accessLogs as IBucket,
      removalPolicy,
    };
    this.records = new Bucket(this, 'Records', {
      ...bucketDefaults,
      serverAccessLogsPrefix: 'records/',
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(7) },
        // Statements of open months are replaced every night; a month of what they were is enough.
        { prefix: 'statements/', noncurrentVersionExpiration: Duration.days(31) },
      ],
    });
    // What is written once and kept: a bucket of its own, since a lock holds for all of one and from its first day.
    this.sealed = new Bucket(this, 'Sealed', {
      ...bucketDefaults,
      serverAccessLogsPrefix: 'sealed/',
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(7) }],
      ...(stage.sealLock && { objectLockDefaultRetention: retentionOf(stage.sealLock) }),
    });
    sealForEverybody(this.sealed);
    // Providers put here by a pre-signed address; intake copies what it accepts, the rest goes after a week.
    this.uploads = new Bucket(this, 'Uploads', {
      ...bucketDefaults,
      serverAccessLogsPrefix: 'uploads/',
      lifecycleRules: [
        {
          expiration: Duration.days(7),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });

    this.pseudonymKey = new Secret(this, 'PseudonymKey', {
      description:
        'Key of the member pseudonym: streams of the ledger are named with it. Never rotate, never lose.',
      encryptionKey: this.key,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy,
    });
    Validations.of(this.pseudonymKey).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'The stream of every member is named with this key: rotating it would orphan the whole ledger.',
    });

    this.recordsArn = this.exportValue(this.records.bucketArn);
    this.sealedArn = this.exportValue(this.sealed.bucketArn);
    this.uploadsArn = this.exportValue(this.uploads.bucketArn);
  }

  /** One key for everything at rest. Roles of this account use it by their own policies; two services by this one. */
  private dataKey(stage: Stage, removalPolicy: RemovalPolicy): Key {
    const key = new Key(this, 'Key', {
      description: `Jiesuan ${stage.name}: tables, buckets, queues, secret, logs`,
      enableKeyRotation: true,
      removalPolicy,
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LogGroupsOfThisStage',
        principals: [new ServicePrincipal(`logs.${this.region}.${this.urlSuffix}`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': `arn:${this.partition}:logs:${this.region}:${this.account}:log-group:/jiesuan/${stage.name}/*`,
          },
        },
      }),
    );
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsToTheEncryptedTopic',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    return key;
  }
}

function retentionOf({ mode, days }: NonNullable<Stage['sealLock']>): ObjectLockRetention {
  const duration = Duration.days(days);
  return mode === 'compliance'
    ? ObjectLockRetention.compliance(duration)
    : ObjectLockRetention.governance(duration);
}

/**
 * The lock keeps every version; this keeps the first one in front, whoever asks: no object without the header that S3
 * refuses on a taken key (parts of a long one have none; its end has), no removal, no way round the lock.
 */
function sealForEverybody(bucket: Bucket): void {
  const refuse = (
    sid: string,
    actions: readonly string[],
    conditions: Record<string, unknown> = {},
  ): void => {
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: [...actions],
        resources: [bucket.arnForObjects('*')],
        conditions,
      }),
    );
  };
  refuse('NothingIsReplaced', ['s3:PutObject'], {
    Null: { 's3:if-none-match': 'true' },
    Bool: { 's3:ObjectCreationOperation': 'true' },
  });
  refuse('NothingIsRemoved', SEALED_FORBIDDEN);
}
