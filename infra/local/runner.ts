// The whole product in one process: engines, the functions with the environment that the stack would give them, an
// event source for every queue, the sweep and the seal on their schedules, and the HTTP API. What was going on when the process
// ended is taken up again at the start: the queues are gone then, so every open batch is split once more.

import { createHash, randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { VariableName } from '../../functions/env.ts';
import type { Swept } from '../../functions/sweep/sweep-batches.ts';
import {
  DEV_AUDIENCE,
  DEV_ISSUER,
  type DevToken,
  devJwks,
  signDevToken,
} from '../../shared/http/dev-issuer.ts';
import {
  CLOSE_TIMEOUT_SECONDS,
  SETTLE_BATCH_SIZE,
  SETTLE_TIMEOUT_SECONDS,
  SPLIT_TIMEOUT_SECONDS,
} from '../../shared/queue/limits.ts';
import {
  CLEAR_AT,
  CLEAR_TIMEOUT_SECONDS,
  HTTP_TIMEOUT_SECONDS,
  SEAL_AT,
  SEAL_TIMEOUT_SECONDS,
  SWEEP_EVERY_MINUTES,
  SWEEP_TIMEOUT_SECONDS,
} from '../limits.ts';
import { createBuckets } from './create-buckets.ts';
import { createQueues, type Queues } from './create-queues.ts';
import { createTables, tableDefinitions } from './create-tables.ts';
import { DATA_DIR, type DataDir, openDataDir, Refused } from './data-dir.ts';
import { startEngineThread } from './engine-thread.ts';
import { type Engines, useEngines } from './engines.ts';
import { type EventSource, startEventSource } from './event-source.ts';
import { type LocalHttpServer, startHttpServer } from './http-server.ts';
import { invoke, type LambdaHandler, type LocalFunction } from './invoke.ts';
import { type LocalKeys, localKeys } from './keys.ts';
import { localNames, type Names } from './names.ts';
import { everyDay } from './nightly.ts';
import { removePhantoms } from './remove-phantoms.ts';
import { SAMPLE_AREA } from './sample/providers.ts';

export const DEFAULT_PORT = 8787;
/** What is at work when we stop may take so long; more is left to the sweep of the next start. */
const STOP_WITHIN_MS = 10_000;

export interface RunnerOptions {
  /** `.jiesuan` when left out. */
  readonly dataDir?: string;
  /** 8787 when left out; 0 for any free port. */
  readonly port?: number;
  /** Throw away what the data directory holds. */
  readonly fresh?: boolean;
  /** Home pooling area; that of the sample when left out. */
  readonly area?: string;
  /** More or other variables for the functions. */
  readonly env?: Readonly<Partial<Record<VariableName, string>>>;
  /** Another DynamoDB API instead of the embedded one. */
  readonly dynamodbEndpoint?: string;
  /** Run the bundles that are deployed (build/<name>/index.mjs, made by infra/bundle.ts), not the sources. */
  readonly bundled?: boolean;
  /** Told of what went wrong and is tried again. Its messages may quote anything: print names and codes only. */
  readonly onError?: (error: unknown) => void;
}

export interface Runner {
  readonly url: string;
  readonly port: number;
  readonly dir: DataDir;
  readonly keys: LocalKeys;
  readonly engines: Engines;
  readonly names: Names;
  readonly queues: Queues;
  readonly sources: Readonly<Record<'split' | 'settle' | 'close', EventSource>>;
  /** Signs a token of the development issuer, good for some minutes. */
  token(who: Pick<DevToken, 'role' | 'provider'>, minutes?: number): Promise<string>;
  /** Batches that were not complete when the last process ended, and go on now. */
  readonly resumed: number;
  /** Runs the sweep now. */
  sweep(event?: { readonly queuesLost?: boolean }): Promise<unknown>;
  /** Seals the day now, if it is not sealed; the schedule does so at 23:50 in China. */
  seal(): Promise<{ readonly day: string; readonly entries: number }>;
  /** Clears months that are over and writes the statements of the others, as every night at 01:30 in China. */
  clear(): Promise<unknown>;
  /** Takes no more requests and messages, finishes what is at work, closes the files. */
  stop(): Promise<void>;
}

/** Without its engines the process could only pretend to work; the next start takes everything up again. */
function enginesCrashed(error: Error): never {
  throw error;
}

/** What is running, so that a later failure, or stop(), can undo it in the opposite order. */
type Undo = () => Promise<void> | void;

/** Starts everything; resolves when the HTTP API answers. */
export async function startRunner(options: RunnerOptions = {}): Promise<Runner> {
  const undo: Undo[] = [];
  const stop = once(async () => {
    for (const step of undo.reverse()) await step();
  });
  try {
    return await assemble(options, undo, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(options: RunnerOptions, undo: Undo[], stop: () => Promise<void>): Promise<Runner> {
  const dir = openDataDir(options.dataDir ?? DATA_DIR, { fresh: options.fresh ?? false });
  undo.push(() => dir.release());
  const keys = await localKeys(dir.keys);
  const engines = await startEngineThread(
    {
      tableDir: dir.tables,
      objectDir: dir.objects,
      ...(options.dynamodbEndpoint === undefined ? {} : { dynamodbEndpoint: options.dynamodbEndpoint }),
    },
    enginesCrashed,
  );
  undo.push(() => engines.stop());

  useEngines(engines); // Before the first client is made.
  const names = namesIn(dir, options.dynamodbEndpoint);
  checkShapes(dir, names);
  const { sqs, queues } = await prepare(engines, names, undo);
  Object.assign(process.env, functionEnv(options, names, queues, keys), options.env);
  const functions = await loadFunctions(options.bundled ?? false);

  const sources = startSources({ sqs, queues, functions, region: engines.region, options });
  undo.push(() => atMost(STOP_WITHIN_MS, Promise.all(Object.values(sources).map((source) => source.stop()))));
  const sweep = (event: { readonly queuesLost?: boolean } = {}) => invoke(functions.sweep, event);
  const { splitAgain: resumed } = (await sweep({ queuesLost: true })) as Swept;
  const timer = setInterval(
    () => void sweep().catch((error: unknown) => options.onError?.(error)),
    SWEEP_EVERY_MINUTES * 60_000,
  );
  undo.push(() => clearInterval(timer));

  const http = await startHttpServer({
    port: options.port ?? DEFAULT_PORT,
    functions,
    ...(options.onError === undefined ? {} : { onError: options.onError }),
  });
  undo.push(() => http.stop());
  const seal = () => invoke(functions.seal, {}) as ReturnType<Runner['seal']>;
  const clear = () => invoke(functions.clear, {});
  for (const nightly of [
    everyDay(SEAL_AT, seal, (error) => options.onError?.(error)),
    everyDay(CLEAR_AT, clear, (error) => options.onError?.(error)),
  ])
    undo.push(() => nightly.stop());
  return runnerOf({ resumed, dir, keys, engines, names, queues, sources, http, sweep, seal, clear, stop });
}

/** Names of tables; those in somebody else's DynamoDB are this data directory's own, since that one outlives it. */
function namesIn(dir: DataDir, dynamodbEndpoint: string | undefined): Names {
  if (dynamodbEndpoint === undefined) return localNames();
  const { prefix } = (dir.readNote('names') as { prefix: string } | undefined) ?? {
    prefix: `jiesuan-${randomUUID()}`,
  };
  dir.writeNote('names', { prefix });
  return localNames(prefix);
}

/** A table cannot be given other keys or local indexes later: data of another version is refused, never half used. */
function checkShapes(dir: DataDir, names: Names): void {
  const shape = createHash('sha256')
    .update(JSON.stringify(tableDefinitions(names)))
    .digest('hex');
  const note = dir.readNote('tables') as { shape: string } | undefined;
  if (note !== undefined && note.shape !== shape) {
    throw new Refused(
      '数据目录中的表结构属于另一版本。加 --fresh 重新开始(清空本地数据)。\n' +
        'The tables in the data directory are those of another version. Start over with --fresh (it empties the local data).',
    );
  }
  dir.writeNote('tables', { shape });
}

async function prepare(engines: Engines, names: Names, undo: Undo[]) {
  const dynamodb = new DynamoDBClient({});
  const s3 = new S3Client({ forcePathStyle: true });
  // A long poll is silent for 20 seconds; only what is silent for longer is lost.
  const sqs = new SQSClient({
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
  });
  undo.push(() => sqs.destroy());
  await Promise.all([createTables(dynamodb, names), createBuckets(s3, names)]);
  await removePhantoms(dynamodb, names);
  dynamodb.destroy();
  s3.destroy();
  return { sqs, queues: await createQueues(sqs, names) };
}

/** Exactly the variables of functions/env.ts. */
function functionEnv(
  { area = SAMPLE_AREA }: RunnerOptions,
  names: Names,
  queues: Queues,
  keys: LocalKeys,
): Record<VariableName, string> {
  return {
    JIESUAN_STAGE: 'local',
    JIESUAN_AREA: area,
    LEDGER_TABLE: names.ledgerTable,
    BATCHES_TABLE: names.batchesTable,
    RECORDS_BUCKET: names.recordsBucket,
    SEALED_BUCKET: names.sealedBucket,
    UPLOADS_BUCKET: names.uploadsBucket,
    SPLIT_QUEUE_URL: queues.split.url,
    SETTLE_QUEUE_URL: queues.settle.url,
    CLOSE_QUEUE_URL: queues.close.url,
    EVENT_BUS: '',
    PSEUDONYM_KEY: keys.pseudonym,
    AUTH_MODE: 'jwt',
    AUTH_ISSUER: DEV_ISSUER,
    AUTH_AUDIENCE: DEV_AUDIENCE,
    AUTH_JWKS: devJwks(keys.issuer),
    LATE_AFTER_MINUTES: '60',
    QUOTE_VALID_MINUTES: '30',
  };
}

type Functions = Readonly<
  Record<'intake' | 'results' | 'split' | 'settle' | 'close' | 'sweep' | 'seal' | 'clear', LocalFunction>
>;

let coldStarts = 0;

/**
 * Imports the handlers that are deployed. They read the environment when they are loaded, so this comes after it is
 * set, and a second runner in the same process (a test of restarts) loads them anew: the query makes another module.
 */
async function loadFunctions(bundled: boolean): Promise<Functions> {
  // Quiet at the terminal: no line per invocation, no metrics; warnings and errors stay.
  process.env['POWERTOOLS_LOG_LEVEL'] ??= 'WARN';
  process.env['POWERTOOLS_METRICS_DISABLED'] ??= 'true';
  const again = coldStarts++ === 0 ? '' : `?start=${coldStarts}`;
  const load = async (name: keyof Functions, timeoutSeconds: number): Promise<LocalFunction> => {
    const file = bundled ? `build/${name}/index.mjs` : `functions/${name}/handler.ts`;
    const { href } = new URL(`../../${file}${again}`, import.meta.url);
    const { handler } = (await import(/* @vite-ignore */ href)) as { handler: LambdaHandler };
    return { name: `jiesuan-local-${name}`, handler, timeoutSeconds };
  };
  const [intake, results, split, settle, close, sweep, seal, clear] = await Promise.all([
    load('intake', HTTP_TIMEOUT_SECONDS),
    load('results', HTTP_TIMEOUT_SECONDS),
    load('split', SPLIT_TIMEOUT_SECONDS),
    load('settle', SETTLE_TIMEOUT_SECONDS),
    load('close', CLOSE_TIMEOUT_SECONDS),
    load('sweep', SWEEP_TIMEOUT_SECONDS),
    load('seal', SEAL_TIMEOUT_SECONDS),
    load('clear', CLEAR_TIMEOUT_SECONDS),
  ]);
  return { intake, results, split, settle, close, sweep, seal, clear };
}

/** Batch sizes as in the stack; fewer at once, since one process does all the work. */
function startSources(parts: {
  readonly sqs: SQSClient;
  readonly queues: Queues;
  readonly functions: Functions;
  readonly region: string;
  readonly options: RunnerOptions;
}): Runner['sources'] {
  const { sqs, queues, functions, region, options } = parts;
  const source = (name: 'split' | 'settle' | 'close', batchSize: number, maximumConcurrency: number) =>
    startEventSource({
      client: sqs,
      queue: queues[name],
      region,
      fn: functions[name],
      batchSize,
      maximumConcurrency,
      ...(options.onError === undefined ? {} : { onError: options.onError }),
    });
  return {
    split: source('split', 1, 2),
    settle: source('settle', SETTLE_BATCH_SIZE, 6),
    close: source('close', 1, 2),
  };
}

function runnerOf(
  parts: Omit<Runner, 'url' | 'port' | 'token'> & { readonly http: LocalHttpServer },
): Runner {
  const { http, ...rest } = parts;
  return {
    ...rest,
    url: http.url,
    port: http.port,
    token: (who, minutes = 15) =>
      signDevToken(parts.keys.issuer, { ...who, exp: Math.floor(Date.now() / 1_000) + minutes * 60 }),
  };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, enough]);
  clearTimeout(timer);
}
