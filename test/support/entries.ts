// Entries for tests: plausible, and different enough from each other to notice a mix-up.

import type { AppendRequest } from '../../shared/ledger/append.ts';
import { genesis, seal } from '../../shared/ledger/codec.ts';
import type { Entry, EntryBody, EntryPlace } from '../../shared/ledger/entry.ts';
import { EMPTY_POSITION, type Position } from '../../shared/ledger/position.ts';
import { type Fen, fen } from '../../shared/money/fen.ts';
import { localDate } from '../../shared/time/dates.ts';

export const STREAM = '130300#AAAAAAAAAAAAAAAAAAAAAA';

export const place = (over: Partial<EntryPlace> = {}): EntryPlace => ({
  stream: STREAM,
  seq: 1,
  claimKey: 'H0001/C1',
  batchId: 'H0001.B1',
  batchIndex: 0,
  shard: 0,
  prev: genesis(over.stream ?? STREAM),
  ...over,
});

/** A settlement of a pharmacy claim: everything from the pooled fund but what `cash` says, counted in `pooled`. */
export function settlementBody(
  before: Position,
  billed: number,
  cash: number,
  content = 'c'.repeat(22),
): EntryBody {
  const pooled = fen(billed - cash);
  const was = before.years['2026']?.['pooled'] ?? 0;
  const counters: Record<string, number> = pooled === 0 ? {} : { pooled };
  return {
    kind: 'settlement',
    at: 1_790_000_000_000,
    content,
    version: 1,
    release: 'releaseAAAAAAAAA',
    servedOn: localDate('2026-09-01'),
    benefitYear: '2026',
    scheme: '310',
    benefit: 'pharmacy',
    amounts: {
      billed: fen(billed),
      selfPaid: 0 as Fen,
      overLimit: 0 as Fen,
      firstPay: 0 as Fen,
      inScope: fen(billed),
      deductible: 0 as Fen,
      funds: pooled === 0 ? {} : { pooled },
      account: 0 as Fen,
      cash: fen(cash),
      hospital: 0 as Fen,
    },
    header: {
      claimNo: 'C1',
      providerId: 'H0001',
      encounter: 'pharmacy',
      servedOn: localDate('2026-09-01'),
      billedFen: fen(billed),
    },
    basis: { selfPaid: 0 as Fen, overLimit: 0 as Fen, firstPay: 0 as Fen, inScope: fen(billed) },
    effects: { counters: pooled === 0 ? {} : { '2026': counters } },
    position: {
      ...before,
      years:
        pooled === 0
          ? before.years
          : { ...before.years, '2026': { ...before.years['2026'], pooled: was + pooled } },
    },
  };
}

/** A denial that leaves the position as it is. */
export const denialBody = (before: Position, content = 'c'.repeat(22)): EntryBody => ({
  kind: 'denial',
  at: 1_790_000_000_000,
  content,
  release: 'releaseAAAAAAAAA',
  servedOn: localDate('2026-09-01'),
  billed: fen(1_000),
  denial: { code: 'not-covered-on-service-date' },
  header: {
    claimNo: 'C1',
    providerId: 'H0001',
    encounter: 'pharmacy',
    servedOn: localDate('2026-09-01'),
    billedFen: fen(1_000),
  },
  position: before,
});

export const anEntry = (over: Partial<EntryPlace> = {}, billed = 1_000): Entry =>
  seal(place(over), settlementBody(EMPTY_POSITION, billed, 0));

/** A request that settles `billed` fen from the pooled fund. */
export const aRequest = (over: Partial<AppendRequest> & { readonly billed?: number } = {}): AppendRequest => {
  const content = over.content ?? 'c'.repeat(22);
  return {
    stream: STREAM,
    claimKey: 'H0001/C1',
    batchId: 'H0001.B1',
    batchIndex: 0,
    shard: 0,
    content,
    at: 1_790_000_000_000,
    numberHeldElsewhere: false,
    decide: (position, version) =>
      ({ ...settlementBody(position, over.billed ?? 1_000, 0, content), version }) as EntryBody,
    ...over,
  };
};
