// `jiesuan verify`, `receipt` and `verify receipt` on a real data directory with its embedded engines: a ledger that
// holds, one that was changed behind its back, and a receipt that can be checked anywhere.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { createBuckets } from '../../../infra/local/create-buckets.ts';
import { createTables } from '../../../infra/local/create-tables.ts';
import { openDataDir } from '../../../infra/local/data-dir.ts';
import { startEngineThread } from '../../../infra/local/engine-thread.ts';
import { localNames } from '../../../infra/local/names.ts';
import { dynamoBatches } from '../../../shared/batch/dynamodb/dynamo-batches.ts';
import { unseal } from '../../../shared/ledger/codec.ts';
import { dynamoLedger } from '../../../shared/ledger/dynamodb/dynamo-ledger.ts';
import { s3Records } from '../../../shared/records/s3/s3-records.ts';
import { storeRelease } from '../../../shared/reference/releases.ts';
import { type Chains, makeChains } from '../../support/chains.ts';
import { folder, jiesuan } from './support.ts';

const names = localNames();
let data: string;
let chains: Chains;
let settled: string;

/** Opens the engines of the data directory for as long as the work takes. */
async function withEngines(work: (dynamodb: DynamoDBClient, s3: S3Client) => Promise<void>): Promise<void> {
  const dir = openDataDir(data);
  const engines = await startEngineThread({ tableDir: dir.tables, objectDir: dir.objects }, () => {});
  const common = { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const dynamodb = new DynamoDBClient({ ...common, endpoint: engines.endpoints.dynamodb });
  const s3 = new S3Client({ ...common, endpoint: engines.endpoints.s3, forcePathStyle: true });
  try {
    await work(dynamodb, s3);
  } finally {
    dynamodb.destroy();
    s3.destroy();
    await engines.stop();
    dir.release();
  }
}

beforeAll(async () => {
  data = join(folder(), 'data');
  chains = await makeChains('cli', 6, 12);
  await withEngines(async (dynamodb, s3) => {
    await Promise.all([createTables(dynamodb, names), createBuckets(s3, names)]);
    const records = s3Records(s3, names.recordsBucket);
    for (const documents of chains.documents) await storeRelease(records, documents);
    const ledger = dynamoLedger(dynamodb, names.ledgerTable);
    const rows = [...chains.streams.values()].flat();
    for (const { place, text, hash } of rows) await ledger.append(unseal(place, text, hash));
    const { place } = rows.find(
      (row) => row.text.startsWith('{"kind":"settlement"') && row.place.claimKey.startsWith('H'),
    )!;
    settled = place.claimKey;
    const { stream, batchId, batchIndex } = place;
    await dynamoBatches(dynamodb, names.batchesTable).hold(
      new Map([[settled, { stream, batchId, batchIndex }]]),
    );
  });
});

const run = (...args: string[]) => jiesuan([...args, '--data', data, '--lang', 'en']);

describe('jiesuan verify', () => {
  it('refuses what does not go together, and a directory that is not ours', async () => {
    expect((await run('verify', '--all', '--day', '2026-09-02')).code).toBe(2);
    expect((await run('verify', '--day', 'today')).code).toBe(2);
    expect((await run('verify', '--day', '2026-09-02', '--seal')).code).toBe(2);
    expect((await run('verify', '--member', '1', '--sql')).code).toBe(2);
    expect((await run('verify', '--workers', '0')).code).toBe(2);
    expect((await run('verify', '--workers', 'all')).code).toBe(2);
    const { code, err } = await jiesuan(['verify', '--data', folder(), '--lang', 'en']);
    expect(code).toBe(2);
    expect(err).toContain('no data directory of Jiesuan');
  });

  it('holds, seals the day, gives a receipt that holds, and finds what was taken away behind its back', async () => {
    // The batches of these chains were never posted: nothing but that is said.
    const first = await run('verify', '--json', '--workers', '1');
    const { findings, entries, streams } = JSON.parse(first.out);
    expect(new Set(findings.map(({ code }: { code: string }) => code))).toEqual(
      new Set(['batch-count-differs']),
    );
    expect({ entries, streams }).toEqual({ entries: 72, streams: 6 });

    const file = join(data, 'receipt.json');
    const made = await run('receipt', settled, '--out', file);
    expect([made.code, made.out]).toEqual([0, '']);
    const offline = await jiesuan(['verify', 'receipt', file, '--lang', 'en']);
    expect(offline.code).toBe(0);
    expect(offline.out).toContain('What it does not prove');
    expect(offline.out).toContain('it is not sealed yet');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"seq": ', '"seq": 1'));
    expect((await jiesuan(['verify', 'receipt', file, '--lang', 'en'])).code).toBe(1);
    writeFileSync(file, '{}');
    expect((await jiesuan(['verify', 'receipt', file])).code).toBe(2);

    const [stream] = [...chains.streams.keys()] as [string];
    await withEngines(async (dynamodb) => {
      await dynamodb.send(
        new DeleteItemCommand({
          TableName: names.ledgerTable,
          Key: { stream: { S: stream }, seq: { N: '5' } },
        }),
      );
    });
    const { code, out } = await run('verify', '--workers', '1', '--sql');
    expect(code).toBe(1);
    expect(out).toContain('it says the same');
    const inThree = JSON.parse((await run('verify', '--json', '--workers', '3')).out);
    expect(inThree).toMatchObject({ holds: false, workers: 3, entries: 71, streams: 6 });
    for (const { stream: where, seq, code: what } of inThree.findings)
      expect(out).toContain(where === '' ? `[${what}]` : `${where} ${seq}  [${what}]`);
    expect(out).toContain(`${stream} 5  [sequence-gap]`);
    expect(out).toContain(`${stream} 6  [chain-broken]`);
  }, 60_000);
});
