// The entry that a decided claim comes to: what it keeps, where the position goes, what is held, what a quote is worth.
// Figures in fen, by hand: of a first claim of 1,000.00, 500.00 deductible and 400.00 paid; of a second, 800.00.

import { describe, expect, it } from 'vitest';
import {
  claimEntry,
  claimEntryInPlace,
  type ClaimRecord,
  comesLate,
  orderOf,
} from '../../../shared/ledger/corrections/claim-entry.ts';
import { standing } from '../../../shared/ledger/corrections/standing.ts';
import type { Position } from '../../../shared/ledger/position.ts';
import { type Adjudication, NO_AMOUNTS } from '../../../shared/policy/adjudication.ts';
import { quoteId } from '../../../shared/quote/quote.ts';
import { localDate } from '../../../shared/time/dates.ts';
import { aBasis, releaseOf } from '../policy/support.ts';
import { AREA, aStream, BY_CLASS, counted, ONE_VISIT, packWith } from './a-stream.ts';

const day = localDate;
const AT = 1_790_000_000_000;
const header = { claimNo: 'C1', providerId: 'H3', encounter: 'outpatient', billedFen: 1_000 } as never;
const kept = { at: AT, content: 'content', release: 'r', header };
const claim: ClaimRecord = { kept, version: 2 };
const before: Position = { years: { '2024': { 'op.pooled': 5 } }, servedUntil: day('2024-03-01') };
const after = { years: { '2024': { 'op.pooled': 805 } } };
const under = { scheme: '310', benefit: 'op', benefitYear: '2024' };
const servedOn = day('2024-03-10');
const paid = {
  ...under,
  servedOn,
  amounts: { ...NO_AMOUNTS, billed: 1_000, inScope: 1_000, funds: { pooled: 800 }, cash: 200 },
  basis: aBasis(1_000),
  effects: { counters: { '2024': { 'op.pooled': 800 } } },
};
const payable = { outcome: 'payable', ...paid, steps: [] } as unknown as Adjudication;
const why = { servedOn, billed: 1_000, denial: { code: 'visit-limit-reached' } };
const denied = {
  outcome: 'denied',
  ...why,
  basis: aBasis(1_000),
  under,
  steps: [],
} as unknown as Adjudication;
const beforeLines = { outcome: 'denied', ...why, steps: [] } as unknown as Adjudication;
const pended = {
  outcome: 'pended',
  servedOn,
  billed: 1_000,
  reasons: [{ code: 'large-bill' }],
  steps: [],
} as unknown as Adjudication;

describe('the order that claims are decided in', () => {
  const corrections = { later: 'resettle', order: 'service-date' } as const;
  const release = releaseOf([
    { ...packWith(), corrections },
    { ...packWith(), scheme: '390' },
  ]);

  it.each([
    ['of what is paid, its scheme says', { outcome: 'payable', scheme: '310' }, 'service-date'],
    ['of another scheme', { outcome: 'payable', scheme: '390' }, 'arrival'],
    ['of a denial, the benefit that would have paid', { outcome: 'denied', under }, 'service-date'],
    ['of a denial by none', { outcome: 'denied' }, 'arrival'],
    ['of what a person looks at, none', { outcome: 'pended', scheme: '310', under }, 'arrival'],
  ])('%s', (_of, decided, order) => {
    expect(orderOf(decided as never, release, AREA)).toBe(order);
  });

  it('makes a claim late on or before a day that is decided, by the day of service alone', () => {
    const until = { years: {}, servedUntil: day('2024-03-10') };
    const late = (on: string) => comesLate(day(on), until, 'service-date');
    expect(['2024-03-09', '2024-03-10', '2024-03-11'].map(late)).toEqual([true, true, false]);
    expect(comesLate(day('2024-03-09'), { years: {} }, 'service-date')).toBe(false);
    expect(comesLate(day('2024-03-09'), until, 'arrival')).toBe(false);
  });
});

describe('the entry of a claim', () => {
  it('that is paid says who pays, and up to which day is decided where the day counts', () => {
    const settled = { ...kept, ...paid, kind: 'settlement', version: 2 };
    expect(claimEntry(claim, payable, before, 'arrival')).toStrictEqual({
      ...settled,
      position: { ...after, servedUntil: '2024-03-01' },
    });
    expect(claimEntry(claim, payable, before, 'service-date')).toStrictEqual({
      ...settled,
      position: { ...after, servedUntil: '2024-03-10' },
    });
  });

  it('that a person looks at moves nothing, and keeps what its lines came to if it got there', () => {
    const pend = { ...kept, kind: 'pend', servedOn, billed: 1_000, reasons: [{ code: 'large-bill' }] };
    expect(claimEntry(claim, pended, before, 'arrival')).toStrictEqual({ ...pend, position: before });
    const reached = { ...pended, basis: aBasis(1_000) } as Adjudication;
    expect(claimEntry(claim, reached, before, 'arrival')).toStrictEqual({
      ...pend,
      basis: aBasis(1_000),
      position: before,
    });
  });

  it('that is denied moves nothing; by the day of service it is held under the benefit that denied it', () => {
    const denial = { ...kept, ...why, kind: 'denial' };
    expect(claimEntry(claim, beforeLines, before, 'service-date')).toStrictEqual({
      ...denial,
      position: before,
    });
    const reached = { ...denial, basis: aBasis(1_000) };
    expect(claimEntry(claim, denied, before, 'arrival')).toStrictEqual({ ...reached, position: before });
    expect(claimEntry(claim, denied, before, 'service-date')).toStrictEqual({
      ...reached,
      held: { version: 2, ...under },
      position: { ...before, servedUntil: '2024-03-10' },
    });
  });

  it('that named a quote is not held; the quote is kept where its lines counted', () => {
    const quoting = { ...claim, quoteId: 'Q' };
    expect(claimEntry(quoting, denied, before, 'service-date')).toStrictEqual({
      ...kept,
      ...why,
      kind: 'denial',
      basis: aBasis(1_000),
      quoteId: 'Q',
      position: before,
    });
    expect(claimEntry(quoting, beforeLines, before, 'arrival')).not.toHaveProperty('quoteId');
  });

  it('in its place has the position after it all, and what others come to now, if they do', () => {
    const others = [{ of: 1 }] as never;
    for (const decided of [payable, denied]) {
      const entry = (adjustments: never) =>
        claimEntry(claim, decided, before, 'service-date', { position: after, adjustments });
      expect(entry(others)).toMatchObject({ position: after, adjustments: others });
      expect(entry(others).position).toBe(after);
      expect(entry([] as never)).not.toHaveProperty('adjustments');
    }
    const place = { position: after, adjustments: others };
    const left = claimEntry(claim, denied, before, 'arrival', place);
    expect([left.position, 'adjustments' in left]).toEqual([before, false]);
  });
});

describe('a claim that names a quote', () => {
  const of = (amounts: object, over: object = {}) =>
    quoteId({
      content: 'content',
      release: 'r',
      position: before,
      seq: 1,
      validUntil: AT,
      ...over,
      amounts: { ...paid.amounts, ...amounts } as never,
    });
  const entry = (id: string, order: 'arrival' | 'service-date', position: Position = before) =>
    claimEntry({ ...claim, quoteId: id }, payable, position, order);

  it('is paid as quoted, whatever changed meanwhile', () => {
    expect(entry(of({}, { content: 'other', validUntil: 1 }), 'arrival')).toStrictEqual(
      claimEntry(claim, payable, before, 'arrival'),
    );
  });

  it('is denied where it comes to something else, with what changed; held it is not', () => {
    const id = of({ cash: 1 }, { release: 'older' });
    expect(entry(id, 'service-date')).toStrictEqual({
      ...kept,
      kind: 'denial',
      servedOn,
      billed: 1_000,
      denial: { code: 'quote-not-kept', facts: { changed: 'policy', changedZh: '政策版本' } },
      basis: aBasis(1_000),
      quoteId: id,
      position: before,
    });
  });

  it('is told that it came late only where that counts', () => {
    const until = { ...before, servedUntil: servedOn };
    const id = of({ cash: 1 }, { position: until });
    const changed = (order: 'arrival' | 'service-date') => {
      const made = entry(id, order, until);
      return made.kind === 'denial' && made.denial.facts?.['changed'];
    };
    expect([changed('service-date'), changed('arrival')]).toEqual(['late', 'unreadable']);
  });
});

describe('a claim in its place', () => {
  const nowhere = {
    area: AREA,
    claimKey: 'H3/C1',
    releaseOf: () => {
      throw new Error('nothing is decided again');
    },
  };

  it.each([
    ['by arrival there is none', payable, 'arrival'],
    ['nor before its lines matter', beforeLines, 'service-date'],
  ] as const)('%s: it is decided as the newest', async (_why, last, order) => {
    const entry = await claimEntryInPlace(claim, last, before, [], order, nowhere);
    expect(entry).toStrictEqual(claimEntry(claim, last, before, order));
  });

  it('takes the visit of the month from the one served after it, which is denied from then on', async () => {
    const stream = aStream(ONE_VISIT);
    await stream.post('H3/A', '2024-03-03', 100_000);
    await stream.post('H3/B', '2024-03-09', 100_000);
    const late = await stream.post('H3/L', '2024-03-01', 70_000);
    const denial = expect.objectContaining({ code: 'visit-limit-reached', facts: { max: 1 } });
    // 700 less 500, x 80 %.
    expect(late.body).toMatchObject({
      kind: 'settlement',
      amounts: { deductible: 50_000, funds: { pooled: 16_000 } },
      adjustments: [{ of: 2, claimKey: 'H3/A', amounts: NO_AMOUNTS, denial }],
      position: {
        years: { '2024': { 'op.pooled': 16_000, 'op.pooled.ded': 50_000, 'v@03': 1 } },
        servedUntil: '2024-03-09',
      },
    });
    expect(standing(stream.entries).map((each) => [each.claimKey, each.denial !== undefined])).toEqual([
      ['H3/A', true],
      ['H3/B', true],
      ['H3/L', false],
    ]);
    // Taken back, it gives A its visit again; B, served after that, stays denied.
    const by = { later: 'resettle', order: 'service-date' } as const;
    const back = stream.add('H3/L', await stream.reverse('H3/L', by));
    expect(back.body).toMatchObject({
      adjustments: [{ of: 2, amounts: { deductible: 50_000, funds: { pooled: 40_000 }, cash: 60_000 } }],
      position: { years: { '2024': { 'op.pooled': 40_000, 'op.pooled.ded': 50_000, 'v@03': 1 } } },
    });
    expect(standing(stream.entries).map((each) => [each.claimKey, each.denial])).toEqual([
      ['H3/A', undefined],
      ['H3/B', denial],
    ]);
  });

  it('is held where it is denied there, with what becomes of others all the same', async () => {
    // A was settled for the active; the member is retired by now: 90 % of 100.00.
    const stream = aStream({ ...ONE_VISIT, ...BY_CLASS });
    await stream.post('H3/A', '2024-03-03', 10_000);
    await stream.post('H3/B', '2024-03-09', 10_000);
    stream.enrol('retired');
    const late = await stream.post('H3/M', '2024-03-05', 10_000);
    expect(late.body).toMatchObject({
      kind: 'denial',
      held: { version: 1, scheme: '310', benefit: 'op', benefitYear: '2024' },
      adjustments: [{ of: 2, claimKey: 'H3/A', amounts: { funds: { pooled: 9_000 }, cash: 1_000 } }],
      position: { years: { '2024': { 'v@03': 1 } }, servedUntil: '2024-03-09' },
    });
    expect(standing(stream.entries)).toMatchObject([
      { claimKey: 'H3/A', amounts: { funds: { pooled: 9_000 } } },
      { claimKey: 'H3/B', amounts: NO_AMOUNTS },
      { claimKey: 'H3/M', amounts: NO_AMOUNTS },
    ]);
  });

  it('is sent to a person where a rule asks for one, unless one has looked', async () => {
    const stream = aStream({ rules: [{ when: { billed: '900+' }, pend: 'large-bill', source: 'own' }] });
    await stream.post('H3/A', '2024-03-10', 10_000);
    const large = await stream.post('H3/L', '2024-03-01', 100_000);
    expect(large.body).toMatchObject({ kind: 'pend', reasons: [{ code: 'large-bill' }] });
    const approved = await stream.post('H3/L', '2024-03-01', 100_000, { resolves: large.place.seq });
    // All of the deductible is borne there; A, served later, had borne its 100.00 of it.
    expect(approved.body).toMatchObject({
      kind: 'settlement',
      resolves: 3,
      amounts: { deductible: 50_000, funds: { pooled: 40_000 } },
      adjustments: [{ of: 2, amounts: { deductible: 0, funds: { pooled: 8_000 } } }],
      position: { years: counted(48_000, 50_000) },
    });
  });

  it('takes the place of the held denial of its number: paid, denied or sent to a person', async () => {
    const rules = [{ when: { billed: '900+' }, pend: 'large-bill', source: 'own' }];
    const after = async (on: string, inScope: number) => {
      const stream = aStream({ ...ONE_VISIT, rules });
      await stream.post('H3/A', '2024-03-03', 80_000);
      const held = await stream.post('H3/B', '2024-03-09', 80_000);
      const { seq } = held.place;
      const { body } = await stream.post('H3/B', on, inScope, { replaces: seq, version: 2 });
      const left = standing(stream.entries).map((each) => [each.claimKey, each.seq, each.version]);
      return { body, left };
    };
    const A = ['H3/A', 2, 1];
    const again = await after('2024-03-09', 80_000);
    expect(again.body).toMatchObject({ kind: 'denial', replaces: 3, held: { version: 2 } });
    expect(again.left).toEqual([A, ['H3/B', 4, 2]]);
    const inApril = await after('2024-04-09', 80_000);
    expect(inApril.body).toMatchObject({ kind: 'settlement', replaces: 3, version: 2 });
    expect(inApril.left).toEqual([A, ['H3/B', 4, 2]]);
    const large = await after('2024-04-09', 100_000);
    expect(large.body).toMatchObject({ kind: 'pend', replaces: 3 });
    expect(large.left).toEqual([A]);
  });
});

describe('a held denial that is posted again', () => {
  it('is paid once, also where what denied it holds no longer', async () => {
    const rules = [{ when: { class: 'active' }, deny: 'class-not-covered', source: 'own' }];
    const stream = aStream({ rules });
    const held = await stream.post('H3/B', '2024-03-09', 100_000);
    stream.enrol('retired');
    const again = await stream.post('H3/B', '2024-03-09', 100_000, {
      replaces: held.place.seq,
      version: 2,
    });
    expect(again.body).toMatchObject({
      kind: 'settlement',
      amounts: { funds: { pooled: 40_000 } },
      position: { years: counted(40_000, 50_000) },
    });
    expect(again.body).not.toHaveProperty('adjustments');
  });
});

describe('a held denial, as it stands', () => {
  it('is all that is known of it, and nothing is counted', async () => {
    const stream = aStream(ONE_VISIT);
    await stream.post('H3/A', '2024-03-03', 100_000);
    const held = await stream.post('H3/B', '2024-03-09', 100_000);
    expect(standing(stream.entries)[1]).toEqual({
      seq: 3,
      order: 3,
      claimKey: 'H3/B',
      content: held.body.content,
      version: 1,
      release: 'r',
      scheme: '310',
      servedOn: '2024-03-09',
      benefitYear: '2024',
      header: stream.header('H3/B', '2024-03-09', 100_000),
      basis: aBasis(100_000),
      amounts: NO_AMOUNTS,
      effects: { counters: {} },
      denial: expect.objectContaining({ code: 'visit-limit-reached' }),
    });
  });

  it('is not what was denied for good: that holds no place', async () => {
    const stream = aStream(ONE_VISIT);
    await stream.post('H3/A', '2024-03-03', 100_000, { order: 'arrival' });
    await stream.post('H3/B', '2024-03-09', 100_000, { order: 'arrival' });
    expect(stream.entries.at(-1)?.body.kind).toBe('denial');
    expect(standing(stream.entries).map(({ claimKey }) => claimKey)).toEqual(['H3/A']);
  });
});
