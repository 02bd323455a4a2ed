// The simulator itself: it repeats, finds nothing in the product, finds every planted bug, and shrinks what it finds.
// Here in a few seconds; `npm run simulate` goes on for as long as one likes.

import { describe, expect, it } from 'vitest';
import { enumerate } from './enumerate.ts';
import { PRODUCT } from './parts.ts';
import { PLANTED } from './planted/table.ts';
import { settleWith } from './planted/wrong-append.ts';
import { runSeed } from './run.ts';
import { shrink } from './shrink.ts';
import { work } from './work.ts';

const SEEDS = 100;
/** Bugs that may take more seeds than this are looked for by `npm run simulate`, in every CI run. */
const PLANTED_SEEDS = 200;
/** The whole enumeration is `npm run simulate -- --enumerate`. */
const KINDS = ['lost', 'crash-after', 'paused'] as const;

describe('the simulator', () => {
  it('does the same again for the same seed, and something else for another', async () => {
    for (const seed of [3, 12, 31, 48, 77]) {
      const [first, again, other] = [await runSeed(seed), await runSeed(seed), await runSeed(seed + 1)];
      expect([again.hash, again.steps]).toEqual([first.hash, first.steps]);
      expect(other.hash).not.toBe(first.hash);
    }
  });

  it(`finds nothing in the product in ${SEEDS} seeds`, { timeout: 60_000 }, async () => {
    const tally = await work({ kind: 'seeds', from: 1, to: SEEDS });
    expect(tally.findings).toEqual([]);
    expect(tally.entries).toBeGreaterThan(SEEDS * 20);
    for (const kind of [
      'settlement',
      'denial',
      'pend',
      'repeat',
      'conflict',
      'enrolment',
      'account-credit',
      'reversal',
      'refusal',
      'settlement by review',
      'denial by review',
      'refund of lines',
      'quote kept',
      'quote not kept',
    ])
      expect(tally.kinds[kind], kind).toBeGreaterThan(SEEDS / 10);
  });

  it('finds nothing when any single call of a small scenario loses its answer, kills its process or holds it up', {
    timeout: 60_000,
  }, async () => {
    const { findings, singles, points } = await enumerate({ kinds: KINDS });
    expect(findings).toEqual([]);
    expect(points).toBeGreaterThan(100);
    expect(singles).toBeGreaterThan(points * (KINDS.length - 1)); // Split is never held up past its time-out.
  });

  it('makes a failure small, and the small one still fails', { timeout: 60_000 }, async () => {
    const bug = PLANTED.find(({ name }) => name === 'taken-is-done');
    const parts = bug?.parts() ?? PRODUCT;
    const failed = await runSeed(2, { parts });
    const small = await shrink(failed, parts);
    expect(small.run.finding?.promise).toBe(failed.finding?.promise);
    expect(small.run.records).toBeLessThan(failed.records);
    expect(small.faults.length).toBeLessThan(failed.met.length);
    expect(small.run.trace.length).toBeGreaterThan(0);
  });
});

describe('planted bugs', () => {
  it('the copy of the append protocol in which they are planted is right by itself', {
    timeout: 60_000,
  }, async () => {
    for (let seed = 1; seed <= 30; seed++) {
      const { finding } = await runSeed(seed, { parts: { ...PRODUCT, settleRecord: settleWith({}) } });
      expect(finding).toBeUndefined();
    }
  });

  it.each(PLANTED.filter(({ seedsMax }) => seedsMax <= PLANTED_SEEDS))(
    '$name: $what',
    { timeout: 60_000 },
    async ({ name, seedsMax }) => {
      const { findings } = await work({
        kind: 'seeds',
        from: 1,
        to: seedsMax,
        planted: name,
        stopAtFirst: true,
      });
      expect(findings).toHaveLength(1);
    },
  );
});
