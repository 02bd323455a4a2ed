// Two verifiers in two languages see the same: on a clean ledger, on a spoiled one, and in the sums.

import { beforeAll, describe, expect, it } from 'vitest';
import { chance } from '../../../infra/local/sample/chance.ts';
import { countIn, NO_TOTALS } from '../../../shared/batch/totals.ts';
import { decodeBody } from '../../../shared/ledger/codec.ts';
import type { StoredEntry } from '../../../shared/ledger/port.ts';
import { disagreements, verifyWithSql } from '../../../shared/reconciliation/sql-verifier.ts';
import { verifyStream } from '../../../shared/reconciliation/verify-stream.ts';
import { type Chains, makeChains } from '../../support/chains.ts';

let chains: Chains;
beforeAll(async () => {
  chains = await makeChains('sql', 12, 25);
});

const anchorsOf = () =>
  [...chains.streams].map(([stream, rows]) => ({
    stream,
    seq: rows.at(-1)!.place.seq,
    hash: rows.at(-1)!.hash,
  }));

/** What the first verifier finds of the second one's share. */
async function first(table: ReadonlyMap<string, readonly StoredEntry[]>) {
  const found = [];
  for (const { stream, seq, hash } of anchorsOf()) {
    const rows = table.get(stream);
    if (!rows || rows.length === 0) found.push({ stream, seq: 1, code: 'anchor-missing' });
    else
      found.push(
        ...(await verifyStream(stream, rows, {
          releaseOf: chains.release,
          anchors: [{ seq, hash }],
          replay: false,
        })),
      );
  }
  return sorted(found.filter(({ code }) => SHARED.has(code)));
}
const SHARED = new Set([
  'sequence-gap',
  'sequence-repeated',
  'chain-broken',
  'hash-wrong',
  'head-behind-anchor',
  'anchor-differs',
  'anchor-missing',
]);
const sorted = (found: readonly { stream: string; seq: number; code: string }[]): string[] =>
  found.map(({ stream, seq, code }) => `${stream} ${seq} ${code}`).sort();

describe('the verifier in SQL', () => {
  it('finds nothing on a clean ledger, and adds up to the same fen', async () => {
    const rows = [...chains.streams.values()].flat();
    const { findings, totals } = await verifyWithSql(rows, anchorsOf());
    expect(findings).toEqual([]);
    const own = rows.reduce(
      (sum, { place, text }) => countIn(sum, decodeBody(text, place.claimKey)),
      NO_TOTALS,
    );
    expect(totals).toEqual({
      entries: rows.length,
      streams: chains.streams.size,
      settled: own.settled,
      billed: own.billed,
      account: own.account,
      cash: own.cash,
    });
    expect(totals.billed).toBeGreaterThan(0);
  });

  it('agrees with the first on whatever was spoiled', async () => {
    const roll = chance('sql tampering');
    for (let n = 0; n < 36; n++) {
      const table = new Map([...chains.streams].map(([stream, rows]) => [stream, [...rows]]));
      const stream = roll.of([...table.keys()]);
      const rows = table.get(stream)!;
      const at = roll.below(rows.length);
      const row = rows[at]!;
      switch (n % 6) {
        case 0:
          rows[at] = { ...row, text: row.text.replace('"at":1', '"at":2') };
          break;
        case 1:
          rows.splice(at, 1);
          break;
        case 2:
          rows.splice(at);
          break;
        case 3:
          rows[at] = { ...row, hash: row.hash.toLowerCase() };
          break;
        case 4:
          rows.push({ ...row, place: { ...row.place, seq: rows.length + 1 } });
          break;
        default:
          table.delete(stream);
      }
      const { findings } = await verifyWithSql([...table.values()].flat(), anchorsOf());
      const both = await first(table);
      expect(sorted(findings), `case ${n}`).toEqual(both);
      expect(both.length).toBeGreaterThan(0);
    }
  });

  it('is heard where the first says something else, and where it sees less', async () => {
    const rows = [...chains.streams.values()].flat();
    const [stream] = chains.streams.keys() as IterableIterator<string>;
    const clean = { findings: [], entries: rows.length, streams: chains.streams.size };
    const second = await verifyWithSql(rows, anchorsOf());
    expect(disagreements(clean, second)).toEqual([]);
    // Of what only the first looks for, nothing is expected of the second.
    const replay = { stream: stream!, seq: 3, code: 'replay-differs' as const, detail: '' };
    expect(disagreements({ ...clean, findings: [replay] }, second)).toEqual([]);

    const gone = await verifyWithSql(rows.slice(0, -1), anchorsOf());
    expect(disagreements(clean, gone).map(({ detail }) => detail)).toEqual([
      'head-behind-anchor, SQL only',
      'SQL counts fewer entries',
    ]);
    const wrong = { stream: stream!, seq: 3, code: 'hash-wrong' as const, detail: '' };
    expect(disagreements({ ...clean, findings: [wrong] }, second)).toEqual([
      { stream, seq: 3, code: 'verifiers-disagree', detail: 'hash-wrong, the first only' },
    ]);
    // More entries by now is no disagreement: somebody was settled in between.
    expect(disagreements({ ...clean, entries: rows.length - 1 }, second)).toEqual([]);
  });
});
