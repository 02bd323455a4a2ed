// The append protocol: once, in order, with the right position, whatever is delivered twice or answered never.

import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../../shared/assert.ts';
import {
  append,
  headCache,
  heldAlready,
  holderOf,
  LedgerMoved,
  versionsOf,
} from '../../../shared/ledger/append.ts';
import { entryHash, genesis } from '../../../shared/ledger/codec.ts';
import type { Entry, EntryBody } from '../../../shared/ledger/entry.ts';
import type { Position } from '../../../shared/ledger/position.ts';
import { memoryLedger } from '../../../shared/ledger/memory/memory-ledger.ts';
import type { LedgerStore } from '../../../shared/ledger/port.ts';
import { localDate } from '../../../shared/time/dates.ts';
import { aRequest, denialBody, settlementBody, STREAM } from '../../support/entries.ts';

const open = (ledger: LedgerStore = memoryLedger()) => ({
  ledger,
  heads: headCache(),
  pause: async () => {},
});
const all = async (ledger: LedgerStore) => (await ledger.stream(STREAM, 1, 1_000)).items;

describe('append', () => {
  it('starts a stream at 1, and chains every entry to the one before', async () => {
    const deps = open();
    for (const n of [0, 1, 2]) await append(aRequest({ claimKey: `H0001/C${n}`, batchIndex: n }), deps);
    const entries = await all(deps.ledger);
    expect(entries.map(({ place }) => place.seq)).toEqual([1, 2, 3]);
    expect(entries.map(({ place }) => place.prev)).toEqual([
      genesis(STREAM),
      entries[0]?.hash,
      entries[1]?.hash,
    ]);
    for (const { place, text, hash } of entries) expect(entryHash(place, text)).toBe(hash);
    expect(entries[2]?.body.position.years['2026']).toEqual({ pooled: 3_000 });
  });

  it('answers a redelivered record with what is recorded, and writes nothing', async () => {
    const deps = open();
    const first = await append(aRequest(), deps);
    const again = await append(aRequest(), { ...deps, heads: headCache() });
    expect(again).toEqual({ outcome: 'answered', entry: first.entry });
    expect(await all(deps.ledger)).toHaveLength(1);
  });

  it('enters the same claim of another batch as a repeat that points to the settlement and moves no money', async () => {
    const deps = open();
    await append(aRequest(), deps);
    const { entry } = await append(aRequest({ batchId: 'H0001.B2' }), deps);
    expect(entry.body).toMatchObject({ kind: 'repeat', of: 1 });
    expect(entry.body.position.years['2026']).toEqual({ pooled: 1_000 });
  });

  it('enters the same number with other content as a conflict, and overwrites nothing', async () => {
    const deps = open();
    await append(aRequest(), deps);
    const { entry } = await append(
      aRequest({ batchId: 'H0001.B2', content: 'd'.repeat(22), billed: 5 }),
      deps,
    );
    expect(entry.body).toMatchObject({ kind: 'conflict', code: 'other-content', with: 1 });
    expect((await all(deps.ledger))[0]?.body).toMatchObject({
      kind: 'settlement',
      amounts: { billed: 1_000 },
    });
  });

  it("enters a number that another member's stream holds as a conflict, whatever this stream says", async () => {
    const deps = open();
    const { entry } = await append(aRequest({ numberHeldElsewhere: true }), deps);
    expect(entry.body).toMatchObject({ kind: 'conflict', code: 'number-held-by-another-member' });
  });

  it('decides a denied claim afresh when it is posted again, corrected or not', async () => {
    const deps = open();
    await append(aRequest({ decide: (position) => denialBody(position) }), deps);
    const corrected = await append(aRequest({ batchId: 'H0001.B2', content: 'd'.repeat(22) }), deps);
    expect(corrected.entry.body).toMatchObject({ kind: 'settlement', version: 1 });
    const third = await append(aRequest({ batchId: 'H0001.B3', content: 'd'.repeat(22) }), deps);
    expect(third.entry.body.kind).toBe('repeat');
  });

  it('finds its own earlier write when the answer was lost, and does not write again', async () => {
    const ledger = memoryLedger();
    let lost = false;
    const losesTheFirstAnswer: LedgerStore = {
      ...ledger,
      async append(entry: Entry) {
        const result = await ledger.append(entry);
        if (!lost) {
          lost = true;
          await ledger.append(entry); // What an SDK retry does after a lost answer.
          return { outcome: 'taken' };
        }
        return result;
      },
    };
    const { outcome } = await append(aRequest(), open(losesTheFirstAnswer));
    expect(outcome).toBe('appended');
    expect(await all(ledger)).toHaveLength(1);
  });

  it('decides again on the new position when another writer came first', async () => {
    const ledger = memoryLedger();
    const deps = open(ledger);
    await append(aRequest(), deps);
    // A second container, whose head is stale.
    await append(aRequest({ claimKey: 'H0001/C2', batchIndex: 1 }), open(ledger));
    const late = await append(aRequest({ claimKey: 'H0001/C3', batchIndex: 2 }), deps);
    expect(late).toMatchObject({ outcome: 'appended', moves: 1 });
    expect(late.entry.place.seq).toBe(3);
    expect(late.entry.body.position.years['2026']).toEqual({ pooled: 3_000 });
  });

  it('gives up after five moves, having written nothing', async () => {
    const ledger = memoryLedger();
    const neverFirst: LedgerStore = {
      ...ledger,
      append: async () => ({ outcome: 'taken' }),
    };
    let pauses = 0;
    await expect(
      append(aRequest(), { ...open(neverFirst), pause: async () => void pauses++ }),
    ).rejects.toThrow(LedgerMoved);
    expect(pauses).toBe(4);
    expect(await all(ledger)).toHaveLength(0);
  });

  it.each([
    [
      'a bill whose parts do not add up',
      (body: EntryBody) =>
        body.kind === 'settlement' ? { ...body, amounts: { ...body.amounts, cash: 1 } } : body,
    ],
    [
      'a position that is not before plus this entry',
      (body: EntryBody) => ({ ...body, position: { years: { '2026': { pooled: 7 } } } }),
    ],
    [
      'a counter that moves without an effect',
      (body: EntryBody) => ({ ...body, position: { years: { '2026': { pooled: 1_000, stays: 1 } } } }),
    ],
    [
      'a payment from an account that has nothing',
      (body: EntryBody) =>
        body.kind === 'settlement'
          ? {
              ...body,
              amounts: { ...body.amounts, funds: {}, account: 1_000 },
              effects: { counters: {} },
              position: { years: {} },
            }
          : body,
    ],
  ])('writes nothing when an invariant is broken: %s', async (_what, broken) => {
    const deps = open();
    const decide = (position: Position) => broken(settlementBody(position, 1_000, 0)) as EntryBody;
    await expect(append(aRequest({ decide }), deps)).rejects.toThrow(InvariantError);
    expect(await all(deps.ledger)).toHaveLength(0);
  });
});

describe('what holds a number', () => {
  const of = (kind: string, more: object = {}): Entry => ({ body: { kind, ...more } }) as Entry;

  it('is the last entry that decided it, or nothing after a denial or a reversal', () => {
    for (const kind of ['settlement', 'pend', 'enrolment', 'account-credit']) {
      const holder = of(kind);
      expect(holderOf([holder, of('repeat'), of('conflict'), of('refusal')]), kind).toBe(holder);
      expect(holderOf([holder, of('denial')]), kind).toBeUndefined();
    }
    const held = of('denial', { held: {} });
    expect(holderOf([of('denial'), held, of('repeat')])).toBe(held);
    expect(holderOf([held, of('reversal')])).toBeUndefined();
    const [refund, again] = [of('reversal', { replacement: {} }), of('settlement')];
    expect(holderOf([of('settlement'), of('reversal')])).toBeUndefined();
    expect(holderOf([of('settlement'), refund])).toBe(refund);
    expect(holderOf([of('settlement'), of('reversal'), again])).toBe(again);
    expect(holderOf([])).toBeUndefined();
  });

  it('has had a version for every settlement, held denial, and claim that a refund left', () => {
    const [settled, held, refund] = [
      of('settlement'),
      of('denial', { held: {} }),
      of('reversal', { replacement: {} }),
    ];
    expect(versionsOf([settled, held, refund])).toBe(3);
    expect(versionsOf([settled, of('reversal')])).toBe(1);
    expect(versionsOf(['denial', 'pend', 'repeat', 'conflict', 'refusal'].map((kind) => of(kind)))).toBe(0);
  });
});

describe('a record that needs the history', () => {
  const late = (correct: (history: readonly Entry[], position: Position) => Promise<EntryBody>) =>
    aRequest({ claimKey: 'H0001/late', batchIndex: 9, decide: () => 'needs-history', correct });

  it('is decided on the whole stream, over several pages, and on the position of its head', async () => {
    const deps = open();
    for (let n = 0; n < 3; n++) await append(aRequest({ claimKey: `H0001/C${n}`, batchIndex: n }), deps);
    const paged: LedgerStore = { ...deps.ledger, stream: (key, from) => deps.ledger.stream(key, from, 2) };
    const { entry } = await append(
      late(async (history, position) => {
        expect(history.map(({ place }) => place.seq)).toEqual([1, 2, 3]);
        return denialBody(position);
      }),
      { ...deps, ledger: paged },
    );
    expect(entry.place.seq).toBe(4);
  });

  it('reads a new head when the one it remembered is stale', async () => {
    const deps = open();
    await append(aRequest(), deps);
    const stale = deps.heads.get(STREAM)!;
    await append(aRequest({ claimKey: 'H0001/C2', batchIndex: 2 }), deps);
    deps.heads.set(STREAM, stale);
    const { entry, ...appended } = await append(
      late(async (history, position) => {
        // Never on a position that the history has left behind.
        expect(position).toEqual(history.at(-1)?.body.position);
        return denialBody(position);
      }),
      deps,
    );
    expect([entry.place.seq, appended]).toEqual([3, { outcome: 'appended', moves: 1 }]);
  });

  it('is refused as a bug when nobody can correct it, or when the answer is about something else', async () => {
    const without = aRequest({ decide: () => 'needs-history' });
    await expect(append(without, open())).rejects.toThrow('can be made on it');
    const other = (over: object) => (position: Position) =>
      ({ ...settlementBody(position, 1_000, 0), ...over }) as EntryBody;
    for (const over of [{ content: 'other' }, { at: 1 }])
      await expect(append(aRequest({ decide: other(over) }), open())).rejects.toThrow('asked about');
  });

  it('is one whose number a held denial holds: it may have come to life meanwhile', async () => {
    const deps = open();
    const held = { version: 1, scheme: '310', benefit: 'inpatient', benefitYear: '2026' };
    const until = (position: Position) => ({ ...position, servedUntil: localDate('2026-09-01') });
    const decide = (position: Position) =>
      ({ ...denialBody(position), held, position: until(position) }) as EntryBody;
    await append(aRequest({ decide }), deps);
    const correct = async (history: readonly Entry[], position: Position) =>
      heldAlready(history[0]!.body, 7, position, history[0]!);
    const { entry } = await append(aRequest({ batchIndex: 1, correct }), deps);
    expect(entry.body).toMatchObject({ kind: 'repeat', at: 7, of: 1 });
    expect(versionsOf(await deps.ledger.byClaim(STREAM, 'H0001/C1'))).toBe(1);
    const moved = (position: Position) =>
      ({ ...denialBody(position), position: until(position) }) as EntryBody;
    const other = aRequest({ claimKey: 'H0001/C2', batchIndex: 2, decide: moved });
    await expect(append(other, open())).rejects.toThrow('leaves the position as it is');
  });

  it('asks with the next version, also where it decides on what stands', async () => {
    const deps = open();
    await append(aRequest(), deps);
    const seen: unknown[] = [];
    await append(
      aRequest({
        batchId: 'H0001.B2',
        resolve: (holder, position, version) => {
          seen.push(holder?.place.seq, version);
          return denialBody(position);
        },
      }),
      deps,
    );
    expect(seen).toEqual([1, 2]);
  });
});

describe('remembered heads', () => {
  it('drop the one used least recently, and what is deleted', async () => {
    const heads = headCache(2);
    const entry = (await append(aRequest(), open())).entry;
    for (const stream of ['a', 'b', 'a', 'c']) heads.set(stream, entry);
    expect(['a', 'b', 'c'].map((stream) => heads.get(stream) !== undefined)).toEqual([true, false, true]);
    heads.delete('a');
    expect(heads.get('a')).toBeUndefined();
    expect(new LedgerMoved('x').name).toBe('LedgerMoved');
  });
});
