// Cleared months on the embedded engines: written once and refused a second time, held against the ledger by
// `jiesuan verify`. And what `statement` and `books` print.

import { join } from 'node:path';
import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Cleared, clearMonths } from '../../../functions/clear/clear-months.ts';
import { createBuckets } from '../../../infra/local/create-buckets.ts';
import { createTables } from '../../../infra/local/create-tables.ts';
import { openDataDir } from '../../../infra/local/data-dir.ts';
import { startEngineThread } from '../../../infra/local/engine-thread.ts';
import { localNames } from '../../../infra/local/names.ts';
import { dynamoBatches } from '../../../shared/batch/dynamodb/dynamo-batches.ts';
import { unseal } from '../../../shared/ledger/codec.ts';
import { dynamoLedger, dynamoLedgerScan } from '../../../shared/ledger/dynamodb/dynamo-ledger.ts';
import { s3Records } from '../../../shared/records/s3/s3-records.ts';
import { storeRelease } from '../../../shared/reference/releases.ts';
import { type Chains, makeChains } from '../../support/chains.ts';
import { dataDir, folder, jiesuan, stub } from './support.ts';

const names = localNames();
let data: string;
let chains: Chains;

async function withEngines<T>(work: (dynamodb: DynamoDBClient, s3: S3Client) => Promise<T>): Promise<T> {
  const dir = openDataDir(data);
  const engines = await startEngineThread({ tableDir: dir.tables, objectDir: dir.objects }, () => {});
  const common = { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const dynamodb = new DynamoDBClient({ ...common, endpoint: engines.endpoints.dynamodb });
  const s3 = new S3Client({ ...common, endpoint: engines.endpoints.s3, forcePathStyle: true });
  try {
    return await work(dynamodb, s3);
  } finally {
    dynamodb.destroy();
    s3.destroy();
    await engines.stop();
    dir.release();
  }
}

const clear = (now: string): Promise<Cleared> =>
  withEngines((dynamodb, s3) =>
    clearMonths({
      ledger: dynamoLedgerScan(dynamodb, names.ledgerTable, { consistent: true }),
      batches: dynamoBatches(dynamodb, names.batchesTable),
      records: s3Records(s3, names.recordsBucket),
      sealed: s3Records(s3, names.sealedBucket),
      now: () => Date.parse(now),
      segments: 4,
      lateAfterMinutes: 60,
    }),
  );

describe('cleared months on the embedded engines', () => {
  beforeAll(async () => {
    data = join(folder(), 'data');
    // A record every three days, from 2 September to 5 October.
    chains = await makeChains('statements', 6, 12, 3 * 86_400_000);
    await withEngines(async (dynamodb, s3) => {
      await Promise.all([createTables(dynamodb, names), createBuckets(s3, names)]);
      for (const documents of chains.documents)
        await storeRelease(s3Records(s3, names.recordsBucket), documents);
      const ledger = dynamoLedger(dynamodb, names.ledgerTable);
      for (const { place, text, hash } of [...chains.streams.values()].flat())
        await ledger.append(unseal(place, text, hash));
    });
  });

  const found = async (code: string) => {
    const { out } = await jiesuan(['verify', '--json', '--data', data, '--lang', 'en']);
    const { findings } = JSON.parse(out) as { findings: { code: string; detail: string }[] };
    return findings.filter((each) => each.code === code).map(({ detail }) => detail);
  };

  it('are cleared once, hold, cannot be replaced, and are missed when the ledger changes behind them', async () => {
    const first = await clear('2026-10-01T01:30:00+08:00');
    expect(first.cleared.map(({ month }) => month)).toEqual(['2026-09']);
    expect(first.open.map(({ month }) => month)).toEqual(['2026-10']);
    const again = await clear('2026-10-02T01:30:00+08:00');
    expect([again.cleared, again.open.length]).toEqual([[], 1]);
    expect(await found('cleared-month-differs')).toEqual([]);

    const settlement = [...chains.streams.values()]
      .flat()
      .find(({ text }) => text.startsWith('{"kind":"settlement"'))!;
    await withEngines(async (dynamodb, s3) => {
      const put = {
        Bucket: names.sealedBucket,
        Key: 'statements/cleared/H0001/2026-09.full.ndjson',
        Body: 'x',
      };
      await expect(s3.send(new PutObjectCommand(put))).rejects.toThrow('neither replaced nor removed');
      await expect(s3.send(new PutObjectCommand({ ...put, IfNoneMatch: '*' }))).rejects.toThrow('taken');
      const { stream, seq } = settlement.place;
      await dynamodb.send(
        new DeleteItemCommand({
          TableName: names.ledgerTable,
          Key: { stream: { S: stream }, seq: { N: String(seq) } },
        }),
      );
    });
    const details = await found('cleared-month-differs');
    const [provider] = settlement.place.claimKey.split('/');
    expect(details[0]).toMatch(/^2026-09: settled, .*rows\.difference, rows\.full, amounts\.billedFen/);
    expect(details.some((detail) => detail.startsWith(`2026-09: ${provider}: settled`))).toBe(true);
  });
});

const signed = {
  billedFen: -9_000_000,
  selfPaidFen: 0,
  overLimitFen: 0,
  firstPayFen: 0,
  inScopeFen: -9_000_000,
  deductibleFen: -80_000,
  fundsFen: { pooled: -7_582_000 },
  fundsTotalFen: -7_582_000,
  accountFen: 0,
  cashFen: -1_418_000,
  hospitalFen: 0,
};
const totals = {
  settled: 0,
  reversed: 1,
  replaced: 0,
  adjusted: 0,
  rows: { difference: 1, full: 1 },
  amounts: signed,
};
const row = {
  number: 'ZY1',
  version: 1,
  posting: 'reversal',
  side: 'out',
  bookedAt: '2026-10-20T04:00:00.000Z',
  servedOn: '2026-08-20',
  scheme: '310',
  corrects: '2026-09',
  amounts: signed,
  entryHash: 'hash',
};

describe('jiesuan statement', () => {
  it('lists the months of a provider, page by page', async () => {
    const { url, asked } = await stub(({ query }) => ({
      json: query.has('cursor')
        ? {
            providerId: 'H0001',
            items: [{ month: '2026-09', state: 'cleared', clearedAt: '2026-09-30T17:30:00.000Z', totals }],
          }
        : {
            providerId: 'H0001',
            items: [{ month: '2026-10', state: 'open', asOf: '2026-10-20T17:30:00.000Z', totals }],
            next: '2026-10',
          },
    }));
    const { code, out } = await jiesuan(['statement', 'H0001', '--url', url, '--data', await dataDir()]);
    expect(code).toBe(0);
    expect(asked.map(({ path }) => path)).toEqual(['/v1/statements/H0001', '/v1/statements/H0001']);
    expect(out).toMatch(/2026-10 +未结账 open 2026-10-21 01:30:00 +1 +-90,000\.00 +-75,820\.00/);
    expect(out).toMatch(/2026-09 +已结账 cleared 2026-10-01 01:30:00/);
  });

  it('prints one month with its sums, and writes it to a file as it comes', async () => {
    const { url, asked } = await stub(({ query }) =>
      query.get('format') === 'csv'
        ? { text: '\uFEFFa,b\r\n' }
        : {
            json: {
              providerId: 'H0001',
              month: '2026-10',
              state: 'open',
              asOf: '2026-10-20T17:30:00.000Z',
              view: 'full',
              totals,
              items: [
                row,
                { ...row, number: 'ZY2', posting: 'adjustment', side: 'in', causedElsewhere: true },
              ],
            },
          },
    );
    const own = ['--url', url, '--data', await dataDir()];
    const { out } = await jiesuan(['statement', 'H0001', '2026-10', '--view', 'full', ...own]);
    expect(asked[0]?.query.get('view')).toBe('full');
    expect(out).toContain('统筹基金 pooled fund');
    expect(out).toMatch(
      /ZY1 +冲正 reversal +冲回 out +2026-09 +-90,000\.00 +-75,820\.00 +0\.00 +-14,180\.00 +-/,
    );
    expect(out).toMatch(/ZY2 +随之调整 adjustment +入账 in .* 其他机构的单据 a claim elsewhere/);
    const json = await jiesuan(['statement', 'H0001', '2026-10', '--json', ...own]);
    expect(JSON.parse(json.out)).toMatchObject({
      month: '2026-10',
      items: [{ number: 'ZY1' }, { number: 'ZY2' }],
    });
    const csv = await jiesuan(['statement', 'H0001', '2026-10', '--format', 'csv', ...own]);
    expect(csv.out).toBe('\uFEFFa,b\r\n');
    expect((await jiesuan(['statement', 'H-0001', ...own])).code).toBe(2);
    expect((await jiesuan(['statement', 'H0001', '2026-10', '--view', 'both', ...own])).code).toBe(2);
  });
});

describe('jiesuan books', () => {
  it('shows each month, and which batches keep one open', async () => {
    const { url } = await stub(() => ({
      json: {
        items: [
          {
            month: '2026-10',
            state: 'open',
            asOf: '2026-11-01T17:30:00.000Z',
            providers: 1,
            totals,
            blockedBy: {
              count: 12,
              batches: [{ batchId: 'H0011.STUCK', status: 'late', acceptedAt: '2026-10-31T12:00:00.000Z' }],
            },
          },
        ],
      },
    }));
    const { out } = await jiesuan(['books', '--url', url, '--data', await dataDir(), '--lang', 'en']);
    expect(out).toMatch(/2026-10 +未结账 open/);
    expect(out).toContain('2026-10 cannot be cleared, 12 batches are not complete:');
    expect(out).toContain('H0011.STUCK  超时未完成 late  2026-10-31 20:00:00');
    expect(out).toContain('... and 2 more');
  });
});
