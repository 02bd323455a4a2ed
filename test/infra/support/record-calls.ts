// Preloaded into a process that runs the bundles: writes down every call to AWS that a bundle makes, as IAM would name
// it: "settle dynamodb:Query Ledger/index/byClaim". Who calls is read from the stack: each bundle has its own SDK.
// Usage: node --import record-calls.ts, with JIESUAN_TEST_CALLS naming the file.

import { appendFileSync } from 'node:fs';
import { ClientRequest } from 'node:http';

const file = process.env['JIESUAN_TEST_CALLS'];
const seen = new Set<string>();
Error.stackTraceLimit = 60;

/** Local names of things, as the stack calls them. */
const RESOURCE: Readonly<Record<string, string>> = {
  'jiesuan-ledger': 'Ledger',
  'jiesuan-batches': 'Batches',
  'jiesuan-records': 'Records',
  'jiesuan-sealed': 'Sealed',
  'jiesuan-uploads': 'Uploads',
  'jiesuan-split.fifo': 'splitqueue',
  'jiesuan-settle.fifo': 'settlequeue',
  'jiesuan-close': 'closequeue',
};
/** On a DynamoDB that several installations share, each has names of its own: "jiesuan-<id>-ledger". */
const named = (name: string): string => RESOURCE[name.replace(/^jiesuan-[0-9a-f-]{36}-/, 'jiesuan-')] ?? name;

function note(action: string, resource: string): void {
  const caller = /build\/(\w+)\/index\.mjs/.exec(new Error().stack ?? '')?.[1];
  const line = `${caller} ${action} ${resource}`;
  if (file === undefined || caller === undefined || seen.has(line)) return;
  seen.add(line);
  appendFileSync(file, `${line}\n`);
}

/** What a request asks for, as action and resource. */
function noteRequest(
  method: string,
  path: string,
  header: (name: string) => string | undefined,
  body: unknown,
): void {
  const [service, operation] = header('x-amz-target')?.split('.') ?? [];
  if (service === undefined)
    return noteObject(method, new URL(path, 'http://s3'), header('x-amz-copy-source'));
  const text =
    body instanceof Uint8Array ? new TextDecoder().decode(body) : typeof body === 'string' ? body : '{}';
  const asked = JSON.parse(text) as {
    TableName?: string;
    IndexName?: string;
    RequestItems?: Record<string, unknown>;
    QueueUrl?: string;
  };
  if (service === 'AmazonSQS') {
    // A batch of messages is sent under the same right.
    return note(
      `sqs:${operation?.replace('SendMessageBatch', 'SendMessage')}`,
      named(asked.QueueUrl?.split('/').pop() ?? ''),
    );
  }
  const tables = asked.TableName === undefined ? Object.keys(asked.RequestItems ?? {}) : [asked.TableName];
  for (const table of tables) {
    note(
      `dynamodb:${operation}`,
      asked.IndexName ? `${named(table)}/index/${asked.IndexName}` : named(table),
    );
  }
}

function noteObject(method: string, url: URL, copySource: string | undefined): void {
  const [, bucket = '', ...key] = url.pathname.split('/');
  if (key.join('') === '') return note('s3:ListBucket', named(bucket));
  const object = `${named(bucket)}/${key.join('/')}`;
  if (copySource !== undefined) {
    const [from = '', ...rest] = decodeURIComponent(copySource).replace(/^\//, '').split('/');
    note('s3:GetObject', `${named(from)}/${rest.join('/')}`);
  }
  // A long object is put part by part, under the right to put.
  note(
    method === 'GET' || method === 'HEAD'
      ? 's3:GetObject'
      : method === 'DELETE'
        ? 's3:AbortMultipartUpload'
        : 's3:PutObject',
    object,
  );
}

// oxlint-disable-next-line typescript/unbound-method -- called with its request below
const end = ClientRequest.prototype.end;
ClientRequest.prototype.end = function (this: ClientRequest, ...args: unknown[]) {
  noteRequest(this.method, this.path, (name) => this.getHeader(name)?.toString(), args[0]);
  return Reflect.apply(end, this, args) as ClientRequest;
} as typeof end;

const fetched = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const url = input instanceof URL ? input : new URL(input instanceof Request ? input.url : input);
  if (url.host === new URL(process.env['AWS_ENDPOINT_URL_S3'] ?? 'http://none').host)
    noteObject(init?.method ?? 'GET', url, undefined);
  return fetched(input, init);
};
