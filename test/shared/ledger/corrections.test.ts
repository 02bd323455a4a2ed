// What the simulator found in corrections: a year that was closed stays closed, and a version is used once.

import { describe, expect, it } from 'vitest';
import { decideAgain } from '../../../shared/ledger/corrections/decide-again.ts';
import { headCache, append, versionsOf } from '../../../shared/ledger/append.ts';
import { seal } from '../../../shared/ledger/codec.ts';
import type { Entry, EntryBody, Settlement } from '../../../shared/ledger/entry.ts';
import { memoryLedger } from '../../../shared/ledger/memory/memory-ledger.ts';
import { EMPTY_POSITION } from '../../../shared/ledger/position.ts';
import { aRequest, place, settlementBody } from '../../support/entries.ts';

describe('deciding again', () => {
  it('keeps a year closed, also when what closed it is taken out', async () => {
    const settled = settlementBody(EMPTY_POSITION, 1_000, 0);
    const closing: EntryBody = { ...settled, position: { ...settled.position, closed: '2026' } };
    const entry: Entry = seal(place(), closing);
    const nothing = () => {
      throw new Error('nothing is left to decide');
    };
    for (const order of ['arrival', 'service-date'] as const) {
      const { position } = await decideAgain([entry], { without: 1 }, order, '130300', nothing);
      expect(position).toEqual({ years: {}, closed: '2026' });
      expect((await decideAgain([], {}, order, '130300', nothing)).position).toEqual(EMPTY_POSITION);
    }
  });
});

describe('the version of a claim', () => {
  it('counts the claims that refunds of lines put in the place of others', async () => {
    const ledger = memoryLedger();
    const deps = { ledger, heads: headCache(), pause: async () => {} };
    const first = (await append(aRequest(), deps)).entry;
    const { amounts, header, basis, effects, position } = first.body as Settlement;
    const undone = { kind: 'reversal' as const, reverses: 1, reason: 'drug-returned', undone: amounts };
    const mirror = { counters: { '2026': { pooled: -1_000 } } };
    const common = { at: first.body.at, content: 'r'.repeat(22) };
    const refund = seal(place({ seq: 2, prev: first.hash, batchIndex: 1 }), {
      ...undone,
      ...common,
      version: 1,
      effects: mirror,
      replacement: { header, basis, amounts, effects },
      position,
    });
    const reversal = seal(place({ seq: 3, prev: refund.hash, batchIndex: 2 }), {
      ...undone,
      ...common,
      reverses: 2,
      version: 2,
      effects: mirror,
      position: EMPTY_POSITION,
    });
    await ledger.append(refund);
    await ledger.append(reversal);
    expect(versionsOf(await ledger.byClaim(first.place.stream, first.place.claimKey))).toBe(2);
    const again = await append(aRequest({ batchIndex: 3 }), { ...deps, heads: headCache() });
    expect(again.entry.body).toMatchObject({ kind: 'settlement', version: 3 });
  });
});
