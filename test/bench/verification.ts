// What verifying an entry costs the processor: a ledger of generated claims, settled by the real settleRecord in
// memory, gone through by verifyPart as a thread of `jiesuan verify` does, but for reading it from a database. Processor
// time of this thread, since a rate per core is asked for and others may be using the machine.

import { settleRecord } from '../../functions/settle/settle-record.ts';
import { headCache } from '../../shared/ledger/append.ts';
import { memoryLedger } from '../../shared/ledger/memory/memory-ledger.ts';
import type { StoredEntry } from '../../shared/ledger/port.ts';
import { verifyPart } from '../../shared/reconciliation/verify-part.ts';
import type { Release } from '../../shared/reference/release.ts';
import { makeChains } from '../support/chains.ts';
import { release, SENT_AT, workload } from './fixtures.ts';
import { quantile } from './measure.ts';
import { type Row, rowsOf } from './report.ts';

interface Books {
  readonly streams: ReadonlyMap<string, readonly StoredEntry[]>;
  readonly releaseOf: (id: string) => Release;
}

export async function verification(quick: boolean): Promise<Row[]> {
  const row = rowsOf('verification');
  const rounds = quick ? 8 : 24;
  const ordinary = await measure(await sampleBooks(quick), rounds);
  const { streams, release: releaseOf } = await makeChains('bench', quick ? 80 : 300, 25);
  const corrected = await measure({ streams, releaseOf }, rounds);
  const perSecond = (micros: number) => Math.round(1e6 / micros);
  const spread = (micros: readonly number[]) =>
    `best ${perSecond(Math.min(...micros))}, worst tenth ${perSecond(quantile(micros, 0.9))}`;
  const { parse, chain, replay } = ordinary;
  return [
    row('JSON.parse of the stored texts', quantile(parse, 0.5), 'us', {
      note: `${ordinary.entries} entries, ${ordinary.bytes} bytes each, ${rounds} rounds`,
    }),
    row('without replay', perSecond(quantile(chain, 0.5)), 'entries/s and core', {
      spread: spread(chain),
      note: 'hash, chain, sequence, identities, fold, totals, counts of batches',
    }),
    row('quick replay', perSecond(quantile(replay, 0.5)), 'entries/s and core', {
      spread: spread(replay),
      goal: { atLeast: 80_000 },
      note: 'all of that, and every entry decided again',
    }),
    row('quick replay over JSON.parse', ratioOf(replay, parse), 'x'),
    row(
      'quick replay, corrections of every kind',
      perSecond(quantile(corrected.replay, 0.5)),
      'entries/s and core',
      {
        spread: spread(corrected.replay),
        note: 'the chains of the tampering tests: three areas, reversals, refunds, late claims',
      },
    ),
    row('the same over JSON.parse', ratioOf(corrected.replay, corrected.parse), 'x'),
  ];
}

/** Median of the ratios within a round. */
const ratioOf = (of: readonly number[], to: readonly number[]): number =>
  quantile(
    of.map((micros, round) => micros / to[round]!),
    0.5,
  );

/** Members, their enrolments and credits, and some years' worth of claims. */
async function sampleBooks(quick: boolean): Promise<Books> {
  const ledger = memoryLedger();
  const deps = { ledger, heads: headCache(), release: async () => release, pause: async () => {} };
  const { enrolments, claims } = workload({
    seed: 'verification',
    members: quick ? 300 : 1_000,
    claims: quick ? 3_600 : 12_000,
  });
  for (const message of [...enrolments, ...claims]) await settleRecord(message, SENT_AT, deps);
  return { streams: ledger.streams, releaseOf: () => release };
}

/** Microseconds of processor time per entry, round by round: parsing the texts, all but replay, everything. */
async function measure({ streams, releaseOf }: Books, rounds: number) {
  const rows = [...streams.values()].flat();
  const ledger = {
    async *scan() {
      for (const own of streams.values()) yield* own;
    },
    stream: () => Promise.reject(new Error('a ledger of the bench has nothing to find')),
  };
  const verified = async (replay: boolean): Promise<void> => {
    const { findings } = await verifyPart([0], 1, { ledger, releaseOf, replayed: () => replay });
    if (findings.length > 0) throw new Error(`the ledger of the bench does not hold: ${findings[0]?.code}`);
  };
  let sink = 0;
  const works: (() => Promise<void> | void)[] = [
    () => {
      for (const { text } of rows) sink += (JSON.parse(text) as { at: number }).at;
    },
    () => verified(false),
    () => verified(true),
  ];
  const times = works.map((): number[] => []);
  for (let round = -4; round < rounds; round++) {
    for (const [at, work] of works.entries()) {
      const before = process.threadCpuUsage();
      await work();
      const { user, system } = process.threadCpuUsage(before);
      if (round >= 0) times[at]?.push((user + system) / rows.length);
    }
  }
  if (sink === 0) throw new Error('nothing was measured');
  const [parse = [], chain = [], replay = []] = times;
  const bytes = Math.round(rows.reduce((sum, { text }) => sum + text.length, 0) / rows.length);
  return { parse, chain, replay, entries: rows.length, bytes };
}
