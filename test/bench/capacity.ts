// What a claim costs of the database: calls, write units and read units, in `settle` and in the part of `split` that
// takes the claim numbers, by the real functions on DynamoDB Local. And how large entries are, over generated claims.

import type { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { settleRecord } from '../../functions/settle/settle-record.ts';
import { takeNumbers } from '../../functions/split/claim-numbers.ts';
import { dynamoBatches } from '../../shared/batch/dynamodb/dynamo-batches.ts';
import { headCache } from '../../shared/ledger/append.ts';
import { dynamoLedger } from '../../shared/ledger/dynamodb/dynamo-ledger.ts';
import type { Entry } from '../../shared/ledger/entry.ts';
import { memoryLedger } from '../../shared/ledger/memory/memory-ledger.ts';
import { type Database, type Item, itemBytes, metered, type Usage, valueBytes } from './database.ts';
import { type ClaimMessage, release, SENT_AT, type Workload, workload } from './fixtures.ts';
import { quantile } from './measure.ts';
import { type Row, rowsOf } from './report.ts';

/** One lookup of the register takes so many numbers, as in split-batch.ts. */
const NUMBERS_PER_LOOKUP = 100;

export const settleDeps = (ledger: ReturnType<typeof dynamoLedger>, heads = headCache()) => ({
  ledger,
  heads,
  release: async () => release,
  pause: async () => {},
});

export async function capacity(database: Database, quick: boolean): Promise<Row[]> {
  const work = workload({ seed: 'capacity', members: 150, claims: quick ? 300 : 1_000 });
  const [cold, warm] = [await run(database, work, 'cold'), await run(database, work, 'warm')];
  return [...callRows(cold, warm), ...unitRows(cold), ...(await sizeRows(quick))];
}

interface Measured {
  readonly settle: readonly {
    readonly message: ClaimMessage;
    readonly usage: Usage;
    readonly entry: Entry;
  }[];
  readonly register: Usage;
}

/** Settles a workload one claim after the other. Cold: no head is remembered; warm: the container wrote the last one. */
async function run(
  database: Database,
  { enrolments, claims }: Workload,
  heads: 'cold' | 'warm',
): Promise<Measured> {
  const names = await database.freshTables();
  const client = database.client();
  const take = metered(client);
  const ledger = dynamoLedger(client, names.ledgerTable);
  const warm = settleDeps(ledger);
  for (const message of enrolments) await settleRecord(message, SENT_AT, warm);
  take();

  const batches = dynamoBatches(client, names.batchesTable);
  for (let at = 0; at < claims.length; at += NUMBERS_PER_LOOKUP) {
    await takeNumbers(claims.slice(at, at + NUMBERS_PER_LOOKUP), { batches, ledger });
  }
  const register = take();

  const settle: Measured['settle'][number][] = [];
  for (const message of claims) {
    const { entry } = await settleRecord(message, SENT_AT, heads === 'cold' ? settleDeps(ledger) : warm);
    settle.push({ message, usage: take(), entry });
  }
  client.destroy();
  return { settle, register };
}

const isStay = ({ claim }: ClaimMessage): boolean =>
  claim.encounter === 'inpatient' || claim.encounter === 'day-surgery';
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function callRows(cold: Measured, warm: Measured): Row[] {
  const row = rowsOf('calls');
  const perClaim = ({ settle }: Measured) => mean(settle.map(({ usage }) => usage.calls));
  const split = cold.register.calls / cold.settle.length;
  return [
    row('SDK calls per claim in settle, cold head', perClaim(cold), 'calls', { goal: { atMost: 3 } }),
    row('SDK calls per claim in settle, warm head', perClaim(warm), 'calls', { goal: { atMost: 2 } }),
    row("split's share per claim", split, 'calls', {
      note: 'the register of claim numbers: 100 read, 25 written in a call',
    }),
    row('both, warm head', perClaim(warm) + split, 'calls', { goal: { atMost: 3 } }),
  ];
}

function unitRows({ settle, register }: Measured): Row[] {
  const row = rowsOf('units');
  const claims = settle.length;
  const written = register.documented.write / claims;
  const read = register.documented.read / claims;
  const kinds = [
    ['a visit or a pharmacy claim', settle.filter(({ message }) => !isStay(message))],
    ['an inpatient claim', settle.filter(({ message }) => isStay(message))],
  ] as const;
  return kinds.flatMap(([kind, some]) => {
    const units = (pick: (usage: Usage) => number) => some.map(({ usage }) => pick(usage));
    const writes = units(({ documented }) => documented.write);
    const middle = quantile(writes, 0.5);
    const spread = `mean ${mean(writes).toFixed(3)}, p99 ${quantile(writes, 0.99)}, most ${Math.max(...writes)}`;
    const reads = mean(units(({ documented }) => documented.read));
    const reported = mean(units((usage) => usage.reported.read));
    return [
      row(`write units of ${kind}, settle`, middle, 'WRU', { spread }),
      row(`write units of ${kind}, with its number in the register`, middle + written, 'WRU', {
        goal: { atMost: 4 },
        spread: `mean ${(mean(writes) + written).toFixed(3)}`,
      }),
      row(`read units of ${kind}, settle, cold head`, reads, 'RRU', {
        goal: { atMost: 2 },
        note: `the engine says ${reported.toFixed(2)}: it takes nothing for an empty answer`,
      }),
      row(`read units of ${kind}, settle, warm head`, reads - 1, 'RRU', { note: 'no head is read' }),
      row(`read units of ${kind}, with the look into the register, warm head`, reads - 1 + read, 'RRU', {
        goal: { atMost: 2 },
      }),
    ];
  });
}

/** Sizes over many generated claims, settled in memory: attribute names and values, as DynamoDB counts them. */
async function sizeRows(quick: boolean): Promise<Row[]> {
  const work = workload({ seed: 'sizes', members: quick ? 200 : 800, claims: quick ? 1_000 : 6_000 });
  const deps = { ...settleDeps(memoryLedger()) };
  for (const message of work.enrolments) await settleRecord(message, SENT_AT, deps);
  const sized: {
    readonly stay: boolean;
    readonly bytes: number;
    readonly item: Item;
    readonly body: string;
  }[] = [];
  for (const message of work.claims) {
    const { entry } = await settleRecord(message, SENT_AT, deps);
    const item = await itemOf(entry);
    sized.push({ stay: isStay(message), bytes: itemBytes(item), item, body: entry.text });
  }
  const row = rowsOf('size');
  return (['a visit or a pharmacy claim', 'an inpatient claim'] as const).flatMap((kind, at) => {
    const some = sized.filter(({ stay }) => stay === (at === 1));
    const bytes = some.map((each) => each.bytes);
    const over = bytes.filter((size) => size > 1_024).length / bytes.length;
    return [
      row(`entry of ${kind}`, quantile(bytes, 0.5), 'bytes', {
        goal: { atMost: 1_024 },
        spread: `p90 ${quantile(bytes, 0.9)}, p99 ${quantile(bytes, 0.99)}, most ${Math.max(...bytes)}`,
        note: `largest parts: ${largestParts(some)}`,
      }),
      row(`entries of ${kind} above 1 KB`, over * 100, '%', { note: 'two more units each' }),
    ];
  });
}

/** The item that the store would put. */
async function itemOf(entry: Entry): Promise<Item> {
  let item: Item | undefined;
  const send = async (command: PutItemCommand) => {
    item = command.input.Item as Item;
    return {};
  };
  await dynamoLedger({ send } as unknown as DynamoDBClient, 'none').append(entry);
  if (item === undefined) throw new Error('the store puts an item');
  return item;
}

/** Mean bytes of the attributes, and of the members of the body. */
function largestParts(some: readonly { readonly item: Item; readonly body: string }[]): string {
  const sums = new Map<string, number>();
  const add = (name: string, bytes: number) => sums.set(name, (sums.get(name) ?? 0) + bytes);
  for (const { item, body } of some) {
    for (const [name, value] of Object.entries(item)) {
      if (name !== 'body') add(name, Buffer.byteLength(name) + valueBytes(value));
    }
    for (const [name, value] of Object.entries(JSON.parse(body) as Record<string, unknown>)) {
      add(`body.${name}`, JSON.stringify(value).length + name.length + 4);
    }
  }
  return [...sums]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 8)
    .map(([name, bytes]) => `${name} ${Math.round(bytes / some.length)}`)
    .join(', ');
}
