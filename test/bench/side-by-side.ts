// Our way and the common way, on the same DynamoDB Local in the same run: the same claims, the same client, the same
// number of claims at work at once. The two take turns, A B A B, and each turn works on claims of its own. Ours pays
// for the register of claim numbers, which the common way does not need: its claim table is keyed by the number.

import { settleRecord } from '../../functions/settle/settle-record.ts';
import { takeNumbers } from '../../functions/split/claim-numbers.ts';
import { dynamoBatches } from '../../shared/batch/dynamodb/dynamo-batches.ts';
import { dynamoLedger } from '../../shared/ledger/dynamodb/dynamo-ledger.ts';
import type { SettleMessage } from '../../shared/queue/messages.ts';
import { settleDeps } from './capacity.ts';
import { createCommonTables, settleCommonWay } from './common-design.ts';
import { type Database, metered, type Usage } from './database.ts';
import { SENT_AT, workload } from './fixtures.ts';
import { median } from './measure.ts';
import { type Row, rowsOf } from './report.ts';

/** Messages at work at once: what one settle function with a batch of ten has, and a little more. */
const AT_ONCE = 16;
const NUMBERS_PER_LOOKUP = 100;

/** One way of settling, ready to be timed. */
interface Way {
  /** Settles messages, those of one member in order. */
  settle(messages: readonly SettleMessage[]): Promise<void>;
  readonly take: () => Usage;
  close(): void;
}

export async function sideBySide(database: Database, quick: boolean): Promise<Row[]> {
  const [turns, claims] = quick ? [3, 250] : [7, 600];
  const units = await unitsOf(database, quick);
  const ways = {
    ours: await ourWay(database, true),
    common: await commonWay(database, true),
    alone: await ourWay(database, true, false),
  };
  const speeds = { ours: [] as number[], common: [] as number[], alone: [] as number[] };
  for (let turn = -1; turn < turns; turn++) {
    // The turn before the first warms everything up. Who goes first changes.
    const work = workload({ seed: `turn-${turn}`, members: 150, claims });
    const order = ['ours', 'common', 'alone'] as const;
    for (const name of turn % 2 === 0 ? order : order.toReversed()) {
      await ways[name].settle(work.enrolments);
      const began = performance.now();
      await ways[name].settle(work.claims);
      const speed = (work.claims.length / (performance.now() - began)) * 1_000;
      if (turn >= 0) speeds[name].push(speed);
    }
  }
  for (const way of Object.values(ways)) way.close();
  const over = (of: readonly number[]) => of.map((speed, turn) => speed / (speeds.common[turn] as number));

  const row = rowsOf('side-by-side');
  const spread = (values: readonly number[], decimals = 0) =>
    `${turns} turns: ${Math.min(...values).toFixed(decimals)} to ${Math.max(...values).toFixed(decimals)}`;
  const each = (name: string, speed: readonly number[], { calls, reported, documented }: PerClaim) => [
    row(`${name}: settles`, median(speed), 'per s', { spread: spread(speed) }),
    row(`${name}: calls per claim`, calls, 'calls'),
    row(`${name}: write units per claim`, documented.write, 'WRU', {
      note: `the engine says ${reported.write.toFixed(2)}`,
    }),
    row(`${name}: read units per claim`, documented.read, 'RRU', {
      note: `the engine says ${reported.read.toFixed(2)}`,
    }),
  ];
  return [
    ...each('ours', speeds.ours, units.ours),
    row('ours, settle alone: settles', median(speeds.alone), 'per s', { spread: spread(speeds.alone) }),
    row('ours, settle alone: write units per claim', units.alone.documented.write, 'WRU', {
      note: 'without the register of claim numbers',
    }),
    ...each('common', speeds.common, units.common),
    row('ours over common: settles', median(over(speeds.ours)), 'x', {
      goal: { atLeast: 2 },
      spread: spread(over(speeds.ours), 2),
    }),
    row('ours, settle alone, over common: settles', median(over(speeds.alone)), 'x', {
      spread: spread(over(speeds.alone), 2),
    }),
    row('ours over common: write units', units.ours.documented.write / units.common.documented.write, 'x', {
      goal: { atMost: 0.5 },
      note: `settle alone ${(units.alone.documented.write / units.common.documented.write).toFixed(2)}; as the engine counts ${(units.ours.reported.write / units.common.reported.write).toFixed(2)}`,
    }),
    row('ours over common: price of the units', price(units.ours) / price(units.common), 'x', {
      note: `a write unit costs five read units; settle alone ${(price(units.alone) / price(units.common)).toFixed(2)}`,
    }),
  ];
}

type PerClaim = Pick<Usage, 'calls' | 'reported' | 'documented'>;
const price = ({ documented }: PerClaim): number => documented.write * 5 + documented.read;

/** Units are counted in runs of their own, so that asking for them does not slow the timed ones. */
async function unitsOf(
  database: Database,
  quick: boolean,
): Promise<Record<'ours' | 'alone' | 'common', PerClaim>> {
  const work = workload({ seed: 'units', members: 100, claims: quick ? 150 : 400 });
  const perClaim = async (opening: Promise<Way>): Promise<PerClaim> => {
    const way = await opening;
    await way.settle(work.enrolments);
    way.take();
    await way.settle(work.claims);
    const { calls, reported, documented } = way.take();
    way.close();
    const each = ({ write, read }: { write: number; read: number }) => ({
      write: write / work.claims.length,
      read: read / work.claims.length,
    });
    return { calls: calls / work.claims.length, reported: each(reported), documented: each(documented) };
  };
  return {
    ours: await perClaim(ourWay(database)),
    alone: await perClaim(ourWay(database, false, false)),
    common: await perClaim(commonWay(database)),
  };
}

async function ourWay(database: Database, calls = false, register = true): Promise<Way> {
  const names = await database.freshTables();
  const client = database.client();
  const take = metered(client, { calls });
  const ledger = dynamoLedger(client, names.ledgerTable);
  const batches = dynamoBatches(client, names.batchesTable);
  const deps = settleDeps(ledger);
  return {
    take,
    close: () => client.destroy(),
    async settle(messages) {
      const numbers = register ? messages.length : 0;
      for (let at = 0; at < numbers; at += NUMBERS_PER_LOOKUP) {
        await takeNumbers(messages.slice(at, at + NUMBERS_PER_LOOKUP), { batches, ledger });
      }
      await byMember(messages, (message) => settleRecord(message, SENT_AT, deps));
    },
  };
}

async function commonWay(database: Database, calls = false): Promise<Way> {
  const client = database.client();
  const take = metered(client, { calls });
  const tables = await createCommonTables(client);
  return {
    take,
    close: () => client.destroy(),
    settle: (messages) => byMember(messages, (message) => settleCommonWay(message, client, tables)),
  };
}

/** Members side by side, so many at once; one member's messages in order: as the queue's message groups give them. */
export async function byMember<M extends SettleMessage>(
  messages: readonly M[],
  settle: (message: M) => Promise<unknown>,
  atOnce = AT_ONCE,
): Promise<void> {
  const groups = [...Map.groupBy(messages, ({ stream }) => stream).values()];
  const worker = async () => {
    for (let group = groups.pop(); group !== undefined; group = groups.pop()) {
      for (const message of group) await settle(message);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
