// The append protocol against a real DynamoDB API, with everything going wrong at once: every record delivered three
// times, many workers on one stream, each with heads of its own, and answers to puts destroyed after the put was
// applied. Exactly one entry per record must come of it. The same with a planted mistake must be found out: a test
// that cannot fail shows nothing. dynalite in `npm test`; DynamoDB Local by `npm run test:dynamodb-local`.

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chance } from '../../../infra/local/sample/chance.ts';
import { type AppendRequest, append, headCache } from '../../../shared/ledger/append.ts';
import { entryHash, genesis } from '../../../shared/ledger/codec.ts';
import { dynamoLedger } from '../../../shared/ledger/dynamodb/dynamo-ledger.ts';
import type { Entry } from '../../../shared/ledger/entry.ts';
import type { LedgerStore } from '../../../shared/ledger/port.ts';
import { startEngines, type TestEngines } from '../../support/engines.ts';
import { aRequest } from '../../support/entries.ts';
import { losingAnswers } from '../../support/losing-answers.ts';

const CLAIMS_PER_STREAM = 12;
const DELIVERIES = 3;
const WORKERS = 24;
const LOST_BASIS_POINTS = 1_500;
/** A delivery that failed comes back so often at most. */
const RECEIVES_MAX = 60;

let engines: TestEngines;
beforeAll(async () => {
  engines = await startEngines();
});
afterAll(async () => {
  await engines.stop();
});

/** What a worker does differently when a mistake is planted. */
interface Mistake {
  /** The client it works with. */
  readonly client?: (client: DynamoDBClient) => void;
  /** The store it works with, for one record. */
  readonly store?: (ledger: LedgerStore, request: AppendRequest) => LedgerStore;
  /** Whether it remembers heads; yes when left out. */
  readonly remembersHeads?: false;
}

interface Race {
  readonly streams: readonly (readonly Entry[])[];
  readonly answersLost: number;
  /** Answers that named another entry than the record's own. */
  readonly wrongAnswers: number;
}

async function race(name: string, streamCount: number, mistake: Mistake = {}): Promise<Race> {
  const roll = chance(`race/${name}`);
  const requests = Array.from({ length: streamCount * CLAIMS_PER_STREAM }, (_, index) => {
    const stream = `130300#${name.slice(0, 12).padEnd(12, 'x')}${String(index % streamCount).padStart(10, '0')}`;
    return aRequest({ stream, claimKey: `H0001/C${index}`, batchIndex: index, billed: 100 + index });
  });
  // Deliveries of one record come close together, in no order; a stream's records overlap.
  const deliveries = requests
    .flatMap((request, index) =>
      Array.from({ length: DELIVERIES }, () => ({
        request,
        receives: 0,
        due: Math.floor(index / streamCount) * 100 + roll.below(150),
      })),
    )
    .sort((a, b) => a.due - b.due);
  const answers = new Map<string, Set<string>>();
  let answersLost = 0;

  const worker = async (_: unknown, at: number) => {
    // Half of the clients try again by themselves, as the SDK does; the others give up, and the queue brings it back.
    const client = losingAnswers(engines, at % 2 === 0 ? 3 : 1, () => {
      const lost = roll.happens(LOST_BASIS_POINTS);
      if (lost) answersLost++;
      return lost;
    });
    mistake.client?.(client);
    const ledger = dynamoLedger(client, engines.names.ledgerTable);
    const remembered = headCache();
    for (let next = deliveries.shift(); next !== undefined; next = deliveries.shift()) {
      const { request } = next;
      const heads = mistake.remembersHeads === false ? headCache() : remembered;
      const store = mistake.store?.(ledger, request) ?? ledger;
      try {
        const { entry } = await append(request, {
          ledger: store,
          heads,
          pause: (move) => sleep(roll.between(1, 4 * move)),
        });
        const known = answers.get(request.claimKey) ?? new Set();
        answers.set(request.claimKey, known.add(entry.hash));
      } catch {
        if (++next.receives < RECEIVES_MAX) deliveries.push(next);
      }
    }
    client.destroy();
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));

  const ledger = dynamoLedger(engines.dynamodb, engines.names.ledgerTable);
  const streams: (readonly Entry[])[] = [];
  for (const stream of new Set(requests.map((request) => request.stream))) {
    streams.push((await ledger.stream(stream, 1, 1_000)).items);
  }
  const wrongAnswers = [...answers.values()].filter((hashes) => hashes.size !== 1).length;
  return { streams, answersLost, wrongAnswers };
}

const sleep = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));

/** Everything that is wrong with the streams: gaps, broken chains, wrong sums, records twice or never. */
function violations({ streams, wrongAnswers }: Race): string[] {
  const found: string[] =
    wrongAnswers === 0 ? [] : [`${wrongAnswers} records were answered with different entries`];
  for (const entries of streams) {
    const keys = new Set(entries.map(({ place }) => place.claimKey));
    if (entries.length > keys.size) found.push(`${entries.length - keys.size} duplicates`);
    if (keys.size < CLAIMS_PER_STREAM) found.push(`${CLAIMS_PER_STREAM - keys.size} records missing`);
    let prev = genesis(entries[0]?.place.stream ?? '');
    let pooled = 0;
    for (const [at, { place, body, text, hash }] of entries.entries()) {
      if (place.seq !== at + 1) found.push(`gap before ${place.seq}`);
      if (place.prev !== prev) found.push(`chain broken at ${place.seq}`);
      if (entryHash(place, text) !== hash) found.push(`hash wrong at ${place.seq}`);
      if (body.kind !== 'settlement') found.push(`${body.kind} at ${place.seq}`);
      else pooled += body.amounts.funds.pooled ?? 0;
      if (body.position.years['2026']?.['pooled'] !== pooled) found.push(`accumulator wrong at ${place.seq}`);
      prev = hash;
    }
  }
  return found;
}

describe('the append protocol under redelivery, racing workers and lost answers', () => {
  it('settles 360 records delivered 1,080 times exactly 360 times', async () => {
    const done = await race('right', 30);
    expect(violations(done)).toEqual([]);
    expect(done.streams.flat()).toHaveLength(360);
    expect(done.answersLost).toBeGreaterThan(20);
  }, 60_000);

  describe('is found out with a planted mistake:', () => {
    it('the duplicate query before the head', async () => {
      const done = await race('dup-first', 8, { store: duplicateQueryFirst, remembersHeads: false });
      expect(violations(done)).toContainEqual(expect.stringMatching(/duplicates/));
    }, 60_000);

    it('no condition on the put', async () => {
      const done = await race('no-condition', 8, { client: withoutConditions });
      expect(violations(done)).toContainEqual(expect.stringMatching(/missing/));
    }, 60_000);

    it('"the condition failed" taken for "it is done"', async () => {
      const done = await race('ccf-is-done', 8, { store: failedConditionIsDone });
      expect(violations(done)).toContainEqual(expect.stringMatching(/missing/));
    }, 60_000);
  });
});

// ---- the planted mistakes; only here

/** Looks for duplicates first and reads the head afterwards: what is written in between is seen by neither. */
function duplicateQueryFirst(ledger: LedgerStore, { stream, claimKey }: AppendRequest): LedgerStore {
  let earlier: readonly Entry[] = [];
  return {
    ...ledger,
    async head(of) {
      earlier = await ledger.byClaim(stream, claimKey);
      return ledger.head(of);
    },
    byClaim: async () => earlier,
  };
}

/** Puts over whatever stands there. */
function withoutConditions(client: DynamoDBClient): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const { ConditionExpression: _, ...input } = args.input as { ConditionExpression?: string };
      return next({ ...args, input });
    },
    { step: 'initialize', name: 'no-conditions' },
  );
}

/** Believes that a failed condition always means an earlier write of its own. */
const failedConditionIsDone = (ledger: LedgerStore): LedgerStore => ({
  ...ledger,
  async append(entry) {
    await ledger.append(entry);
    return { outcome: 'appended' };
  },
});
