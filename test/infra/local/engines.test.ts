// The embedded engines: they listen on the loopback interface only, keep what they are given, and stop.

import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTables, tableDefinitions } from '../../../infra/local/create-tables.ts';
import { startEngines as startOn } from '../../../infra/local/engines.ts';
import { localNames } from '../../../infra/local/names.ts';
import { BATCHES_TABLE, LEDGER_TABLE, type TableShape } from '../../../shared/tables.ts';
import { startEngines, type TestEngines } from '../../support/engines.ts';
import { listeners } from '../../support/sockets.ts';

describe('engines', () => {
  let engines: TestEngines;
  beforeAll(async () => {
    engines = await startEngines();
  });
  afterAll(() => engines.stop());

  it.skipIf(listeners() === undefined)('listen on the loopback interface and nowhere else', () => {
    const open = listeners() ?? [];
    for (const port of engines.ports) expect(open.map((socket) => socket.port)).toContain(port);
    expect(open.filter(({ address }) => address !== '127.0.0.1')).toEqual([]);
  });

  it.for([
    ['ledger', LEDGER_TABLE],
    ['batches', BATCHES_TABLE],
  ] as [string, TableShape][])(
    'create the %s table with the keys and indexes of its shape',
    async ([name, shape]) => {
      const TableName = name === 'ledger' ? engines.names.ledgerTable : engines.names.batchesTable;
      const { Table } = await engines.dynamodb.send(new DescribeTableCommand({ TableName }));
      const keysOf = (schema: { AttributeName?: string | undefined }[] | undefined) =>
        schema?.map((key) => key.AttributeName);
      expect(keysOf(Table?.KeySchema)).toEqual([shape.partitionKey.name, shape.sortKey.name]);
      const indexes = [...(Table?.LocalSecondaryIndexes ?? []), ...(Table?.GlobalSecondaryIndexes ?? [])];
      const found = indexes.map((index) => ({
        name: index.IndexName,
        keys: keysOf(index.KeySchema),
        include: [...(index.Projection?.NonKeyAttributes ?? [])].sort(),
      }));
      const wanted = [...shape.localIndexes, ...shape.globalIndexes].map((index) => ({
        name: index.name,
        keys: [index.partitionKey.name, index.sortKey.name],
        include: [...index.include].sort(),
      }));
      expect(found.sort((a, b) => String(a.name).localeCompare(String(b.name)))).toEqual(
        wanted.sort((a, b) => a.name.localeCompare(b.name)),
      );
    },
  );

  it('create tables again without complaint and without loss', async () => {
    const item = { id: { S: 'H0001.1' }, part: { S: 'manifest' } };
    await engines.dynamodb.send(new PutItemCommand({ TableName: engines.names.batchesTable, Item: item }));
    await createTables(engines.dynamodb, engines.names);
    const { Item } = await engines.dynamodb.send(
      new GetItemCommand({ TableName: engines.names.batchesTable, Key: item }),
    );
    expect(Item).toEqual(item);
  });

  it('describe every attribute that some key needs, and no other', () => {
    for (const definition of tableDefinitions(localNames())) {
      const used = [
        definition,
        ...(definition.LocalSecondaryIndexes ?? []),
        ...(definition.GlobalSecondaryIndexes ?? []),
      ]
        .flatMap(({ KeySchema }) => KeySchema ?? [])
        .map(({ AttributeName }) => AttributeName);
      expect(new Set(definition.AttributeDefinitions?.map(({ AttributeName }) => AttributeName))).toEqual(
        new Set(used),
      );
    }
  });

  it('give every queue a dead-letter queue of its own kind', async () => {
    for (const queue of Object.values(engines.queues)) {
      const { Attributes } = await engines.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ['All'] }),
      );
      expect(JSON.parse(Attributes?.['RedrivePolicy'] ?? '{}')).toEqual({
        deadLetterTargetArn: queue.deadLetterArn,
        maxReceiveCount: 10,
      });
      expect(queue.deadLetterUrl.endsWith('.fifo')).toBe(queue.url.endsWith('.fifo'));
    }
  });

  it('survive a client that hangs up before its answer', async () => {
    const port = Number(new URL(engines.endpoints.dynamodb).port);
    if (!engines.ports.includes(port)) return; // An external DynamoDB is not ours to test.
    await new Promise<void>((resolve) => {
      const socket = createConnection(port, '127.0.0.1', () => {
        socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"half":');
        setTimeout(() => socket.resetAndDestroy(), 30);
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve());
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await engines.dynamodb.send(new DescribeTableCommand({ TableName: engines.names.ledgerTable }));
  });

  it('take an upload larger than fauxqs itself would', async () => {
    const body = Buffer.alloc(12 * 1024 * 1024, 'x');
    await engines.s3.send(
      new PutObjectCommand({
        Bucket: engines.names.uploadsBucket,
        Key: 'large',
        Body: body,
        ContentType: 'application/x-ndjson',
      }),
    );
    const { ContentLength } = await engines.s3.send(
      new GetObjectCommand({ Bucket: engines.names.uploadsBucket, Key: 'large', Range: 'bytes=0-9' }),
    );
    expect(ContentLength).toBe(10);
  });
});

describe('the bucket of what is sealed', () => {
  let engines: TestEngines;
  beforeAll(async () => {
    engines = await startEngines();
  });
  afterAll(() => engines.stop());

  it('takes new objects, with the header that says so, and gives none away', async () => {
    const { s3, names } = engines;
    const at = { Bucket: names.sealedBucket, Key: 'anchors/2026-09-02.json' };
    const refused = (command: Promise<unknown>) =>
      expect(command).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    await refused(s3.send(new PutObjectCommand({ ...at, Body: 'x' })));
    await s3.send(new PutObjectCommand({ ...at, Body: 'the seal', IfNoneMatch: '*' }));
    await refused(s3.send(new PutObjectCommand({ ...at, Body: 'another' })));
    await expect(
      s3.send(new PutObjectCommand({ ...at, Body: 'another', IfNoneMatch: '*' })),
    ).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await refused(s3.send(new DeleteObjectCommand(at)));
    await refused(
      s3.send(new DeleteObjectsCommand({ Bucket: at.Bucket, Delete: { Objects: [{ Key: at.Key }] } })),
    );
    expect(await (await s3.send(new GetObjectCommand(at))).Body?.transformToString()).toBe('the seal');
  });
});

describe('engines on disk', () => {
  const dir = mkdtempSync(join(tmpdir(), 'jiesuan-test-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const names = localNames();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

  it('have tables and objects again after a restart, also when a write was cut off', async () => {
    const options = { tableDir: join(dir, 'tables'), objectDir: join(dir, 'objects') };
    const key = { id: { S: '医院.1' }, part: { S: 'manifest' } };

    const first = await startOn(options);
    const tables = new DynamoDBClient({
      region: first.region,
      credentials,
      endpoint: first.endpoints.dynamodb,
    });
    const objects = new S3Client({
      region: first.region,
      credentials,
      endpoint: first.endpoints.s3,
      forcePathStyle: true,
    });
    await createTables(tables, names);
    await tables.send(
      new PutItemCommand({ TableName: names.batchesTable, Item: { ...key, note: { S: '秦皇岛' } } }),
    );
    const { createBuckets } = await import('../../../infra/local/create-buckets.ts');
    await createBuckets(objects, names);
    for (const Key of ['raw/a/1.json', 'raw/a/2.json', 'raw/a/3:.json']) {
      await objects.send(
        new PutObjectCommand({ Bucket: names.recordsBucket, Key, Body: '{"before":"the crash"}' }),
      );
    }
    await first.stop();
    await first.stop(); // Twice is once.

    const bucket = join(dir, 'objects', 'buckets', names.recordsBucket);
    const cutBody = join(bucket, 'objects', 'raw', 'a', '2.json.data');
    writeFileSync(cutBody, '{"half');
    const later = new Date(Date.now() + 5_000);
    utimesSync(cutBody, later, later);
    writeFileSync(join(bucket, 'objects', 'raw', 'a', '3%3a.json.meta.json'), '{"ke');
    writeFileSync(join(bucket, '.bucket.json'), '');
    mkdirSync(join(dir, 'objects', '_multipart', 'u1'), { recursive: true });
    writeFileSync(join(dir, 'objects', '_multipart', 'u1', '.upload.json'), '{');

    const second = await startOn(options);
    const tables2 = new DynamoDBClient({
      region: second.region,
      credentials,
      endpoint: second.endpoints.dynamodb,
    });
    const objects2 = new S3Client({
      region: second.region,
      credentials,
      endpoint: second.endpoints.s3,
      forcePathStyle: true,
    });
    await createTables(tables2, names);
    await createBuckets(objects2, names);
    const { Item } = await tables2.send(new GetItemCommand({ TableName: names.batchesTable, Key: key }));
    expect(Item?.['note']).toEqual({ S: '秦皇岛' });
    const { Contents } = await objects2.send(new ListObjectsV2Command({ Bucket: names.recordsBucket }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(['raw/a/1.json', 'raw/a/2.json', 'raw/a/3:.json']);
    const read = async (Key: string) =>
      (
        await objects2.send(new GetObjectCommand({ Bucket: names.recordsBucket, Key }))
      ).Body?.transformToString();
    expect(await read('raw/a/1.json')).toBe('{"before":"the crash"}');
    expect(await read('raw/a/2.json')).toBe('{"half');
    expect(await read('raw/a/3:.json')).toBe('{"before":"the crash"}');
    for (const client of [tables, tables2, objects, objects2]) client.destroy();
    await second.stop();
  });
});
