// Where the ledger is, for commands that read it themselves and ask no server: the tables of an installation on AWS
// when the environment names them, else a local data directory. A running server's engines are shared; without one
// they are started for as long as the command runs. Dead letters are reached the same way.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { queueClient } from '../../shared/aws/clients.ts';
import { pseudonymKey as keyOnAws } from '../../shared/aws/pseudonym-key.ts';
import { dynamoBatches } from '../../shared/batch/dynamodb/dynamo-batches.ts';
import type { BatchStore } from '../../shared/batch/port.ts';
import { dynamoLedger, dynamoLedgerScan } from '../../shared/ledger/dynamodb/dynamo-ledger.ts';
import type { LedgerScan, LedgerStore } from '../../shared/ledger/port.ts';
import { pseudonymiser, streamKey } from '../../shared/member/pseudonym.ts';
import { type DeadLetterQueue, WORK_QUEUES, type WorkQueueName } from '../../shared/queue/port.ts';
import { deadLetterQueue, queueUrl } from '../../shared/queue/sqs/sqs-dead-letters.ts';
import type { RecordStore } from '../../shared/records/port.ts';
import { s3Records } from '../../shared/records/s3/s3-records.ts';
import { openDataDir, readJson, Refused } from '../local/data-dir.ts';
import { startEngineThread } from '../local/engine-thread.ts';
import { LOCAL_REGION } from '../local/engines.ts';
import { localKeys } from '../local/keys.ts';
import { localNames, type Names } from '../local/names.ts';
import { SAMPLE_AREA } from '../local/sample/providers.ts';
import type { Cli } from './context.ts';
import { cliError, EXIT, usageError } from './exit.ts';

export interface Books extends Stores {
  /** How another thread opens the same. */
  readonly access: Access;
  /** The stream of a member, by number. */
  readonly streamOf: (memberId: string, area: string | undefined) => Promise<string>;
  /** The key of the members' pseudonyms; on AWS there is none without PSEUDONYM_KEY. */
  readonly pseudonymKey: () => Promise<string | undefined>;
  /** The dead letters of these work queues. */
  readonly deadLetters: (of: readonly WorkQueueName[]) => Promise<readonly DeadLetterQueue[]>;
  readonly close: () => Promise<void>;
}

export interface Stores {
  readonly ledger: LedgerStore & LedgerScan;
  readonly batches: BatchStore;
  readonly records: RecordStore;
  /** The same by consistent reads, for clearing months. */
  readonly ledgerNow: LedgerScan;
  /** Seals of days, and months that are cleared. */
  readonly sealed: RecordStore;
}

/** Names, and where the engines are (missing: AWS). Plain data. */
export interface Access {
  readonly names: Pick<Names, 'ledgerTable' | 'batchesTable' | 'recordsBucket' | 'sealedBucket'>;
  readonly endpoints?: Endpoints;
}

/** Opens the books; `close` gives everything back. Who reads no seals need not name their bucket. */
export async function openBooks(
  cli: Cli,
  { seals = true }: { readonly seals?: boolean } = {},
): Promise<Books> {
  const { LEDGER_TABLE, BATCHES_TABLE, RECORDS_BUCKET, SEALED_BUCKET = seals ? '' : 'none' } = cli.io.env;
  const { PSEUDONYM_KEY = '', JIESUAN_AREA } = cli.io.env;
  if (LEDGER_TABLE && BATCHES_TABLE && RECORDS_BUCKET && SEALED_BUCKET) {
    const names = {
      ledgerTable: LEDGER_TABLE,
      batchesTable: BATCHES_TABLE,
      recordsBucket: RECORDS_BUCKET,
      sealedBucket: SEALED_BUCKET,
    };
    const key = async () => (PSEUDONYM_KEY === '' ? undefined : await keyOnAws(PSEUDONYM_KEY));
    const members = membersOf(key, JIESUAN_AREA ?? '');
    return booksOf({ names }, members, queuesOnAws(cli.io.env), async () => {});
  }
  if (!existsSync(join(cli.dataDir, 'jiesuan-data.json')))
    throw usageError(
      'no-data-directory',
      `${cli.dataDir} 不是结算的数据目录。请用 --data 指定，或设置 LEDGER_TABLE、BATCHES_TABLE、RECORDS_BUCKET、SEALED_BUCKET。`,
      `${cli.dataDir} is no data directory of Jiesuan. Name one with --data, or set LEDGER_TABLE, BATCHES_TABLE, RECORDS_BUCKET and SEALED_BUCKET.`,
    );
  const members = membersOf(async () => (await localKeys(join(cli.dataDir, 'keys'))).pseudonym, SAMPLE_AREA);
  const running = enginesOf(cli.dataDir);
  if (running) return localBooks(running, cli.dataDir, members, 'beside a server', async () => {});
  try {
    const dir = openDataDir(cli.dataDir);
    const engines = await startEngineThread({ tableDir: dir.tables, objectDir: dir.objects }, (error) => {
      throw error;
    }).catch((error: unknown) => {
      dir.release();
      throw error;
    });
    return localBooks(engines.endpoints, cli.dataDir, members, 'alone', async () => {
      await engines.stop();
      dir.release();
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const [zh = '', en = zh] = error.message.split('\n');
    throw usageError('data-directory-refused', zh, en);
  }
}

type Members = Pick<Books, 'streamOf' | 'pseudonymKey'>;

/** How members are named here; without a key nobody can be asked for by number. */
const membersOf = (pseudonymKey: Books['pseudonymKey'], areaHere: string): Members => ({
  async streamOf(memberId, area = areaHere) {
    const key = await pseudonymKey();
    if (key !== undefined) return streamKey(area, pseudonymiser(key)(memberId));
    throw usageError(
      'no-pseudonym-key',
      '按参保人查询须设置 PSEUDONYM_KEY：假名密钥的 ARN。',
      'Set PSEUDONYM_KEY, the ARN of the key of the pseudonyms, to ask for a member by number.',
    );
  },
  pseudonymKey,
});

interface Endpoints {
  readonly dynamodb: string;
  readonly s3: string;
  readonly sqs: string;
}

/** The queues of an installation: a client, and the address of each. */
interface Queues {
  readonly client: SQSClient;
  readonly urlOf: (name: WorkQueueName) => Promise<string>;
  /** One engine tells all it knows at once; SQS is many servers. */
  readonly waitSeconds?: 0;
}

const QUEUE_VARIABLES = {
  split: 'SPLIT_QUEUE_URL',
  settle: 'SETTLE_QUEUE_URL',
  close: 'CLOSE_QUEUE_URL',
} as const;

function queuesOnAws(env: Cli['io']['env']): () => Queues {
  return () => ({
    client: queueClient(),
    urlOf: async (name) => {
      const variable = QUEUE_VARIABLES[name];
      const url = env[variable];
      if (url) return url;
      throw usageError(
        'no-queue-address',
        `请设置 ${variable}：${name} 队列的地址。`,
        `Set ${variable}: the address of the ${name} queue.`,
      );
    },
  });
}

/** Local queues are in the server's memory: without one there are none. */
function noQueues(): never {
  throw cliError(
    EXIT.unreachable,
    'no-server',
    { zh: '没有运行中的服务', en: 'No server is running' },
    {
      zh: '本机的队列在服务进程的内存中。启动服务（jiesuan start）时，未完成的批次都会重新处理，无需重放。',
      en: 'Local queues are in the memory of the server. When it starts (jiesuan start) every open batch is worked on again; there is nothing to redrive.',
    },
  );
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
  members: Members,
  how: 'alone' | 'beside a server',
  close: () => Promise<void>,
): Books {
  // Another DynamoDB than the embedded one has tables of this data directory's own.
  const { prefix } = (readJson(join(dataDir, 'names.json')) ?? {}) as { readonly prefix?: string };
  const names = localNames(prefix);
  const work = { split: names.splitQueue, settle: names.settleQueue, close: names.closeQueue };
  const queues = (): Queues => {
    const client = new SQSClient({ ...LOCAL_CLIENT, endpoint: endpoints.sqs });
    return { client, urlOf: (name) => queueUrl(client, work[name]), waitSeconds: 0 };
  };
  return booksOf({ names, endpoints }, members, how === 'alone' ? noQueues : queues, close);
}

function booksOf(
  access: Access,
  members: Members,
  openQueues: () => Queues,
  closeEngines: () => Promise<void>,
): Books {
  const { close, ...stores } = openStores(access);
  let queues: Queues | undefined;
  return {
    ...stores,
    ...members,
    access,
    deadLetters: (of) => {
      const { client, urlOf, ...how } = (queues ??= openQueues());
      const wanted = WORK_QUEUES.filter((name) => of.includes(name));
      return Promise.all(wanted.map(async (name) => deadLetterQueue(client, name, await urlOf(name), how)));
    },
    async close() {
      queues?.client.destroy();
      close();
      await closeEngines();
    },
  };
}

/** Queues are found under their region. */
const LOCAL_CLIENT = {
  region: LOCAL_REGION,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

/** Clients of their own on the same tables and buckets; also for other threads. */
export function openStores({ names, endpoints }: Access): Stores & { readonly close: () => void } {
  const dynamodb = new DynamoDBClient(endpoints ? { ...LOCAL_CLIENT, endpoint: endpoints.dynamodb } : {});
  const s3 = new S3Client(endpoints ? { ...LOCAL_CLIENT, endpoint: endpoints.s3, forcePathStyle: true } : {});
  return {
    ledger: {
      ...dynamoLedger(dynamodb, names.ledgerTable),
      ...dynamoLedgerScan(dynamodb, names.ledgerTable),
    },
    ledgerNow: dynamoLedgerScan(dynamodb, names.ledgerTable, { consistent: true }),
    batches: dynamoBatches(dynamodb, names.batchesTable),
    records: s3Records(s3, names.recordsBucket),
    sealed: s3Records(s3, names.sealedBucket),
    close() {
      dynamodb.destroy();
      s3.destroy();
    },
  };
}
