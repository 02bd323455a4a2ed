// Where the ledger is, for commands that read it themselves and ask no server: the tables of an installation on AWS
// when the environment names them, else a local data directory. A running server's engines are shared; without one
// they are started for as long as the command runs.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { pseudonymKey } from '../../shared/aws/pseudonym-key.ts';
import { dynamoBatches } from '../../shared/batch/dynamodb/dynamo-batches.ts';
import type { BatchStore } from '../../shared/batch/port.ts';
import { dynamoLedger, dynamoLedgerScan } from '../../shared/ledger/dynamodb/dynamo-ledger.ts';
import type { LedgerScan, LedgerStore } from '../../shared/ledger/port.ts';
import { pseudonymiser, streamKey } from '../../shared/member/pseudonym.ts';
import type { RecordStore } from '../../shared/records/port.ts';
import { s3Records } from '../../shared/records/s3/s3-records.ts';
import { openDataDir, readJson, Refused } from '../local/data-dir.ts';
import { startEngineThread } from '../local/engine-thread.ts';
import { localKeys } from '../local/keys.ts';
import { localNames } from '../local/names.ts';
import { SAMPLE_AREA } from '../local/sample/providers.ts';
import type { Cli } from './context.ts';
import { usageError } from './exit.ts';

export interface Books {
  readonly ledger: LedgerStore & LedgerScan;
  readonly batches: BatchStore;
  readonly records: RecordStore;
  /** Seals of days. */
  readonly sealed: RecordStore;
  /** The stream of a member, by number. */
  readonly streamOf: (memberId: string, area: string | undefined) => Promise<string>;
  readonly close: () => Promise<void>;
}

interface Tables {
  readonly ledgerTable: string;
  readonly batchesTable: string;
  readonly recordsBucket: string;
  readonly sealedBucket: string;
}

/** Opens the books; `close` gives everything back. */
export async function openBooks(cli: Cli): Promise<Books> {
  const { LEDGER_TABLE, BATCHES_TABLE, RECORDS_BUCKET, SEALED_BUCKET } = cli.io.env;
  const { PSEUDONYM_KEY = '', JIESUAN_AREA } = cli.io.env;
  if (LEDGER_TABLE && BATCHES_TABLE && RECORDS_BUCKET && SEALED_BUCKET) {
    const names = {
      ledgerTable: LEDGER_TABLE,
      batchesTable: BATCHES_TABLE,
      recordsBucket: RECORDS_BUCKET,
      sealedBucket: SEALED_BUCKET,
    };
    return booksOf(
      names,
      new DynamoDBClient({}),
      new S3Client({}),
      async (memberId, area = JIESUAN_AREA ?? '') =>
        streamKey(area, pseudonymiser(await pseudonymKey(PSEUDONYM_KEY))(memberId)),
      async () => {},
    );
  }
  if (!existsSync(join(cli.dataDir, 'jiesuan-data.json')))
    throw usageError(
      'no-data-directory',
      `${cli.dataDir} 不是结算的数据目录。请用 --data 指定，或设置 LEDGER_TABLE、BATCHES_TABLE、RECORDS_BUCKET、SEALED_BUCKET。`,
      `${cli.dataDir} is no data directory of Jiesuan. Name one with --data, or set LEDGER_TABLE, BATCHES_TABLE, RECORDS_BUCKET and SEALED_BUCKET.`,
    );
  const streamOf = async (memberId: string, area = SAMPLE_AREA): Promise<string> =>
    streamKey(area, pseudonymiser((await localKeys(join(cli.dataDir, 'keys'))).pseudonym)(memberId));
  const running = enginesOf(cli.dataDir);
  if (running) return localBooks(running, cli.dataDir, streamOf, async () => {});
  try {
    const dir = openDataDir(cli.dataDir);
    const engines = await startEngineThread({ tableDir: dir.tables, objectDir: dir.objects }, (error) => {
      throw error;
    }).catch((error: unknown) => {
      dir.release();
      throw error;
    });
    return localBooks(engines.endpoints, cli.dataDir, streamOf, async () => {
      await engines.stop();
      dir.release();
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const [zh = '', en = zh] = error.message.split('\n');
    throw usageError('data-directory-refused', zh, en);
  }
}

interface Endpoints {
  readonly dynamodb: string;
  readonly s3: string;
}

/** What a running server noted of its engines. */
function enginesOf(dataDir: string): Endpoints | undefined {
  const note = readJson(join(dataDir, 'server.json')) as
    | { readonly pid?: number; readonly engines?: Endpoints }
    | undefined;
  if (note?.pid === undefined || !note.engines || !existsSync(join(dataDir, 'lock'))) return undefined;
  try {
    process.kill(note.pid, 0); // Only asks whether it is there.
    return note.engines;
  } catch {
    return undefined;
  }
}

function localBooks(
  endpoints: Endpoints,
  dataDir: string,
  streamOf: Books['streamOf'],
  close: () => Promise<void>,
): Books {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const common = { region: 'local', credentials };
  // Another DynamoDB than the embedded one has tables of this data directory's own.
  const { prefix } = (readJson(join(dataDir, 'names.json')) ?? {}) as { readonly prefix?: string };
  return booksOf(
    localNames(prefix),
    new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb }),
    new S3Client({ ...common, endpoint: endpoints.s3, forcePathStyle: true }),
    streamOf,
    close,
  );
}

function booksOf(
  names: Tables,
  dynamodb: DynamoDBClient,
  s3: S3Client,
  streamOf: Books['streamOf'],
  close: () => Promise<void>,
): Books {
  return {
    ledger: {
      ...dynamoLedger(dynamodb, names.ledgerTable),
      ...dynamoLedgerScan(dynamodb, names.ledgerTable),
    },
    batches: dynamoBatches(dynamodb, names.batchesTable),
    records: s3Records(s3, names.recordsBucket),
    sealed: s3Records(s3, names.sealedBucket),
    streamOf,
    async close() {
      dynamodb.destroy();
      s3.destroy();
      await close();
    },
  };
}
