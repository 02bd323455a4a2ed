// Whether a member's thousandth claim costs what the first did. The old stream is grown first, untimed; then first
// claims of new members and further claims of the old one take turns. Heads are cold: the stream is really read.

import { settleRecord } from '../../functions/settle/settle-record.ts';
import { dynamoLedger } from '../../shared/ledger/dynamodb/dynamo-ledger.ts';
import { settleDeps } from './capacity.ts';
import { type Database, metered } from './database.ts';
import { type ClaimMessage, SENT_AT, workload } from './fixtures.ts';
import { median } from './measure.ts';
import { type Row, rowsOf } from './report.ts';

const CLAIMS_BEFORE = 999;

export async function growth(database: Database, quick: boolean): Promise<Row[]> {
  const turns = quick ? 60 : 200;
  const names = await database.freshTables();
  const client = database.client();
  const take = metered(client);
  const ledger = dynamoLedger(client, names.ledgerTable);
  const warm = settleDeps(ledger);
  const { enrolments, claims } = workload({
    seed: 'growth',
    members: turns + 1,
    claims: 40 + turns,
    linesMax: 5,
  });
  for (const message of enrolments) await settleRecord(message, SENT_AT, warm);

  // One ordinary claim, under another number and on another member each time: only the stream differs.
  const pattern = claims.find(({ claim }) => claim.encounter === 'pharmacy') as ClaimMessage;
  const streams = [...new Set(enrolments.map(({ stream }) => stream))];
  const [old, ...fresh] = streams as [string, ...string[]];
  let numbers = 0;
  const claimOf = (stream: string): ClaimMessage => {
    const claimNo = `G${++numbers}`;
    return {
      ...pattern,
      stream,
      batchIndex: numbers,
      claimKey: `${pattern.claim.providerId}/${claimNo}`,
      claim: { ...pattern.claim, claimNo },
    };
  };
  for (let grown = 0; grown < CLAIMS_BEFORE; grown++) await settleRecord(claimOf(old), SENT_AT, warm);
  take();

  const measured = { first: [] as Sample[], thousandth: [] as Sample[] };
  for (let turn = -20; turn < turns; turn++) {
    const order = turn % 2 === 0 ? (['first', 'thousandth'] as const) : (['thousandth', 'first'] as const);
    for (const which of order) {
      const message = claimOf(which === 'first' ? (fresh[Math.max(turn, 0)] as string) : old);
      const began = performance.now();
      await settleRecord(message, SENT_AT, settleDeps(ledger));
      const milliseconds = performance.now() - began;
      const { documented } = take();
      if (turn >= 0) measured[which].push({ milliseconds, units: documented.write * 5 + documented.read });
    }
  }
  client.destroy();

  const row = rowsOf('growth');
  const of = (samples: readonly Sample[], pick: keyof Sample) =>
    median(samples.map((sample) => sample[pick]));
  const times = (which: 'first' | 'thousandth') => of(measured[which], 'milliseconds');
  return [
    row("a member's first claim", times('first'), 'ms'),
    row("the same member's claims from the 1,000th on", times('thousandth'), 'ms'),
    row('time of the 1,000th over the first', times('thousandth') / times('first'), 'x', {
      goal: { atMost: 1.2 },
      note: `medians of ${turns}, in turns`,
    }),
    row(
      'units of the 1,000th over the first',
      of(measured.thousandth, 'units') / of(measured.first, 'units'),
      'x',
      { goal: { atMost: 1 } },
    ),
  ];
}

interface Sample {
  readonly milliseconds: number;
  readonly units: number;
}
