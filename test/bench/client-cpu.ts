// What settling a claim costs this process, database calls and all, by the processor time of the whole process (the
// database runs in another one): over parsing the same messages with JSON.parse.

import { settleRecord } from '../../functions/settle/settle-record.ts';
import { dynamoLedger } from '../../shared/ledger/dynamodb/dynamo-ledger.ts';
import { settleMessage } from '../../shared/queue/messages.ts';
import { settleDeps } from './capacity.ts';
import type { Database } from './database.ts';
import { SENT_AT, workload } from './fixtures.ts';
import { median } from './measure.ts';
import { type Row, rowsOf } from './report.ts';
import { byMember } from './side-by-side.ts';

export async function clientCpu(database: Database, quick: boolean): Promise<Row[]> {
  const turns = quick ? 3 : 7;
  const names = await database.freshTables();
  const client = database.client();
  const ledger = dynamoLedger(client, names.ledgerTable);
  const samples = { parse: [] as number[], cold: [] as number[], warm: [] as number[] };
  for (let turn = -2; turn < turns; turn++) {
    for (const heads of ['cold', 'warm'] as const) {
      const { enrolments, claims } = workload({
        seed: `cpu-${heads}-${turn}`,
        members: 60,
        claims: 300,
        linesMax: 10,
      });
      const deps = settleDeps(ledger);
      await byMember(enrolments, (message) => settleRecord(message, SENT_AT, deps));
      const texts = new Map(claims.map((message) => [message, JSON.stringify(message)]));

      const settled = await processorTime(() =>
        byMember(claims, (message) => {
          const received = settleMessage.parse(JSON.parse(texts.get(message) as string));
          return settleRecord(received, SENT_AT, heads === 'cold' ? settleDeps(ledger) : deps);
        }),
      );
      let read = 0;
      const parsed = await processorTime(async () => {
        for (const text of texts.values()) read += Object.keys(JSON.parse(text) as object).length;
      });
      if (turn < 0 || read === 0) continue;
      samples[heads].push(settled / claims.length);
      samples.parse.push(parsed / claims.length);
    }
  }
  client.destroy();
  const row = rowsOf('client-cpu');
  const parse = median(samples.parse);
  return (['cold', 'warm'] as const).flatMap((heads) => {
    const micros = samples[heads];
    const spread = `${turns} turns: ${Math.min(...micros).toFixed(0)} to ${Math.max(...micros).toFixed(0)}`;
    return [
      row(
        `processor time per claim, ${heads} head (${heads === 'cold' ? 3 : 2} calls)`,
        median(micros),
        'us',
        { spread },
      ),
      row(
        `the same over JSON.parse, ${heads} head`,
        median(micros) / parse,
        'x',
        heads === 'warm' ? { goal: { atMost: 40 }, note: 'goal of the reliability notes, 15' } : {},
      ),
    ];
  });
}

/** Microseconds of processor time that the whole process takes for some work. */
async function processorTime(work: () => Promise<void>): Promise<number> {
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return user + system;
}
