// The AWS services that the product needs, inside this process: dynalite speaks DynamoDB, fauxqs speaks SQS and S3.
// Tables and objects rest on disk; queues live in memory and are filled again at start from what is unfinished.
// Everything listens on the loopback interface only.

import { existsSync, mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import { findPackageJSON } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import dynalite from 'dynalite';
import { type BuildAppOptions, buildApp } from 'fauxqs';
import { mendObjects, type ObjectFiles, writeAtomically } from './object-files.ts';
import { refuseAsS3Would } from './object-rules.ts';

export const LOOPBACK = '127.0.0.1';
/** Region that the local installation says it is in. */
export const LOCAL_REGION = 'cn-north-1';

export interface EngineOptions {
  /** Directory of tables and objects; everything stays in memory when left out (objects in `objectDir` at least). */
  readonly tableDir?: string;
  readonly objectDir: string;
  /** Another DynamoDB API instead of dynalite, for example DynamoDB Local: its address. */
  readonly dynamodbEndpoint?: string;
  readonly region?: string;
}

export interface Engines {
  readonly endpoints: { readonly dynamodb: string; readonly sqs: string; readonly s3: string };
  readonly region: string;
  /** What the SDK has to find in the environment to talk to these engines and to nothing else. */
  readonly env: Readonly<Record<string, string>>;
  /** Ports that this process listens on, in no order. */
  readonly ports: readonly number[];
  /** Stops listening, drops open connections and closes the files. Calling it again does nothing. */
  stop(): Promise<void>;
}

/**
 * Points every client made from now on in this process at the engines. All other AWS_* variables are taken away first:
 * a profile would hide our credentials, and some would send the requests to AWS after all.
 */
export function useEngines({ env }: Pick<Engines, 'env'>): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, env);
}

/** Starts the engines on free ports of the loopback interface. */
export async function startEngines(options: EngineOptions): Promise<Engines> {
  const region = options.region ?? LOCAL_REGION;
  const tables = options.dynamodbEndpoint === undefined ? await startTables(options.tableDir) : undefined;
  let queues: Awaited<ReturnType<typeof startQueuesAndObjects>>;
  try {
    queues = await startQueuesAndObjects(options.objectDir, region);
  } catch (error) {
    await tables?.stop();
    throw error;
  }
  const dynamodb = options.dynamodbEndpoint ?? `http://${LOOPBACK}:${tables?.port}`;
  const shared = `http://${LOOPBACK}:${queues.port}`;
  let stopping: Promise<void> | undefined;
  return {
    endpoints: { dynamodb, sqs: shared, s3: shared },
    region,
    env: {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
      AWS_ENDPOINT_URL_SQS: shared,
      AWS_ENDPOINT_URL_S3: shared,
      // Never ask the instance metadata service, never read the profile of whoever starts us.
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    },
    ports: [...(tables === undefined ? [] : [tables.port]), queues.port],
    stop() {
      stopping ??= Promise.all([queues.stop(), tables?.stop()]).then(() => undefined);
      return stopping;
    },
  };
}

async function startTables(path: string | undefined): Promise<{ port: number; stop(): Promise<void> }> {
  if (path !== undefined) mkdirSync(path, { recursive: true });
  const server = dynalite({ createTableMs: 0, ...(path === undefined ? {} : { path }) });
  outliveAbortedRequests(server);
  server.keepAliveTimeout = 60_000; // Longer than any client keeps a connection idle, so none meets a closed one.
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, LOOPBACK, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
      });
      server.closeIdleConnections();
      const dropped = setTimeout(() => server.closeAllConnections(), 1_000);
      await closed;
      clearTimeout(dropped);
    },
  };
}

/**
 * dynalite throws whatever error a request stream emits, which would end the process when a client hangs up before
 * its answer (an SDK time-out does). A request nobody waits for is nothing to die of.
 */
function outliveAbortedRequests(server: Server): void {
  const [handle] = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    handle?.call(server, request, response);
    request.removeAllListeners('error');
    request.on('error', () => {});
    response.on('error', () => {});
  });
}

/** What we touch of fauxqs' object store. */
interface S3Store {
  readonly buckets: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
  persistence?: unknown;
}

type Stores = NonNullable<BuildAppOptions['stores']>;

/**
 * `startFauxqs` always listens on every interface. Its parts do not: we build the same application from them and
 * listen where we want. They are not exported, so they are imported by file; package.json pins the version.
 */
async function startQueuesAndObjects(
  objectDir: string,
  region: string,
): Promise<{ port: number; stop(): Promise<void> }> {
  const part = (path: string) => {
    const packageFile = findPackageJSON('fauxqs', import.meta.url);
    if (packageFile === undefined) throw new Error('fauxqs is not installed: run npm ci');
    const file = join(packageFile, '..', 'dist', path);
    if (!existsSync(file))
      throw new Error(`fauxqs has another layout than the pinned version: ${path} is missing`);
    return import(pathToFileURL(file).href) as Promise<Record<string, new (...args: unknown[]) => unknown>>;
  };
  const make = async <T>(path: string, name: string, ...args: unknown[]): Promise<T> => {
    const Part = (await part(path))[name];
    if (Part === undefined)
      throw new Error(`fauxqs has another layout than the pinned version: ${name} is missing`);
    return new Part(...args) as T;
  };

  mkdirSync(objectDir, { recursive: true });
  mendObjects(objectDir);
  const files = await make<ObjectFiles & { loadS3(store: unknown): void }>(
    's3/fileS3Persistence.js',
    'FileS3Persistence',
    objectDir,
  );
  writeAtomically(files, objectDir);
  const s3Store = await make<S3Store>('s3/s3Store.js', 'S3Store');
  files.loadS3(s3Store); // Before the store knows where to save, as fauxqs itself does.
  s3Store.persistence = files;
  // Without a host of its own a queue's address is the one it was asked under: 127.0.0.1 and our port. The default,
  // sqs.<region>.localhost, is a name that not every system resolves.
  const sqsStore = await make<{ host?: string | undefined; region?: string }>('sqs/sqsStore.js', 'SqsStore');
  sqsStore.host = undefined;
  sqsStore.region = region;
  const snsStore = await make<unknown>('sns/snsStore.js', 'SnsStore');

  const app = buildApp({
    logger: false,
    defaultRegion: region,
    stores: { sqsStore, snsStore, s3Store } as unknown as Stores,
  });
  takeLargeUploads(app);
  refuseAsS3Would(app, (bucket, key) => s3Store.buckets.get(bucket)?.has(key) ?? false);
  await app.listen({ port: 0, host: LOOPBACK });
  const { port } = app.server.address() as AddressInfo;
  return { port, stop: () => app.close() };
}

/** Largest single upload to the local object store. fauxqs itself stops at 11 MiB; a pre-signed batch may be larger. */
const UPLOAD_BYTES_MAX = 1024 * 1024 * 1024;

function takeLargeUploads(app: ReturnType<typeof buildApp>): void {
  // The parser for "any other type" is the one that S3 bodies come through; the same again, with our limit.
  app.removeContentTypeParser('*');
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: UPLOAD_BYTES_MAX }, (_request, body, done) =>
    done(null, body),
  );
}
