// What runs, and may be replaced by the next release: queues, functions and what each may do, the HTTP API, the
// schedule, alarms and the dashboard.

/* oxlint-disable no-new -- a construct is made for its place in the tree */

import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { CfnSchedule, type CfnScheduleProps } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { ENV as CLEAR_ENV } from '../../functions/clear/env.ts';
import { ENV as CLOSE_ENV } from '../../functions/close/env.ts';
import type { VariableName } from '../../functions/env.ts';
import { ENV as INTAKE_ENV } from '../../functions/intake/env.ts';
import { ENV as RESULTS_ENV } from '../../functions/results/env.ts';
import { ENV as SEAL_ENV } from '../../functions/seal/env.ts';
import { ENV as SETTLE_ENV } from '../../functions/settle/env.ts';
import { ENV as SPLIT_ENV } from '../../functions/split/env.ts';
import { ENV as SWEEP_ENV } from '../../functions/sweep/env.ts';
import {
  CLOSE_TIMEOUT_SECONDS,
  CLOSE_VISIBILITY_SECONDS,
  SETTLE_BATCH_SIZE,
  SETTLE_CONCURRENCY_MAX,
  SETTLE_TIMEOUT_SECONDS,
  SETTLE_VISIBILITY_SECONDS,
  SPLIT_TIMEOUT_SECONDS,
  SPLIT_VISIBILITY_SECONDS,
} from '../../shared/queue/limits.ts';
import { addDashboard } from '../alarms/dashboard.ts';
import { watchBatches } from '../alarms/batches.ts';
import { watchMonths } from '../alarms/months.ts';
import { watchSettling } from '../alarms/settle.ts';
import { allow, allowObjects, deny, LEDGER_FORBIDDEN } from '../constructs/access.ts';
import { Api, type Auth } from '../constructs/http-api.ts';
import { WorkFunction } from '../constructs/work-function.ts';
import { WorkQueue } from '../constructs/work-queue.ts';
import {
  CLEAR_AT,
  CLEAR_TIMEOUT_SECONDS,
  HTTP_TIMEOUT_SECONDS,
  SEAL_AT,
  SEAL_TIMEOUT_SECONDS,
  SWEEP_EVERY_MINUTES,
  SWEEP_TIMEOUT_SECONDS,
} from '../limits.ts';
import type { FunctionName, Stage } from '../stages.ts';
import type { DataStack } from './data-stack.ts';

export interface AppStackProps extends StackProps {
  readonly stage: Stage;
  readonly data: DataStack;
  readonly auth: Auth;
  /** The artefact of a function: its bundle, or for a test of the template a stand-in. */
  readonly codeOf: (name: FunctionName) => Code;
}

export class AppStack extends Stack {
  constructor(scope: Construct, id: string, props: AppStackProps) {
    super(scope, id, props);
    const { stage, data, auth } = props;
    const { key, ledger, batches, recordsArn, sealedArn, uploadsArn, alarms: tell } = data;

    // Queues, each with its dead letters.
    const splitQueue = new WorkQueue(this, 'split', {
      fifo: true,
      visibilitySeconds: SPLIT_VISIBILITY_SECONDS,
      ageMinutesMax: 30,
      key,
      tell,
    });
    const settleQueue = new WorkQueue(this, 'settle', {
      fifo: true,
      visibilitySeconds: SETTLE_VISIBILITY_SECONDS,
      ageMinutesMax: stage.settleAgeMinutesMax,
      key,
      tell,
    });
    const closeQueue = new WorkQueue(this, 'close', {
      fifo: false,
      visibilitySeconds: CLOSE_VISIBILITY_SECONDS,
      ageMinutesMax: 45, // A tick may be delayed by 15 minutes before anybody can take it.
      key,
      tell,
    });
    const bus = new EventBus(this, 'Events', {
      eventBusName: `jiesuan-${stage.name}`,
      description: 'Batch completed: for whoever pays, reports or tells the provider',
    });

    // Functions, with the variables their env.ts names.
    const values: Record<VariableName, string> = {
      JIESUAN_STAGE: stage.name,
      JIESUAN_AREA: stage.area,
      LEDGER_TABLE: ledger.tableName,
      BATCHES_TABLE: batches.tableName,
      RECORDS_BUCKET: data.records.bucketName,
      SEALED_BUCKET: data.sealed.bucketName,
      UPLOADS_BUCKET: data.uploads.bucketName,
      SPLIT_QUEUE_URL: splitQueue.queue.queueUrl,
      SETTLE_QUEUE_URL: settleQueue.queue.queueUrl,
      CLOSE_QUEUE_URL: closeQueue.queue.queueUrl,
      EVENT_BUS: bus.eventBusName,
      PSEUDONYM_KEY: data.pseudonymKey.secretArn,
      AUTH_MODE: auth.mode,
      AUTH_ISSUER: auth.issuer,
      AUTH_AUDIENCE: auth.audience,
      AUTH_JWKS: auth.jwks,
      LATE_AFTER_MINUTES: String(stage.lateAfterMinutes),
      QUOTE_VALID_MINUTES: String(stage.quoteValidMinutes),
    };
    const define = (
      name: FunctionName,
      reads: readonly VariableName[],
      timeoutSeconds: number,
      continuesItself = false,
    ) =>
      new WorkFunction(this, {
        name,
        stage,
        code: props.codeOf(name),
        timeoutSeconds,
        reads,
        values,
        key,
        tell,
        continuesItself,
      });
    const intake = define('intake', INTAKE_ENV, HTTP_TIMEOUT_SECONDS);
    const results = define('results', RESULTS_ENV, HTTP_TIMEOUT_SECONDS);
    const split = define('split', SPLIT_ENV, SPLIT_TIMEOUT_SECONDS, true);
    const settle = define('settle', SETTLE_ENV, SETTLE_TIMEOUT_SECONDS);
    const close = define('close', CLOSE_ENV, CLOSE_TIMEOUT_SECONDS, true);
    const sweep = define('sweep', SWEEP_ENV, SWEEP_TIMEOUT_SECONDS);
    const seal = define('seal', SEAL_ENV, SEAL_TIMEOUT_SECONDS);
    const clear = define('clear', CLEAR_ENV, CLEAR_TIMEOUT_SECONDS);

    // What each may do. Listing a bucket is what turns "no such object" from a 403 into a 404.
    const ledgerIndex = (name: string) => `${ledger.tableArn}/index/${name}`;
    const batchesIndex = (name: string) => `${batches.tableArn}/index/${name}`;
    const read = ['dynamodb:GetItem', 'dynamodb:Query'];
    const query = ['dynamodb:Query'];
    const send = ['sqs:SendMessage'];
    const listObjects = ['s3:ListBucket'];

    allow(intake.role, [...read, 'dynamodb:PutItem'], [batches.tableArn]);
    allow(intake.role, send, [splitQueue.queue.queueArn]);
    allow(intake.role, listObjects, [recordsArn, uploadsArn]);
    allowObjects(intake.role, ['s3:GetObject', 's3:PutObject'], recordsArn, 'raw/');
    allowObjects(intake.role, ['s3:GetObject', 's3:PutObject'], recordsArn, 'releases/');
    // Put: the pre-signed address carries this role's right. Get: copying what was uploaded into raw/.
    allowObjects(intake.role, ['s3:GetObject', 's3:PutObject'], uploadsArn, '');

    allow(results.role, read, [ledger.tableArn]);
    allow(results.role, query, [ledgerIndex('byClaim'), ledgerIndex('byBatch')]);
    allow(results.role, [...read, 'dynamodb:BatchGetItem'], [batches.tableArn]);
    allow(results.role, query, [batchesIndex('byProvider')]);
    allow(results.role, listObjects, [recordsArn, sealedArn]);
    allowObjects(results.role, ['s3:GetObject'], recordsArn, '');
    allowObjects(results.role, ['s3:GetObject'], sealedArn, 'statements/');
    allow(results.role, ['secretsmanager:GetSecretValue'], [data.pseudonymKey.secretArn]);

    allow(
      split.role,
      [
        ...read,
        'dynamodb:BatchGetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:BatchWriteItem',
      ],
      [batches.tableArn],
    );
    allow(split.role, read, [ledger.tableArn]);
    allow(split.role, query, [ledgerIndex('byClaim')]);
    allow(split.role, send, [
      splitQueue.queue.queueArn,
      settleQueue.queue.queueArn,
      closeQueue.queue.queueArn,
    ]);
    allow(split.role, listObjects, [recordsArn]);
    allowObjects(split.role, ['s3:GetObject'], recordsArn, 'raw/');
    allowObjects(split.role, ['s3:PutObject'], recordsArn, 'rejections/');
    allow(split.role, ['secretsmanager:GetSecretValue'], [data.pseudonymKey.secretArn]);

    allow(settle.role, [...read, 'dynamodb:PutItem'], [ledger.tableArn]);
    allow(settle.role, query, [ledgerIndex('byClaim')]);
    allowObjects(settle.role, ['s3:GetObject'], recordsArn, 'releases/');

    allow(close.role, read, [ledger.tableArn]);
    allow(close.role, query, [ledgerIndex('byBatch')]);
    allow(close.role, [...read, 'dynamodb:PutItem', 'dynamodb:UpdateItem'], [batches.tableArn]);
    allow(close.role, send, [closeQueue.queue.queueArn]);
    allow(close.role, ['events:PutEvents'], [bus.eventBusArn]);
    allowObjects(close.role, ['s3:PutObject', 's3:AbortMultipartUpload'], recordsArn, 'remittances/');

    // Update: taking a batch that is done out of the open ones.
    allow(sweep.role, [...read, 'dynamodb:UpdateItem'], [batches.tableArn]);
    allow(sweep.role, query, [batchesIndex('open')]);
    allow(sweep.role, send, [splitQueue.queue.queueArn, closeQueue.queue.queueArn]);

    // The whole ledger, read; what intake stored, listed; anchors, written.
    allow(seal.role, ['dynamodb:Scan'], [ledger.tableArn]);
    allow(seal.role, read, [batches.tableArn]);
    allow(seal.role, listObjects, [recordsArn, sealedArn]);
    allowObjects(
      seal.role,
      ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'],
      sealedArn,
      'anchors/',
    );

    // The whole ledger, read; open batches; statements, replaced while a month is open, put once when it is cleared.
    allow(clear.role, ['dynamodb:Scan'], [ledger.tableArn]);
    allow(clear.role, read, [batches.tableArn]);
    allow(clear.role, query, [batchesIndex('open')]);
    allow(clear.role, listObjects, [recordsArn, sealedArn]);
    allowObjects(clear.role, ['s3:PutObject'], recordsArn, 'statements/');
    allowObjects(clear.role, ['s3:GetObject', 's3:PutObject'], sealedArn, 'statements/');

    // L1 in every role, whatever is added above: nobody changes an entry.
    for (const { role } of [intake, results, split, settle, close, sweep, seal, clear]) {
      deny(role, LEDGER_FORBIDDEN, [ledger.tableArn]);
    }
    // Only settle appends.
    for (const { role } of [intake, results, split, close, sweep, seal, clear]) {
      deny(role, ['dynamodb:PutItem'], [ledger.tableArn]);
    }

    // What starts them.
    consume(split, splitQueue.queue, { batchSize: 1, maxConcurrency: stage.splitConcurrencyMax });
    consume(settle, settleQueue.queue, {
      batchSize: SETTLE_BATCH_SIZE,
      maxConcurrency: SETTLE_CONCURRENCY_MAX,
    });
    consume(close, closeQueue.queue, { batchSize: 1, maxConcurrency: stage.closeConcurrencyMax });
    this.sweepRegularly(sweep);
    this.sealNightly(seal);
    this.clearNightly(clear);
    const api = new Api(this, 'http', { stage, auth, intake: intake.fn, results: results.fn, key, tell });

    watchSettling(settle, {
      stageName: stage.name,
      ledgerMovedPerFiveMinutesMax: stage.ledgerMovedPerFiveMinutesMax,
      tell,
    });
    watchBatches(close, { stageName: stage.name, lateAfterMinutes: stage.lateAfterMinutes, tell });
    watchMonths(clear, { stageName: stage.name, clearedWithinDays: stage.clearedWithinDays, tell });
    addDashboard(this, {
      stageName: stage.name,
      queues: { split: splitQueue, settle: settleQueue, close: closeQueue },
      functions: {
        intake: intake.fn,
        results: results.fn,
        split: split.fn,
        settle: settle.fn,
        close: close.fn,
        sweep: sweep.fn,
        seal: seal.fn,
        clear: clear.fn,
      },
      api: api.stage,
    });
    new CfnOutput(this, 'Url', { value: api.url, description: 'The HTTP API' });
  }

  private sweepRegularly(sweep: WorkFunction): void {
    this.schedule(sweep, 'Finds batches that stand still, and sends them on', {
      scheduleExpression: `rate(${SWEEP_EVERY_MINUTES} minutes)`,
      // The next round is the retry.
      retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 * SWEEP_EVERY_MINUTES },
    });
  }

  private sealNightly(seal: WorkFunction): void {
    this.schedule(seal, 'Seals the day outside the ledger', {
      scheduleExpression: `cron(${SEAL_AT.minute} ${SEAL_AT.hour} * * ? *)`,
      scheduleExpressionTimezone: 'Asia/Shanghai',
      // Lambda tries an event again that its function failed at; a day that is sealed stays as it is.
      retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 3_600 },
    });
  }

  private clearNightly(clear: WorkFunction): void {
    this.schedule(clear, 'Clears months that are over, and writes the statements of those that are not', {
      scheduleExpression: `cron(${CLEAR_AT.minute} ${CLEAR_AT.hour} * * ? *)`,
      scheduleExpressionTimezone: 'Asia/Shanghai',
      retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 3_600 },
    });
  }

  private schedule(
    what: WorkFunction,
    description: string,
    {
      retryPolicy,
      ...when
    }: Pick<CfnScheduleProps, 'scheduleExpression' | 'scheduleExpressionTimezone'> & {
      readonly retryPolicy: CfnSchedule.RetryPolicyProperty;
    },
  ): void {
    const role = new Role(what, 'schedule-role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
      description: `Starts ${what.node.id}`,
    });
    allow(role, ['lambda:InvokeFunction'], [what.fn.functionArn]);
    new CfnSchedule(what, 'schedule', {
      description,
      ...when,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: what.fn.functionArn,
        roleArn: role.roleArn,
        retryPolicy,
      },
    });
  }
}

/** Failed messages alone go back (all three handlers may answer with them), and no batching window: FIFO has none. */
function consume(
  to: WorkFunction,
  from: Queue,
  limits: { readonly batchSize: number; readonly maxConcurrency: number },
): void {
  // CDK adds the rights of a consumer (receive, delete, visibility) on this queue.
  to.fn.addEventSource(new SqsEventSource(from, { ...limits, reportBatchItemFailures: true }));
}
