// Is everything wired as the code expects it: variables, time-outs, keys and indexes, routes, and alarms that watch
// what is really counted?

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { ENV as CLEAR_ENV } from '../../functions/clear/env.ts';
import { ENV as CLOSE_ENV } from '../../functions/close/env.ts';
import { ENV as INTAKE_ENV } from '../../functions/intake/env.ts';
import { ENV as RESULTS_ENV } from '../../functions/results/env.ts';
import { ENV as SEAL_ENV } from '../../functions/seal/env.ts';
import { ENV as SETTLE_ENV } from '../../functions/settle/env.ts';
import { ENV as SPLIT_ENV } from '../../functions/split/env.ts';
import { ENV as SWEEP_ENV } from '../../functions/sweep/env.ts';
import { readEnv } from '../../functions/env.ts';
import { INTAKE_CONTRACTS } from '../../functions/intake/contract.ts';
import { RESULTS_CONTRACTS } from '../../functions/results/contract.ts';
import { tableDefinitions } from '../../infra/local/create-tables.ts';
import { ROUTES } from '../../infra/routes.ts';
import { FUNCTIONS } from '../../infra/stages.ts';
import { functionMeter } from '../../shared/observability/metrics-emitter.ts';
import { METRIC, NAMESPACE } from '../../shared/observability/metrics.ts';
import { RECEIVES_MAX, SETTLE_BATCH_SIZE, SETTLE_CONCURRENCY_MAX } from '../../shared/queue/limits.ts';
import { functionOf, ofType, synthesise, type Resource } from './support/templates.ts';

const { app, data, dataProtected } = synthesise('us-east-1');
const ENV = {
  intake: INTAKE_ENV,
  results: RESULTS_ENV,
  split: SPLIT_ENV,
  settle: SETTLE_ENV,
  close: CLOSE_ENV,
  sweep: SWEEP_ENV,
  seal: SEAL_ENV,
  clear: CLEAR_ENV,
} as const;

describe('a function', () => {
  it.each(FUNCTIONS)('%s gets exactly the variables it reads, and they are in order', (name) => {
    const { Variables } = functionOf(app, name)[1].Properties.Environment;
    expect(Object.keys(Variables).sort()).toEqual([...ENV[name]].sort());
    const resolved = Object.fromEntries(
      Object.entries(Variables).map(([variable, value]) => [
        variable,
        typeof value === 'string' ? value : 'a reference',
      ]),
    );
    expect(() => readEnv([...ENV[name]], resolved)).not.toThrow();
  });

  it('runs Node 24 on arm64, and writes JSON to a log group of its own that is encrypted and ends', () => {
    for (const name of FUNCTIONS) {
      const { Properties } = functionOf(app, name)[1];
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
      });
      expect(Properties.LoggingConfig.LogFormat).toBe('JSON');
      const group = app.Resources[Properties.LoggingConfig.LogGroup.Ref];
      expect(group?.Properties).toMatchObject({
        LogGroupName: `/jiesuan/production/${name}`,
        RetentionInDays: 400,
      });
      expect(group?.Properties.KmsKeyId).toBeDefined();
    }
  });

  it('that feeds its own queue is not stopped by loop detection; no other is exempt', () => {
    const exempt = FUNCTIONS.filter((name) => functionOf(app, name)[1].Properties.RecursiveLoop === 'Allow');
    expect(exempt).toEqual(['split', 'close']);
  });
});

describe('a queue', () => {
  const sources = ofType(app, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => {
    const fn = app.Resources[Properties.FunctionName.Ref] as Resource;
    const queue = app.Resources[Properties.EventSourceArn['Fn::GetAtt'][0]] as Resource;
    const name = String(fn.Properties.Description).split('/').pop() ?? '';
    return { name, source: Properties, fn: fn.Properties, queue: queue.Properties };
  });

  it('starts split, settle and close, and nothing else is started by one', () => {
    expect(sources.map(({ name }) => name).sort()).toEqual(['close', 'settle', 'split']);
  });

  it('hides a message longer than its function may run; settle six times as long', () => {
    for (const { name, fn, queue } of sources) {
      expect(queue.VisibilityTimeout, name).toBeGreaterThan(fn.Timeout);
      if (name === 'settle') expect(queue.VisibilityTimeout).toBeGreaterThanOrEqual(6 * fn.Timeout);
    }
  });

  it('takes back failed messages alone, gives up after the same number of receives, and never waits to fill a batch', () => {
    for (const { name, source, queue } of sources) {
      expect(source.FunctionResponseTypes, name).toEqual(['ReportBatchItemFailures']);
      expect(source.MaximumBatchingWindowInSeconds, name).toBeUndefined();
      expect(queue.RedrivePolicy.maxReceiveCount, name).toBe(RECEIVES_MAX);
      const deadLetters = app.Resources[queue.RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0]];
      expect(deadLetters?.Properties.FifoQueue, name).toBe(queue.FifoQueue);
    }
  });

  it('feeds settle ten at a time, with a maximum of consumers', () => {
    const settle = sources.find(({ name }) => name === 'settle');
    expect(settle?.source).toMatchObject({
      BatchSize: SETTLE_BATCH_SIZE,
      ScalingConfig: { MaximumConcurrency: SETTLE_CONCURRENCY_MAX },
    });
    expect(settle?.queue).toMatchObject({
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    });
  });

  it('is encrypted with our key and refuses plain connections', () => {
    for (const template of [app, data]) {
      const guarded = ofType(template, 'AWS::SQS::QueuePolicy').flatMap(([, { Properties }]) =>
        Properties.Queues.map((q: { Ref: string }) => q.Ref),
      );
      for (const [id, { Properties }] of ofType(template, 'AWS::SQS::Queue')) {
        expect(Properties.KmsMasterKeyId, id).toBeDefined();
        expect(guarded, id).toContain(id);
      }
    }
  });
});

describe('the tables', () => {
  const tables = ofType(data, 'AWS::DynamoDB::GlobalTable');
  const byName = (list: readonly { IndexName?: string | undefined }[] = []) =>
    [...list].sort((a, b) => String(a.IndexName).localeCompare(String(b.IndexName)));
  const local = tableDefinitions({ ledgerTable: 'Ledger', batchesTable: 'Batches' });

  it.each(local.map((definition) => [definition.TableName, definition] as const))(
    '%s has the same keys and indexes in the template and on the embedded engine',
    (name, definition) => {
      const deployed = tables.find(([id]) => id.startsWith(String(name)))?.[1].Properties;
      expect(deployed.KeySchema).toEqual(definition.KeySchema);
      const attributes = (
        list: readonly { AttributeName?: string | undefined; AttributeType?: string | undefined }[] = [],
      ) => Object.fromEntries(list.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]));
      expect(attributes(deployed.AttributeDefinitions)).toEqual(attributes(definition.AttributeDefinitions));
      expect(byName(deployed.LocalSecondaryIndexes)).toEqual(byName(definition.LocalSecondaryIndexes));
      const withoutWarmth = byName(deployed.GlobalSecondaryIndexes).map((index) => ({
        ...index,
        WarmThroughput: undefined,
      }));
      expect(withoutWarmth).toEqual(
        byName(definition.GlobalSecondaryIndexes).map((index) => ({ ...index, WarmThroughput: undefined })),
      );
      expect(deployed.BillingMode).toBe(definition.BillingMode);
    },
  );

  it('are recoverable to any second, protected from deletion, and under our key', () => {
    expect(tables).toHaveLength(2);
    for (const [id, { Properties, DeletionPolicy }] of tables) {
      const [replica] = Properties.Replicas;
      expect(replica.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled, id).toBe(true);
      expect(replica.DeletionProtectionEnabled, id).toBe(true);
      expect(replica.SSESpecification.KMSMasterKeyId, id).toBeDefined();
      expect(DeletionPolicy, id).toBe('Retain');
    }
    expect(dataProtected).toBe(true);
  });

  it('expire nothing: an entry must not vanish by its age', () => {
    for (const [id, { Properties }] of tables) expect(Properties.TimeToLiveSpecification, id).toBeUndefined();
  });

  it('are watched: any changed or removed ledger entry ends in a queue that raises an alarm', () => {
    const [[, pipe]] = ofType(data, 'AWS::Pipes::Pipe') as [[string, Resource]];
    const [ledgerId] = tables.find(([id]) => id.startsWith('Ledger')) ?? [''];
    expect(pipe.Properties.Source['Fn::GetAtt']).toEqual([ledgerId, 'StreamArn']);
    expect(JSON.parse(pipe.Properties.SourceParameters.FilterCriteria.Filters[0].Pattern)).toEqual({
      eventName: ['MODIFY', 'REMOVE'],
    });
    const alarmed = ofType(data, 'AWS::CloudWatch::Alarm').flatMap(([, { Properties }]) =>
      JSON.stringify(Properties.Dimensions),
    );
    expect(alarmed.some((text) => text.includes(pipe.Properties.Target['Fn::GetAtt'][0]))).toBe(true);
  });
});

describe('the buckets', () => {
  const buckets = ofType(data, 'AWS::S3::Bucket');

  it('keep every version, under our key, closed to the public, over TLS', () => {
    for (const [id, { Properties }] of buckets.filter(([each]) => !each.startsWith('AccessLogs'))) {
      expect(Properties.VersioningConfiguration.Status, id).toBe('Enabled');
      expect(JSON.stringify(Properties.BucketEncryption), id).toContain('aws:kms');
    }
    const policies = ofType(data, 'AWS::S3::BucketPolicy').map(([, { Properties }]) => Properties);
    for (const [id, { Properties }] of buckets) {
      expect(Object.values(Properties.PublicAccessBlockConfiguration), id).toEqual([true, true, true, true]);
      const policy = policies.find(({ Bucket }) => Bucket.Ref === id);
      expect(JSON.stringify(policy), id).toContain('"aws:SecureTransport":"false"');
    }
  });

  it('keep records for ever, what open statements were for a month, and uploads for a week', () => {
    const of = (name: string) => buckets.find(([id]) => id.startsWith(name))?.[1] as Resource;
    expect(of('Records').DeletionPolicy).toBe('Retain');
    const rules = of('Records').Properties.LifecycleConfiguration.Rules as { Prefix?: string }[];
    expect(JSON.stringify(rules.filter(({ Prefix }) => Prefix === undefined))).not.toContain('Expiration');
    expect(rules.filter(({ Prefix }) => Prefix !== undefined)).toEqual([
      {
        Prefix: 'statements/',
        NoncurrentVersionExpiration: { NoncurrentDays: 31 },
        Status: 'Enabled',
      },
    ]);
    expect(of('Uploads').Properties.LifecycleConfiguration.Rules[0].ExpirationInDays).toBe(7);
  });
});

describe('the HTTP API', () => {
  const routes = (template = app) =>
    Object.fromEntries(
      ofType(template, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => [
        Properties.RouteKey,
        Properties.AuthorizationType,
      ]),
    );

  it('reaches every contract at the function that states it, and is open where the contract is public', () => {
    const stated = [
      ...INTAKE_CONTRACTS.map((contract) => ({ contract, by: 'intake' })),
      ...RESULTS_CONTRACTS.map((contract) => ({ contract, by: 'results' })),
    ];
    for (const { contract, by } of stated) {
      const { method, path, access } = contract;
      const under = (prefix: string) =>
        prefix.endsWith('/{proxy+}') && path.startsWith(prefix.slice(0, -'{proxy+}'.length));
      const possible = ROUTES.filter(
        (each) => each.method === method && (each.path === path || under(each.path)),
      );
      const route = possible.find((each) => each.path === path) ?? possible[0];
      expect(route?.to, `${method} ${path}`).toBe(by);
      expect(route?.open === true, `${method} ${path}`).toBe(access === 'public');
    }
  });

  it('lets the gateway check tokens of an https issuer on every route that is not public', () => {
    const expected = ROUTES.map(({ method, path, open }) => [`${method} ${path}`, open ? 'NONE' : 'JWT']);
    expect(routes()).toEqual(Object.fromEntries(expected));
  });

  it('leaves tokens that the gateway cannot verify to the functions, and signatures to the gateway', () => {
    const jwks = '{"keys":[]}';
    const own = synthesise('us-east-1', { authJwks: jwks });
    expect(new Set(Object.values(routes(own.app)))).toEqual(new Set(['NONE']));
    expect(functionOf(own.app, 'results')[1].Properties.Environment.Variables).toMatchObject({
      AUTH_MODE: 'jwt',
      AUTH_JWKS: jwks,
    });
    const elliptic = synthesise('us-east-1', { authAtGateway: 'no' });
    expect(new Set(Object.values(routes(elliptic.app)))).toEqual(new Set(['NONE']));

    const { 'GET /health': health, ...others } = routes(synthesise('us-east-1', { auth: 'iam' }).app);
    expect(health).toBe('NONE');
    expect(new Set(Object.values(others))).toEqual(new Set(['AWS_IAM']));
  });

  it('is not deployed with tokens that nobody could verify', () => {
    expect(() => synthesise('us-east-1', { authIssuer: '' })).toThrow(/authIssuer/);
  });

  it('is throttled, and its access log names routes, not paths, ids or addresses', () => {
    const [[, { Properties }]] = ofType(app, 'AWS::ApiGatewayV2::Stage') as [[string, Resource]];
    expect(Properties.DefaultRouteSettings).toMatchObject({
      ThrottlingRateLimit: 200,
      ThrottlingBurstLimit: 400,
    });
    const variables = String(Properties.AccessLogSettings.Format).match(/\$context\.[\w.]+/g);
    expect(variables?.sort()).toEqual([
      '$context.requestId',
      '$context.responseLatency',
      '$context.responseLength',
      '$context.routeKey',
      '$context.status',
    ]);
  });
});

/** Names of the metrics that a function's own code counts. */
function countedBy(name: string): string[] {
  const folder = new URL(`../../functions/${name}/`, import.meta.url);
  const code = readdirSync(folder)
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join('\n');
  return Object.entries(METRIC).flatMap(([key, metric]) => (code.includes(`METRIC.${key}`) ? [metric] : []));
}

describe('an alarm', () => {
  const alarms = [app, data].flatMap((template) => ofType(template, 'AWS::CloudWatch::Alarm'));

  it('says what it means and where to look first, and tells somebody', () => {
    expect(alarms.length).toBeGreaterThan(20);
    for (const [id, { Properties }] of alarms) {
      expect(Properties.AlarmDescription, id).toMatch(/^.{4,60}\. .{20,} First look: .{20,}$/);
      expect(Properties.AlarmDescription.length, id).toBeLessThanOrEqual(1024);
      expect(Properties.AlarmActions, id).toHaveLength(1);
      if (/dead letters\./.test(Properties.AlarmDescription))
        expect(Properties.AlarmDescription, id).toMatch(/`jiesuan redrive --queue (split|settle|close)`/);
    }
  });

  it('watches every dead-letter queue', () => {
    const watched = alarms.map(([, { Properties }]) => JSON.stringify(Properties.Dimensions ?? ''));
    const deadLetters = ofType(app, 'AWS::SQS::Queue').filter(
      ([, { Properties }]) => !Properties.RedrivePolicy,
    );
    expect(deadLetters).toHaveLength(3);
    for (const [id] of deadLetters)
      expect(
        watched.some((text) => text.includes(`"${id}"`)),
        id,
      ).toBe(true);
  });

  it('watches metrics under the names and dimensions that the functions write', () => {
    const written: string[] = [];
    const spy = vi
      .spyOn(process.stdout, 'write')
      .mockImplementation((text) => (written.push(String(text)), true));
    const meter = functionMeter('settle', 'production');
    meter.count(METRIC.ledgerMoved);
    meter.flush();
    spy.mockRestore();
    const { _aws: format } = JSON.parse(written.join(''));
    const [{ Namespace, Dimensions }] = format.CloudWatchMetrics;

    const own = alarms.map(([, { Properties }]) => Properties).filter((each) => each.Namespace === NAMESPACE);
    expect(Namespace).toBe(NAMESPACE);
    expect(own.length).toBeGreaterThan(0);
    for (const alarm of own) {
      expect(Object.values(METRIC)).toContain(alarm.MetricName);
      expect(new Set(alarm.Dimensions.map((each: { Name: string }) => each.Name))).toEqual(
        new Set(Dimensions[0]),
      );
      expect(alarm.Dimensions.find((each: { Name: string }) => each.Name === 'stage').Value).toBe(
        'production',
      );
    }
    for (const alarm of own) {
      const { Value } = alarm.Dimensions.find((each: { Name: string }) => each.Name === 'service');
      expect(countedBy(Value), `${alarm.MetricName} of ${Value}`).toContain(alarm.MetricName);
    }
    const watched = new Set(own.map(({ MetricName }) => MetricName));
    expect(watched).toEqual(
      new Set([METRIC.invariantBroken, METRIC.ledgerMoved, METRIC.batchesLate, METRIC.monthOverdueDays]),
    );
  });
});

describe('the dashboard', () => {
  it('shows only metrics that somebody counts', () => {
    const [[, { Properties }]] = ofType(app, 'AWS::CloudWatch::Dashboard') as [[string, Resource]];
    const body = (Properties.DashboardBody['Fn::Join'][1] as unknown[])
      .filter((part) => typeof part === 'string')
      .join('');
    const shown = [...body.matchAll(/"Jiesuan","(\w+)","service","(\w+)"/g)];
    expect(shown.length).toBeGreaterThan(10);
    for (const [, metric = '', name = ''] of shown)
      expect(countedBy(name), `${metric} of ${name}`).toContain(metric);
  });
});
