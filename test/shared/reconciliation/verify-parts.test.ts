// The ledger in one part or in many, sent between threads or not, comes to the same findings and sums; and the heads of
// a seal are found in their file whatever their number.

import { beforeAll, describe, expect, it } from 'vitest';
import { chance } from '../../../infra/local/sample/chance.ts';
import { sealDay } from '../../../functions/seal/seal-day.ts';
import { memoryBatches } from '../../../shared/batch/memory/memory-batches.ts';
import { unseal } from '../../../shared/ledger/codec.ts';
import type { StoredEntry } from '../../../shared/ledger/port.ts';
import { addSealedTotals, ControlTotals } from '../../../shared/reconciliation/control-totals.ts';
import { headLine } from '../../../shared/reconciliation/day-seal.ts';
import { readAnchor } from '../../../shared/reconciliation/read-anchors.ts';
import { BatchRecount } from '../../../shared/reconciliation/recount-batches.ts';
import { SealedHeads } from '../../../shared/reconciliation/sealed-heads.ts';
import { conclude, verifyLedger } from '../../../shared/reconciliation/verify-ledger.ts';
import { verifyPart } from '../../../shared/reconciliation/verify-part.ts';
import { readEntries } from '../../../shared/reconciliation/verify-stream.ts';
import { memoryRecords } from '../../../shared/records/memory/memory-records.ts';
import { type Chains, makeChains } from '../../support/chains.ts';

const NOW = Date.parse('2026-09-03T04:00:00Z');
const DAY = '2026-09-03';
let chains: Chains;
const [batches, records, sealed] = [memoryBatches(), memoryRecords(), memoryRecords()];

beforeAll(async () => {
  chains = await makeChains('parts', 20, 16);
  let salts = 0;
  await sealDay({
    ledger: chains.ledger,
    batches,
    records,
    sealed,
    now: () => NOW,
    salt: () => `salt${salts++}`,
    segments: 3,
  });
});

/** A ledger with seven things wrong, and entries that came after the seal left alone. */
function spoiled() {
  const table = new Map(
    [...chains.streams].map(([stream, rows]): [string, StoredEntry[]] => [stream, [...rows]]),
  );
  const names = [...table.keys()];
  const rows = (n: number): StoredEntry[] => table.get(names[n]!)!;
  rows(1).splice(4, 1);
  rows(3).splice(-2);
  table.delete(names[5]!);
  rows(7)[6] = { ...rows(7)[6]!, text: '{"kind":' };
  rows(9)[2] = { ...rows(9)[2]!, hash: rows(9)[1]!.hash };
  [rows(11)[3], rows(11)[4]] = [rows(11)[4]!, rows(11)[3]!];
  rows(13).push(rows(13)[0]!);
  return {
    async *scan(segment: number, segments: number) {
      let n = 0;
      for (const each of table.values()) if (n++ % segments === segment) yield* each;
    },
    stream: async (stream: string) => ({
      items: (table.get(stream) ?? []).map(({ place, text, hash }) => unseal(place, text, hash)),
    }),
  };
}

describe('verification in parts', () => {
  const options = async () => ({
    batches,
    records,
    releaseOf: chains.release,
    anchor: await readAnchor(sealed, DAY),
    completedBefore: NOW,
  });

  it.each([1, 2, 3, 7])('finds the same in %i parts as in one', async (parts) => {
    const [whole, ledger] = [
      await verifyLedger({ ...(await options()), ledger: spoiled(), segments: 1 }),
      spoiled(),
    ];
    const found = new Set(whole.findings.map(({ code }) => code));
    for (const code of [
      'sequence-gap',
      'head-behind-anchor',
      'anchor-missing',
      'text-unreadable',
      'hash-wrong',
      'chain-broken',
      'sequence-repeated',
      'count-differs',
      'batch-count-differs',
    ])
      expect(found, code).toContain(code);

    const deps = await options();
    const made = await Promise.all(
      Array.from({ length: parts }, async (_, part) => {
        // As another thread would have it: memory shared, everything else copied.
        const heads = new SealedHeads(deps.anchor!.heads.shared);
        const segments = [2 * part, 2 * part + 1];
        return structuredClone(
          await verifyPart(segments, 2 * parts, { ledger, releaseOf: deps.releaseOf, heads }),
        );
      }),
    );
    expect(await conclude(made, deps)).toEqual(whole);
  });

  it('decides a stream again only where it is asked to, and checks the rest of every one', async () => {
    const { totals, findings } = await verifyLedger({
      ...(await options()),
      ledger: spoiled(),
      segments: 2,
      replayed: () => false,
    });
    expect(findings.some(({ code }) => code === 'replay-differs')).toBe(false);
    expect(findings.some(({ code }) => code === 'chain-broken')).toBe(true);
    expect(totals.streams).toBe(19);
  });
});

describe('control totals', () => {
  it('of parts add up to those of the whole, the sum of hashes past 2^256', () => {
    const whole = new ControlTotals();
    const parts = [...chains.streams.values()].map((rows) => {
      const part = new ControlTotals();
      const read = readEntries(rows);
      part.addStream(rows, read);
      whole.addStream(rows, read);
      return part.view();
    });
    const hashes = [...chains.streams.values()]
      .flat()
      .map(({ hash }) => BigInt(`0x${Buffer.from(hash, 'base64url').toString('hex')}`));
    const sum = hashes.reduce((a, b) => a + b, 0n);
    expect(sum > 2n ** 256n).toBe(true);
    expect(whole.view().hashTotal).toBe((sum % 2n ** 256n).toString(16).padStart(64, '0'));
    expect(parts.reduce(addSealedTotals)).toEqual(whole.view());
  });
});

describe('the recount of batches', () => {
  it('is the same when the entries of a batch were met in several parts', () => {
    const all = [...chains.streams.values()].flatMap((rows) => {
      const read = readEntries(rows);
      return rows.map(({ place }, at) => [{ ...place, batchId: `B${place.seq % 3}` }, read[at]] as const);
    });
    const [whole, merged, parts] = [
      new BatchRecount(),
      new BatchRecount(),
      [0, 1, 2].map(() => new BatchRecount()),
    ];
    for (const [at, [place, entry]] of all.entries()) {
      whole.add(place, entry);
      parts[at % parts.length]!.add(place, entry);
    }
    for (const part of parts) merged.addAll(part.all());
    // Room behind the last index is no count.
    const counts = (recount: BatchRecount) =>
      [...recount.all()]
        .map(([id, { seen, ...rest }]) => ({ id, ...rest, seen: [...seen].join('').replace(/0+$/, '') }))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(counts(merged)).toEqual(counts(whole));
    expect(counts(whole).reduce((sum, { entries }) => sum + entries, 0)).toBe(all.length);
  });
});

describe('sealed heads', () => {
  const roll = chance('heads');
  it.each([0, 1, 2, 3, 1_000])('finds each of %i in its file, and nothing else', (count) => {
    const name = () =>
      `1303${roll.between(10, 99)}#${Buffer.from(String(roll.below(1_000_000))).toString('base64url')}`;
    const names = [...new Set(Array.from({ length: count }, name))].sort();
    const head = (stream: string, at: number) => ({
      stream,
      seq: at + 1,
      head: 'h',
      entries: 'e',
      salt: 's',
    });
    const heads = SealedHeads.of(Buffer.from(names.map((each, at) => headLine(head(each, at))).join('')));
    expect(heads.size).toBe(names.length);
    for (const [at, each] of names.entries()) expect(heads.meet(each)).toEqual(head(each, at));
    expect([...heads.missing()]).toEqual([]);
    for (const each of names) {
      expect(heads.indexOf(each.slice(0, -1))).toBe(names.indexOf(each.slice(0, -1)));
      expect(heads.indexOf(`${each}x`)).toBe(names.indexOf(`${each}x`));
    }
    expect(heads.indexOf('')).toBe(-1);
  });

  it('tells which were never met, and refuses a file that was cut', () => {
    const lines = ['a', 'b', 'c'].map((stream) =>
      headLine({ stream, seq: 1, head: 'h', entries: 'e', salt: 's' }),
    );
    const heads = SealedHeads.of(Buffer.from(lines.join('')));
    heads.meet('b');
    expect([...heads.missing()].map(({ stream }) => stream)).toEqual(['a', 'c']);
    expect(() => SealedHeads.of(Buffer.from(lines.join('').slice(0, -3)))).toThrow();
    expect(() => SealedHeads.of(Buffer.from('[1]\n'))).toThrow();
  });
});
