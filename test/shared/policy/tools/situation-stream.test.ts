// Corrections in situations: what stands in the way of a reversal, what is decided again, and in which order.

import { describe, expect, it } from 'vitest';
import { runSituation } from '../../../../shared/policy/tools/run-situation.ts';
import { tinyPack } from '../support.ts';

const run = (pack: ReturnType<typeof tinyPack>, claims: readonly object[], member: object = {}) =>
  runSituation(JSON.stringify({ title: 't', members: { m: member }, claims }), [pack]);
const reverse = (claimNo: string, code?: string) => ({
  reverse: claimNo,
  ...(code !== undefined && { expect: { code } }),
});
const now = (claimNo: string, expected: object) => ({ now: claimNo, expect: expected });
const IN_THE_WAY = 'later-claims-stand-in-the-way';
const NOTHING = 'nothing-to-reverse';
const holds = (...args: Parameters<typeof run>) => {
  const { results, holds: all } = run(...args);
  expect(results.flatMap(({ differences }) => differences)).toEqual([]);
  expect(all).toBe(true);
};

/** Visits of 100.00 in scope, each under a number. */
const visit = (claimNo: string, on: string, expected: object = {}, more: object = {}) => ({
  claimNo,
  on,
  encounter: 'outpatient',
  inScope: 100,
  ...more,
  expect: expected,
});
const outpatient = (layer: object, corrections: object, benefit: object = {}, pack: object = {}) =>
  tinyPack(layer, { corrections, ...pack }, { encounters: ['outpatient'], ...benefit });

describe('where a reversal is refused while later claims stand', () => {
  const lifo = { later: 'lifo', order: 'arrival' };
  const yearly = { deductible: { per: 'year', standard: 60 } };
  const monthly = { deductible: { per: 'month', standard: 60 } };
  const account = { account: { use: 'on-request', order: [{ balance: 'this-year', pays: ['share'] }] } };

  it.each([
    ['moved the same counter', { caps: [{ amount: 900 }] }, '2024-02-01', IN_THE_WAY],
    ['moved a counter of another month', monthly, '2024-02-01', undefined],
    ['moved a counter of another year', { caps: [{ amount: 900 }] }, '2025-02-01', undefined],
    ['moved one of several counters', { ...monthly, caps: [{ amount: 900 }] }, '2024-02-01', IN_THE_WAY],
    ['moved none', {}, '2024-02-01', undefined],
  ])('one that %s: %j', (_, layer, on, code) => {
    const claims = [visit('X1', '2024-01-10'), visit('X2', on), reverse('X1', code)];
    holds(outpatient(layer, lifo), claims);
  });

  it('one that stood before never does', () => {
    holds(outpatient(yearly, lifo), [
      visit('X1', '2024-01-10', { deductible: 60 }),
      visit('X2', '2024-01-11', { deductible: 0, pooled: 80 }, {}),
      visit('X3', '2024-01-12', {}, {}),
      reverse('X3'),
      reverse('X2'),
      reverse('X1'),
      visit('X4', '2024-01-13', { deductible: 60 }),
    ]);
  });

  it.each([
    [true, true, IN_THE_WAY],
    [true, false, undefined],
    [false, true, undefined],
    [false, false, undefined],
  ])('paid from the account, %j and then %j: %j', (first, second, code) => {
    const pack = outpatient({}, lifo, account);
    const claims = [
      visit('X1', '2024-01-10', { account: first ? 20 : 0 }, { useAccount: first }),
      visit('X2', '2024-02-10', { account: second ? 20 : 0 }, { useAccount: second }),
      reverse('X1', code),
    ];
    holds(pack, claims, { account: 90 });
  });

  it('a later stay does, a later visit does not, whatever they count', () => {
    const pack = tinyPack(
      {},
      { corrections: lifo },
      {
        encounters: ['inpatient', 'outpatient'],
        ordinal: { when: { class: 'retired' } },
      },
    );
    const stay = (claimNo: string) => visit(claimNo, '2024-01-10', {}, { encounter: 'inpatient' });
    holds(pack, [stay('S1'), stay('S2'), reverse('S1', IN_THE_WAY), reverse('S2'), reverse('S1')]);
    holds(pack, [stay('S1'), visit('V1', '2024-02-01'), reverse('S1')]);
    holds(pack, [visit('V1', '2024-01-01'), stay('S1'), reverse('V1')]);
  });

  it('a credit does not, and stays', () => {
    const pack = outpatient(yearly, lifo, account);
    const claims = [
      visit('X1', '2024-01-10', { account: 8 }, { useAccount: true }), // 20 % of 40.00.
      { credit: 30, year: 2024 },
      reverse('X1'),
    ];
    const { positions } = run(pack, claims, { account: { year: 2024, thisYear: 10 } });
    expect(positions['m']!.account).toEqual({ year: '2024', thisYear: 4_000, earlier: 0 });
    expect(positions['m']!.years).toEqual({});
  });

  it('a denied one does not, nor is there anything of it to reverse', () => {
    const visits = { limits: [{ name: 'visits', counts: 'claims', per: 'month', max: 1 }] };
    holds(outpatient({}, lifo, visits), [
      visit('X1', '2024-01-10', { pooled: 80 }),
      visit('X2', '2024-01-11', { code: 'visit-limit-reached' }),
      reverse('X2', NOTHING),
      reverse('X1'),
      visit('X2', '2024-01-11', { pooled: 80 }), // Posted again: now it is the only one.
      reverse('X1', NOTHING),
    ]);
  });

  it('by the day of service one that came before it does, if it was decided on it', () => {
    holds(outpatient({ caps: [{ amount: 900 }] }, { later: 'lifo', order: 'service-date' }), [
      visit('MAR', '2024-03-10'),
      visit('JAN', '2024-01-10'),
      reverse('JAN', IN_THE_WAY),
      reverse('MAR'),
      reverse('JAN'),
    ]);
  });

  it('a denied one that keeps its place does not either', () => {
    const visits = { limits: [{ name: 'visits', counts: 'claims', per: 'month', max: 1 }] };
    holds(outpatient({}, { later: 'lifo', order: 'service-date' }, visits), [
      visit('X1', '2024-01-10', { pooled: 80 }),
      visit('X2', '2024-01-11', { code: 'visit-limit-reached' }),
      reverse('X1'),
      now('X2', { code: 'visit-limit-reached' }),
    ]);
  });

  it('a late claim is decided where it arrives', () => {
    holds(outpatient(yearly, lifo), [
      visit('X2', '2024-02-10', { deductible: 60 }),
      visit('X1', '2024-01-10', { deductible: 0 }),
      now('X2', { deductible: 60 }),
    ]);
  });

  it('one that was never decided by a benefit, or went to a person, does not stand', () => {
    const rules = [{ when: { billed: '500+' }, pend: 'large-bill' }];
    holds(outpatient({}, lifo, { rules }), [
      visit('X1', '2001-01-10', { code: 'no-policy-on-date' }),
      reverse('X1', NOTHING),
      visit('X2', '2024-01-10', { code: 'large-bill' }, { inScope: 500 }),
      reverse('X2', NOTHING),
      visit('X2', '2024-01-10', { pooled: 400 }, { inScope: 500, reviewed: true }),
      reverse('X2'),
    ]);
  });
});

describe('where later claims are decided again', () => {
  const yearly = { deductible: { per: 'year', standard: 60 } };
  const byArrival = { later: 'resettle', order: 'arrival' };
  const byDay = { later: 'resettle', order: 'service-date' };

  it('after a reversal it is in the order of arrival, or of the days of service', () => {
    const claims = (first: string, second: string) => [
      visit('X1', '2024-01-10', { deductible: 60 }),
      visit('X2', '2024-03-10', { deductible: 0 }),
      visit('X3', '2024-02-10', { deductible: 0 }),
      reverse('X1'),
      now(first, { deductible: 60, pooled: 32 }),
      now(second, { deductible: 0, pooled: 80 }),
      reverse('X1', NOTHING),
    ];
    holds(outpatient(yearly, byArrival), claims('X2', 'X3'));
    holds(outpatient(yearly, byDay), claims('X3', 'X2'));
  });

  it('by the day of service, claims of one day keep the order in which they came', () => {
    holds(outpatient(yearly, byDay), [
      visit('B', '2024-02-10', { deductible: 60 }),
      visit('A', '2024-02-10', { deductible: 0 }),
      visit('C', '2024-02-10', { deductible: 0 }),
      visit('EARLIER', '2024-01-10', { deductible: 60 }),
      reverse('EARLIER'),
      now('B', { deductible: 60 }),
      now('A', { deductible: 0 }),
      now('C', { deductible: 0 }),
    ]);
  });

  it('by the day of service, a newest claim changes nothing before it, and a late one all that follows', () => {
    const { positions } = run(outpatient(yearly, byDay), [
      visit('FEB', '2024-02-10', { deductible: 60 }),
      visit('MAR', '2024-03-10', { deductible: 0 }),
      visit('JAN', '2024-01-10', { deductible: 50, pooled: 0 }, { inScope: 50 }),
      now('FEB', { deductible: 10 }),
      now('MAR', { deductible: 0 }),
    ]);
    expect(positions['m']!.years).toEqual({ 2024: { 'inpatient.pooled.ded': 6_000 } });
  });

  it('credits come with them: in their place by arrival, first by the day of service', () => {
    const account = { account: { use: 'always', order: [{ balance: 'this-year', pays: ['share'] }] } };
    const claims = (after: number) => [
      visit('X1', '2024-01-10', { account: 0 }),
      visit('X2', '2024-02-10', { account: 0 }),
      { credit: 50, year: 2024 },
      visit('X3', '2024-03-10', { account: 20 }),
      reverse('X1'),
      now('X2', { account: after }),
      now('X3', { account: 20 }),
    ];
    const member = { hasAccount: true };
    holds(outpatient({}, byArrival, account), claims(0), member);
    holds(outpatient({}, byDay, account), claims(20), member);
    expect(run(outpatient({}, byDay, account), claims(20), member).positions['m']!.account).toEqual({
      year: '2024',
      thisYear: 1_000,
      earlier: 0,
    });
  });

  it('somebody has seen them: a rule does not send them to a person again', () => {
    const rules = [{ when: { ordinal: '2+' }, pend: 'needs-review' }];
    const pack = tinyPack({}, { corrections: byDay }, { rules });
    const stay = (claimNo: string, on: string, expected: object, more: object = {}) =>
      visit(claimNo, on, expected, { encounter: 'inpatient', ...more });
    holds(pack, [
      stay('MAR', '2024-03-10', { pooled: 80 }),
      stay('JAN', '2024-01-10', { code: 'needs-review' }),
      stay('JAN', '2024-01-10', { pooled: 80 }, { reviewed: true }),
      now('MAR', { outcome: 'payable', pooled: 80 }),
    ]);
  });

  it('a late one is sent to a person in its place, also where a limit would deny it if it came last', () => {
    const pack = outpatient({}, byDay, {
      limits: [{ name: 'visits', counts: 'claims', per: 'year', max: 1 }],
      rules: [{ when: { billed: '400+' }, pend: 'large-bill' }],
    });
    const large = { inScope: 500 };
    holds(pack, [
      visit('MAR', '2024-03-10', { pooled: 80 }),
      visit('JAN', '2024-01-10', { code: 'large-bill' }, large),
      now('MAR', { outcome: 'payable', pooled: 80 }),
      visit('JAN', '2024-01-10', { pooled: 400 }, { ...large, reviewed: true }),
      now('MAR', { code: 'visit-limit-reached' }),
    ]);
    // Posted again under the number of a denied one, that keeps its place meanwhile.
    holds(pack, [
      visit('MAR', '2024-03-10', { pooled: 80 }),
      visit('APR', '2024-04-10', { code: 'visit-limit-reached' }),
      visit('APR', '2024-02-10', { code: 'large-bill' }, large),
      reverse('MAR'),
      now('APR', { pooled: 80 }),
    ]);
  });

  it('what stands is decided again without asking anybody', () => {
    const rules = [{ when: { ordinal: '2+' }, pend: 'needs-review' }];
    const pack = tinyPack(yearly, { corrections: byDay }, { rules });
    const stay = { encounter: 'inpatient' };
    holds(pack, [
      visit('MAR', '2024-03-10', { deductible: 60 }, stay),
      visit('JAN', '2024-01-10', { deductible: 60 }, { ...stay, reviewed: true }),
      now('MAR', { deductible: 0, pooled: 80 }), // The second of the year by now, and nobody is asked.
    ]);
  });

  it('one of which nobody can tell by now stays as it was decided', () => {
    // As the first of the year only department A has a ratio.
    const ratio = {
      cases: [
        { when: { department: 'A' }, value: '80%' },
        { when: { ordinal: '2+' }, value: '70%' },
      ],
    };
    const account = { use: 'always', order: [{ balance: 'this-year', pays: ['share'] }] };
    const benefit = { encounters: ['inpatient'], account };
    const pack = tinyPack({ ratio }, { corrections: byDay }, benefit);
    const stay = (claimNo: string, on: string, expected: object, more: object = {}) =>
      visit(claimNo, on, expected, { encounter: 'inpatient', ...more });
    const ofA = { department: 'A' };
    const claims = [
      stay('JAN', '2024-01-10', { pooled: 80, account: 20 }, ofA),
      stay('MAR', '2024-03-10', { pooled: 70, account: 30 }),
      reverse('JAN'),
      now('MAR', { outcome: 'payable', pooled: 70, account: 30, cash: 0 }),
    ];
    holds(pack, claims, { account: 60 });
  });

  it('what is kept so takes no more from the account than is there, and the rest is cash', () => {
    const ratio = {
      cases: [
        { when: { department: 'A' }, value: '80%' },
        { when: { ordinal: '1' }, value: '70%' },
      ],
    };
    const account = { use: 'always', order: [{ balance: 'this-year', pays: ['share'] }] };
    const pack = tinyPack({ ratio }, { corrections: byDay }, { encounters: ['inpatient'], account });
    const stay = (claimNo: string, on: string, expected: object, more: object = {}) =>
      visit(claimNo, on, expected, { encounter: 'inpatient', ...more });
    const claims = [
      stay('MAR', '2024-03-10', { pooled: 70, account: 30 }),
      stay('JAN', '2024-01-10', { pooled: 80, account: 20 }, { department: 'A' }),
      now('MAR', { outcome: 'payable', pooled: 70, account: 20, cash: 10 }),
    ];
    holds(pack, claims, { account: 40 });
  });

  it('a denied one keeps its place, comes to life, and can be posted again or reversed', () => {
    const visits = { limits: [{ name: 'visits', counts: 'claims', per: 'month', max: 1 }] };
    const denied = { code: 'visit-limit-reached' };
    const pack = outpatient({}, byDay, visits);
    holds(pack, [
      visit('X1', '2024-01-10', { pooled: 80 }),
      visit('X2', '2024-01-11', denied),
      visit('X2', '2024-01-11', denied), // Posted again: it stands once.
      reverse('X1'),
      now('X2', { pooled: 80 }),
      reverse('X2'),
      reverse('X2', NOTHING),
    ]);
    expect(run(pack, [visit('X1', '2024-01-10'), reverse('X1')]).positions['m']!.years).toEqual({});
  });

  it('by arrival, a denied one is forgotten', () => {
    const visits = { limits: [{ name: 'visits', counts: 'claims', per: 'month', max: 1 }] };
    holds(outpatient({}, byArrival, visits), [
      visit('X1', '2024-01-10', { pooled: 80 }),
      visit('X2', '2024-01-11', { code: 'visit-limit-reached' }),
      reverse('X2', NOTHING),
      reverse('X1'),
      visit('X3', '2024-01-12', { pooled: 80 }),
    ]);
  });

  it('it is as the pack of their scheme says', () => {
    const caps = { caps: [{ amount: 900 }] };
    const resident = outpatient(caps, byArrival, {}, { scheme: '390' });
    const claims = [
      visit('X1', '2024-01-10'),
      visit('X2', '2024-02-10'),
      reverse('X1'),
      { now: 'X2', expect: { pooled: 81 } },
    ];
    const report = runSituation(JSON.stringify({ title: 't', members: { m: { scheme: 390 } }, claims }), [
      outpatient(caps, { later: 'lifo', order: 'arrival' }),
      resident,
    ]);
    expect(report.results.map(({ claimNo, differences }) => `${claimNo}: ${differences.length}`)).toEqual([
      'X1: 0',
      'X2: 0',
      'X2 now: 1',
    ]);
  });

  it('each member has a stream of its own', () => {
    const members = { a: {}, b: {} };
    const claims = [
      { ...visit('A1', '2024-01-10', { deductible: 60 }), member: 'a' },
      { ...visit('B1', '2024-01-10', { deductible: 60 }), member: 'b' },
      { ...visit('B2', '2024-01-11', { deductible: 0 }), member: 'b' },
      reverse('B1'),
      now('B2', { deductible: 60 }),
      now('A1', { deductible: 60 }),
    ];
    const report = runSituation(JSON.stringify({ title: 't', members, claims }), [
      outpatient(yearly, byArrival),
    ]);
    expect(report.holds).toBe(true);
  });
});
