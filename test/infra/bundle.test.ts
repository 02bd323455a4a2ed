// Is what is deployed whole, small and able to start? The bundles are made with the stack's own options and run
// outside this repository, as Lambda would run them.

import { isBuiltin } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleFunction } from '../../infra/bundle.ts';
import { FUNCTIONS, type FunctionName } from '../../infra/stages.ts';
import { runBundle } from './support/run-bundle.ts';

/** Cold start: the goal of the design. */
const SETTLE_BYTES_MAX = 500 * 1024;

const ENV = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 'b',
  // Nobody listens there: a bundle that calls AWS in these tests fails fast.
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  JIESUAN_STAGE: 'test',
  JIESUAN_AREA: '130300',
  LEDGER_TABLE: 'ledger',
  BATCHES_TABLE: 'batches',
  RECORDS_BUCKET: 'records',
  SEALED_BUCKET: 'sealed',
  UPLOADS_BUCKET: 'uploads',
  SPLIT_QUEUE_URL: 'http://127.0.0.1:9/1/split.fifo',
  SETTLE_QUEUE_URL: 'http://127.0.0.1:9/1/settle.fifo',
  CLOSE_QUEUE_URL: 'http://127.0.0.1:9/1/close',
  EVENT_BUS: '',
  PSEUDONYM_KEY: 'a key of the tests, at least thirty-two bytes long',
  AUTH_MODE: 'iam',
  AUTH_ISSUER: '',
  AUTH_AUDIENCE: 'jiesuan',
  AUTH_JWKS: '',
} as const;

const bundles = {} as Record<FunctionName, Bundle>;
beforeAll(() => {
  for (const name of FUNCTIONS) bundles[name] = bundleFunction(name);
});

describe('a bundle', () => {
  it(`of settle has at most ${SETTLE_BYTES_MAX / 1024} KB`, () => {
    expect(bundles.settle.bytes).toBeLessThanOrEqual(SETTLE_BYTES_MAX);
  });

  it.each(FUNCTIONS)('of %s brings everything but Node itself, and nothing of the tools', (name) => {
    const { inputs, outputs } = bundles[name].metafile;
    const outside = Object.values(outputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external),
    );
    expect(outside.map(({ path }) => path).filter((path) => !isBuiltin(path))).toEqual([]);
    const strange = Object.keys(inputs).filter((path) =>
      /^(test|infra\/(?!credentials-of-lambda))|aws-cdk|dynalite|fauxqs|esbuild/.test(path),
    );
    expect(strange).toEqual([]);
  });
});

const http = (method: string, path: string) => ({
  version: '2.0',
  routeKey: `${method} ${path}`,
  rawPath: path,
  rawQueryString: '',
  headers: { 'content-type': 'application/json' },
  requestContext: {
    http: { method, path, sourceIp: '127.0.0.1' },
    requestId: 'r-1',
    accountId: '1',
    timeEpoch: Date.now(),
  },
  body: '{}',
  isBase64Encoded: false,
});
const record = (messageId: string, group: string, body: string) => ({
  messageId,
  receiptHandle: messageId,
  body,
  attributes: { MessageGroupId: group, SentTimestamp: '1760000000000', ApproximateReceiveCount: '1' },
  messageAttributes: {},
});

describe('run outside this repository', () => {
  it('results answers /health and states its contract', () => {
    expect(runBundle(bundles.results, http('GET', '/health'), ENV)).toMatchObject({ statusCode: 200 });
    const contract = runBundle(bundles.results, http('GET', '/openapi.json'), ENV) as {
      statusCode: number;
      body: string;
    };
    expect(contract.statusCode).toBe(200);
    expect(JSON.parse(contract.body)).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) });
  });

  it('intake refuses a batch from nobody', () => {
    expect(runBundle(bundles.intake, http('POST', '/v1/batches'), ENV)).toMatchObject({ statusCode: 401 });
  });

  it.each(['split', 'settle', 'close'] as const)(
    '%s gives back a message it cannot read, by its id',
    (name) => {
      const answer = runBundle(bundles[name], { Records: [record('m-1', 'g', '{"not":"ours"}')] }, ENV);
      expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
    },
  );

  it.each(['sweep', 'seal', 'clear'] as const)(
    '%s starts, and says so when its table is out of reach',
    (name) => {
      expect(() => runBundle(bundles[name], {}, ENV)).toThrow(/ECONNREFUSED/);
    },
  );

  it('a missing variable stops the start, by name', () => {
    const { LEDGER_TABLE: _missing, ...others } = ENV;
    expect(() => runBundle(bundles.settle, { Records: [] }, others)).toThrow(/LEDGER_TABLE/);
  });
});
