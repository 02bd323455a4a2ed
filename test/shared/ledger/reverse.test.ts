// What a correction comes to, to the fen: refused, undone, refunded, and what it makes of the claims around it. The
// policy: 500.00 deductible a year, then 80 %, counted against a cap. All figures in fen, worked by hand.

import { describe, expect, it } from 'vitest';
import { beforeAdjustments } from '../../../shared/ledger/corrections/before-adjustments.ts';
import { type CorrectionPolicy, correctionsOf } from '../../../shared/ledger/corrections/reverse.ts';
import { madeFrom, standing } from '../../../shared/ledger/corrections/standing.ts';
import type { Entry, EntryBody, Settlement } from '../../../shared/ledger/entry.ts';
import { memoryLedger } from '../../../shared/ledger/memory/memory-ledger.ts';
import type { Position } from '../../../shared/ledger/position.ts';
import { NO_AMOUNTS, type Payable } from '../../../shared/policy/adjudication.ts';
import { PolicySilent } from '../../../shared/policy/policy-silent.ts';
import { aBasis, releaseOf } from '../policy/support.ts';
import { AREA, aStream, BY_CLASS, counted, ONE_VISIT, packWith, twoClaims } from './a-stream.ts';

describe('a reversal is refused', () => {
  it('where nothing stands, or no longer', async () => {
    const stream = twoClaims();
    expect(await stream.reverse('H3/C9')).toEqual({
      kind: 'refusal',
      at: 1_790_000_001_000,
      content: 'r'.repeat(22),
      position: stream.position,
      code: 'nothing-to-reverse',
    });
    stream.add('H3/C2', await stream.reverse('H3/C2'));
    expect(await stream.reverse('H3/C2')).toMatchObject({ code: 'already-reversed' });
    expect(await stream.reverse('H3/C3')).toMatchObject({ code: 'nothing-to-reverse' });
    stream.add('H3/C8', { kind: 'conflict', code: 'other-content', position: stream.position });
    expect(await stream.reverse('H3/C8')).toMatchObject({ code: 'nothing-to-reverse' });
  });

  it('when the claim changed since, or what is to be taken back is not there', async () => {
    const stream = twoClaims();
    const [, , second] = stream.entries;
    expect(await stream.reverse('H3/C2', {}, { of: 'other' })).toMatchObject({
      code: 'claim-changed-meanwhile',
    });
    expect(await stream.reverse('H3/C2', {}, { of: second!.body.content })).toMatchObject({
      kind: 'reversal',
    });
    expect(await stream.reverse('H3/C2', {}, { fits: false })).toMatchObject({ code: 'refund-does-not-fit' });
  });

  it('when a refund would leave what nobody can tell how to pay', async () => {
    const stream = twoClaims();
    const header = stream.header('H3/C2', '2024-03-10', 40_000);
    const silent = () => {
      throw new PolicySilent('birth date');
    };
    for (const later of ['lifo', 'resettle'] as const)
      expect(
        await stream.reverse('H3/C2', { later }, { replacement: { header, basis: silent } }),
      ).toMatchObject({ kind: 'refusal', code: 'refund-not-decidable', position: stream.position });
  });

  it('when only the policy is silent about what a refund would leave, not its lines', async () => {
    // A rule asks for the member's age, which the bureau's newest word about the member leaves out.
    const stream = twoClaims({ rules: [{ when: { age: '90+' }, deny: 'class-not-covered', source: 'own' }] });
    const { born: _born, ...unborn } = stream.position.enrolment!;
    const told = {
      kind: 'enrolment',
      enrolment: unborn,
      position: { ...stream.position, enrolment: unborn },
    };
    stream.add('E2', told);
    const replacement = { header: stream.header('H3/C2', '2024-03-10', 40_000), basis: () => aBasis(40_000) };
    expect(
      await stream.reverse('H3/C2', { later: 'resettle', order: 'service-date' }, { replacement }),
    ).toMatchObject({ kind: 'refusal', code: 'refund-not-decidable', position: stream.position });
  });

  it('never by a failure: that is not the answer to anything', async () => {
    const stream = twoClaims();
    const basis = () => {
      throw new Error('the network');
    };
    const replacement = { header: stream.header('H3/C2', '2024-03-10', 40_000), basis };
    await expect(stream.reverse('H3/C2', {}, { replacement })).rejects.toThrow('the network');
  });

  it('or made, and says where the record of it lies', async () => {
    const stream = twoClaims();
    for (const claimKey of ['H3/C2', 'H3/C9'])
      expect(await stream.reverse(claimKey, {}, { raw: [5, 7] })).toHaveProperty('raw', [5, 7]);
  });

  it('while later claims moved the same counter: own ones by number, others counted', async () => {
    const stream = twoClaims();
    stream.settle('H1/X1', '2024-03-11', 10_000);
    stream.settle('H3/C3', '2024-03-12', 10_000);
    const refusal = await stream.reverse('H3/C1');
    expect(refusal).toMatchObject({
      code: 'later-claims-stand-in-the-way',
      facts: { claims: 'C2, C3', others: 1 },
    });
    expect(refusal).toHaveProperty('position', stream.position);
    expect(await stream.reverse('H1/X1')).toMatchObject({ facts: { claims: '', others: 1 } });
  });

  it('also while one of several counters is the same', async () => {
    const stream = aStream();
    stream.settle('H3/C1', '2024-03-01', 30_000); // The deductible only.
    stream.settle('H3/C2', '2024-03-10', 100_000); // The rest of it, and a payment.
    expect(await stream.reverse('H3/C1')).toMatchObject({ facts: { claims: 'C2' } });
  });

  it('not by earlier ones, nor by what moved other counters, or the same in another year', async () => {
    const stream = twoClaims();
    expect(await stream.reverse('H3/C2')).toMatchObject({ kind: 'reversal' });
    stream.settle('H3/P1', '2024-03-11', 10_000, { encounter: 'pharmacy' });
    stream.settle('H3/C3', '2025-03-11', 10_000);
    expect(await stream.reverse('H3/C2')).toMatchObject({ kind: 'reversal' });
  });

  it('by the day of service, by what was decided on it, whichever arrived first', async () => {
    const stream = aStream();
    await stream.post('H3/C1', '2024-03-10', 100_000);
    await stream.post('H3/C0', '2024-02-01', 100_000); // Bears the deductible; C1 is paid 800.00 from then on.
    const order = 'service-date';
    expect(await stream.reverse('H3/C0', { order })).toMatchObject({
      code: 'later-claims-stand-in-the-way',
      facts: { claims: 'C1', others: 0 },
    });
    expect(await stream.reverse('H3/C1', { order })).toMatchObject({
      kind: 'reversal',
      effects: { counters: counted(-80_000) },
      position: { years: counted(40_000, 50_000) },
    });
    expect(await stream.reverse('H3/C1')).toMatchObject({ facts: { claims: 'C0' } });
  });

  it('while a later claim paid from the account after it', async () => {
    const stream = aStream({ layers: [{ id: 'pooled', fund: 'pooled', ratio: '80%' }] });
    stream.credit(50_000, '2024-01-01');
    stream.settle('H3/C1', '2024-03-01', 10_000, { useAccount: true });
    stream.settle('H3/C2', '2024-03-02', 10_000);
    expect(await stream.reverse('H3/C1')).toMatchObject({ kind: 'reversal' });
    stream.settle('H3/C3', '2024-03-03', 10_000, { useAccount: true });
    expect(await stream.reverse('H3/C1')).toMatchObject({ facts: { claims: 'C3' } });
    expect(await stream.reverse('H3/C2')).toMatchObject({ kind: 'reversal' });
  });

  it('while a later stay may have been merged with it', async () => {
    const stream = aStream({
      encounters: ['inpatient'],
      ordinal: { counter: 'stays', when: { sex: 'M' } },
      layers: [{ id: 'pooled', fund: 'pooled', ratio: '80%' }],
    });
    const stay = (on: string) => ({
      encounter: 'inpatient',
      admittedOn: on,
      dischargedOn: on,
      servedOn: undefined,
    });
    stream.settle('H3/C1', '2024-03-01', 10_000, stay('2024-03-01'));
    stream.settle('H3/P1', '2024-03-02', 10_000, { encounter: 'pharmacy' });
    expect(await stream.reverse('H3/C1')).toMatchObject({ kind: 'reversal' });
    stream.settle('H3/C2', '2024-03-05', 10_000, stay('2024-03-05'));
    expect(await stream.reverse('H3/C1')).toMatchObject({ facts: { claims: 'C2' } });
  });
});

describe('a reversal of the newest', () => {
  it('is the mirror image, and leaves what stood before it', async () => {
    const stream = twoClaims();
    const [, first, second] = stream.entries;
    expect(await stream.reverse('H3/C2')).toEqual({
      kind: 'reversal',
      at: 1_790_000_001_000,
      content: 'r'.repeat(22),
      reverses: 3,
      version: 1,
      reason: 'billed-in-error',
      undone: (second!.body as never as { amounts: object }).amounts,
      effects: { counters: counted(-80_000) },
      position: first!.body.position,
    });
  });

  it('decides nothing again: those after it counted elsewhere', async () => {
    const stream = twoClaims();
    stream.settle('H3/P1', '2024-03-11', 10_000, { encounter: 'pharmacy' });
    stream.settle('H3/C3', '2025-03-11', 10_000);
    expect(await stream.reverse('H3/C2')).toMatchObject({ kind: 'reversal' });
    expect(stream.loaded).toHaveLength(1); // Of the reversed one itself, for its policy.
  });
});

describe('a reversal that decides the later ones again', () => {
  it('gives the second claim the deductible of the first', async () => {
    const stream = twoClaims();
    expect(await stream.reverse('H3/C1', { later: 'resettle' })).toMatchObject({
      reverses: 2,
      effects: { counters: counted(-40_000, -50_000) },
      adjustments: [
        {
          of: 3,
          claimKey: 'H3/C2',
          amounts: { billed: 100_000, deductible: 50_000, funds: { pooled: 40_000 }, cash: 60_000 },
          moved: { counters: counted(-40_000, 50_000) },
        },
      ],
      position: { years: counted(40_000, 50_000) },
    });
  });

  it('stands so from then on, and so it is what the next correction finds', async () => {
    const stream = twoClaims();
    stream.settle('H3/C3', '2024-03-20', 100_000);
    const [, , second, third] = stream.entries;
    const reversal = stream.add('H3/C1', await stream.reverse('H3/C1', { later: 'resettle' }));
    expect(standing(stream.entries)).toMatchObject([
      { seq: 3, amounts: { deductible: 50_000 }, effects: { counters: counted(40_000, 50_000) } },
      { seq: 4, amounts: { deductible: 0 }, effects: { counters: counted(80_000) } },
    ]);
    const again = stream.add('H3/C2', await stream.reverse('H3/C2', { later: 'resettle' }));
    expect(again.body).toMatchObject({
      undone: { deductible: 50_000 },
      adjustments: [{ of: 4, amounts: { deductible: 50_000 } }],
      position: { years: counted(40_000, 50_000) },
    });
    const ledger = memoryLedger();
    for (const entry of stream.entries) await ledger.append(entry);
    const amountsOf = ({ body }: Entry) => (body as Settlement).amounts;
    expect([...(await beforeAdjustments(reversal, ledger))]).toEqual([[3, amountsOf(second!)]]);
    expect([...(await beforeAdjustments(again, ledger))]).toEqual([[4, amountsOf(third!)]]);
    expect((await beforeAdjustments(third!, ledger)).size).toBe(0);
  });

  it('keeps the order of arrival past the ninth entry', async () => {
    const stream = aStream();
    for (let i = 1; i <= 12; i++) stream.settle(`H3/C${i}`, '2024-03-01', 10_000);
    // Five of 100.00 are the deductible; without the first of them, the sixth is the fifth.
    expect(await stream.reverse('H3/C1', { later: 'resettle' })).toMatchObject({
      adjustments: [{ of: 7, claimKey: 'H3/C6', amounts: { deductible: 10_000, funds: {} } }],
    });
  });

  it('sends a late claim to a person, in its place too: a limit at the end of the stream settles nothing', async () => {
    // One visit a month; what is billed above 50,000.00 a person looks at first. C2 was the visit of March.
    const stream = aStream({
      rules: [{ when: { billed: '50000+' }, pend: 'large-bill', source: 'own' }],
      limits: [{ name: 'v', counts: 'claims', per: 'month', max: 1 }],
    });
    stream.settle('H3/C2', '2024-03-10', 100_000);
    const header = stream.header('H3/C1', '2024-03-01', 5_000_000);
    const late = { claimKey: 'H3/C1', header, basis: aBasis(5_000_000), release: 'r' };
    expect(
      (await stream.decideAgain({ with: { ...late, unseen: true } }, 'service-date')).decided,
    ).toMatchObject({
      outcome: 'pended',
      reasons: [{ code: 'large-bill' }],
    });
    expect((await stream.decideAgain({ with: late }, 'service-date')).decided).toMatchObject({
      outcome: 'payable',
    });
  });

  it('asks no person again about what one has approved', async () => {
    const stream = twoClaims({ rules: [{ when: { billed: '900+' }, pend: 'large-bill' }] });
    expect(await stream.reverse('H3/C1', { later: 'resettle' })).toMatchObject({
      adjustments: [{ of: 3, amounts: { deductible: 50_000, funds: { pooled: 40_000 } } }],
    });
  });

  it('leaves a day of service only where the order is by it', async () => {
    const stream = aStream();
    stream.settle('H3/C1', '2024-03-01', 10_000);
    const { enrolment } = stream.position;
    const by = async (order: 'arrival' | 'service-date') =>
      (await stream.decideAgain({ without: 2 }, order)).position;
    expect(await by('arrival')).toStrictEqual({ years: {}, enrolment });
    expect(await by('service-date')).toStrictEqual({ years: {}, enrolment });
    stream.settle('H3/C2', '2024-03-02', 10_000);
    expect(await by('arrival')).not.toHaveProperty('servedUntil');
    expect(await by('service-date')).toHaveProperty('servedUntil', '2024-03-02');
  });

  it('closes a year as deciding closes it: what comes to stand later may be the first of a new one', async () => {
    const stream = aStream();
    stream.settle('H3/C1', '2023-05-01', 100_000);
    stream.settle('H3/C2', '2024-05-01', 100_000);
    stream.add('H3/C9', { kind: 'conflict', position: { ...stream.position, closed: '2022' } });
    const next = {
      claimKey: 'H3/C3',
      header: stream.header('H3/C3', '2025-05-01', 60_000),
      basis: aBasis(60_000),
      release: 'r',
    };
    // 600 less 500, x 80 %. The first year that is not the last but one is closed.
    for (const order of ['arrival', 'service-date'] as const)
      expect((await stream.decideAgain({ with: next }, order)).position).toMatchObject({
        closed: '2023',
        years: {
          '2024': { 'op.pooled': 40_000, 'op.pooled.ded': 50_000 },
          '2025': { 'op.pooled': 8_000, 'op.pooled.ded': 50_000 },
        },
      });
  });

  it('keeps the newest year that was closed, where what is left would have closed an older one', async () => {
    const stream = aStream();
    for (const year of [2021, 2023, 2025]) stream.settle(`H3/C${year}`, `${year}-05-01`, 100_000);
    expect(stream.position).toMatchObject({ closed: '2023', years: { '2025': {} } });
    expect(await stream.reverse('H3/C2025', { later: 'resettle' })).toMatchObject({
      position: { closed: '2023', years: {} },
    });
  });

  it('leaves what a person let count in a closed year', async () => {
    const stream = aStream();
    for (const [claimNo, on] of Object.entries({ A: '2021-05-01', B: '2023-05-01', C: '2021-06-01' }))
      stream.settle(`H3/${claimNo}`, on, 100_000);
    const { position } = stream;
    expect(position).toMatchObject({ closed: '2021', years: { '2021': {}, '2023': {} } });
    stream.settle('H3/P', '2023-06-01', 10_000, { encounter: 'pharmacy' }); // Counts nowhere.
    stream.add('H3/X', { kind: 'conflict', position });
    expect(await stream.reverse('H3/P', { later: 'resettle' })).toHaveProperty('position', position);
  });

  it('keeps what was closed closed: its totals do not come back, later ones stay', async () => {
    const stream = aStream();
    stream.settle('H3/C1', '2023-05-01', 100_000);
    stream.settle('H3/C2', '2024-05-01', 100_000);
    stream.settle('H3/C3', '2024-05-02', 10_000);
    const closed = { ...stream.position, closed: '2023' };
    stream.add('H3/C9', { kind: 'conflict', code: 'other-content', position: closed });
    expect(await stream.reverse('H3/C3', { later: 'resettle' })).toMatchObject({
      position: { closed: '2023', years: { '2024': { 'op.pooled': 40_000, 'op.pooled.ded': 50_000 } } },
    });
    expect((await stream.decideAgain({ without: 4 }, 'arrival')).position.years).not.toHaveProperty('2023');
  });

  it('leaves out adjustments where nothing comes to something else, and loads no release for what came before', async () => {
    const stream = twoClaims();
    const reversal = await stream.reverse('H3/C2', { later: 'resettle' });
    expect(reversal).not.toHaveProperty('adjustments');
    expect(reversal).toMatchObject({ position: { years: counted(40_000, 50_000) } });
    expect(stream.loaded).toHaveLength(1); // Of the reversed one itself, for its policy.
  });

  it('leaves a held denial denied where by now nobody can tell what holds for it', async () => {
    const rules = [{ when: { age: '90+' }, deny: 'class-not-covered', source: 'own' }];
    const stream = aStream({ ...ONE_VISIT, rules });
    await stream.post('H3/A', '2024-03-03', 10_000);
    await stream.post('H3/B', '2024-03-09', 10_000);
    const { born: _born, ...unborn } = stream.position.enrolment!;
    const position = { ...stream.position, enrolment: unborn };
    stream.add('E2', { kind: 'enrolment', enrolment: unborn, position });
    expect(await stream.decideAgain({}, 'service-date')).toEqual({ position, adjustments: [] });
  });

  it('leaves one as it was decided where by now nobody can tell what holds for it', async () => {
    // A rule asks for the member's age, which the bureau's newest word about the member leaves out.
    const stream = twoClaims({ rules: [{ when: { age: '90+' }, deny: 'class-not-covered', source: 'own' }] });
    const { born: _born, ...unborn } = stream.position.enrolment!;
    const position = { ...stream.position, enrolment: unborn };
    stream.add('E2', { kind: 'enrolment', enrolment: unborn, position });
    const reversal = (await stream.reverse('H3/C1', {
      later: 'resettle',
      order: 'service-date',
    })) as EntryBody;
    // 800.00 had been paid for the second: the deductible that the first bore is not asked of it.
    expect(reversal).toMatchObject({ kind: 'reversal', undone: { billed: 100_000 } });
    expect(reversal).not.toHaveProperty('adjustments');
    expect(reversal.position.years).toEqual(counted(80_000));
  });

  it('keeps such a one without taking from the account what is there no more: the rest is cash', async () => {
    const stream = aStream({
      layers: [{ id: 'pooled', fund: 'pooled', ratio: '80%' }],
      rules: [{ when: { department: 'A03', age: '90+' }, deny: 'class-not-covered', source: 'own' }],
    });
    stream.credit(5_000, '2024-01-01');
    // 40.00 of its share: from the account.
    stream.settle('H3/C2', '2024-03-10', 20_000, { useAccount: true, departmentCode: 'A03' });
    const { born: _born, ...unborn } = stream.position.enrolment!;
    const position = { ...stream.position, enrolment: unborn };
    stream.add('E2', { kind: 'enrolment', enrolment: unborn, position });
    const header = stream.header('H3/C1', '2024-03-01', 10_000, { useAccount: true });
    const late = { claimKey: 'H3/C1', header, basis: aBasis(10_000), release: 'r' };
    const again = await stream.decideAgain({ with: late }, 'service-date');
    // The late one finds 50.00 and takes 20.00; of the other's 40.00 there are 30.00 left.
    expect(again.decided).toMatchObject({ amounts: { account: 2_000, cash: 0 } });
    expect(again.adjustments).toMatchObject([
      {
        of: 3,
        amounts: { billed: 20_000, funds: { pooled: 16_000 }, account: 3_000, cash: 1_000 },
        moved: { counters: {}, account: { earlier: 0, thisYear: -1_000 } },
      },
    ]);
    expect(again.position).toMatchObject({ account: { earlier: 0, thisYear: 0 } });
  });

  it('may find that a later one is denied: nothing is counted of it, and why is said', async () => {
    // The second visit within a month is denied, if there is one before it.
    const stream = aStream({ limits: [{ name: 'v', counts: 'claims', per: 'month', max: 1 }] });
    stream.settle('H3/C2', '2024-03-10', 100_000);
    const late = {
      claimKey: 'H3/C1',
      header: stream.header('H3/C1', '2024-03-01', 10_000),
      basis: aBasis(10_000),
      release: 'r',
    };
    const { adjustments, decided } = await stream.decideAgain({ with: late }, 'service-date');
    expect(decided).toMatchObject({ outcome: 'payable', amounts: { deductible: 10_000 } });
    expect(adjustments).toEqual([
      {
        of: 2,
        claimKey: 'H3/C2',
        amounts: {
          billed: 0,
          selfPaid: 0,
          overLimit: 0,
          firstPay: 0,
          inScope: 0,
          deductible: 0,
          funds: {},
          account: 0,
          cash: 0,
          hospital: 0,
        },
        moved: { counters: { '2024': { 'op.pooled': -40_000, 'op.pooled.ded': -50_000, 'v@03': -1 } } },
        denial: expect.objectContaining({ code: 'visit-limit-reached', facts: { max: 1 } }),
      },
    ]);
  });

  it('finds the account as it was at its place, by arrival; with every credit, by the day of service', async () => {
    const stream = aStream({ layers: [{ id: 'pooled', fund: 'pooled', ratio: '80%' }] });
    stream.settle('H3/C1', '2024-03-01', 10_000, { useAccount: true });
    stream.settle('H3/C2', '2024-03-02', 20_000, { useAccount: true });
    stream.credit(3_000, '2024-04-01');
    stream.settle('H3/C3', '2024-04-02', 20_000, { useAccount: true });
    const byArrival = await stream.reverse('H3/C1', { later: 'resettle' });
    expect(byArrival).not.toHaveProperty('adjustments');
    expect(byArrival).toMatchObject({ position: { account: { thisYear: 0 } } });
    // By service, the 30.00 go to the second claim, and the third finds none.
    const { adjustments, position } = await stream.decideAgain({ without: 2 }, 'service-date');
    expect(adjustments.map(({ claimKey, amounts }) => [claimKey, amounts.account, amounts.cash])).toEqual([
      ['H3/C2', 3_000, 1_000],
      ['H3/C3', 0, 4_000],
    ]);
    expect(position).toMatchObject({ account: { thisYear: 0 }, servedUntil: '2024-04-02' });
  });
});

describe('a refund of lines', () => {
  const refunded = (
    stream: ReturnType<typeof aStream>,
    claimKey: string,
    inScope: number,
    policy: Partial<CorrectionPolicy> = {},
  ) =>
    stream.reverse(claimKey, policy, {
      replacement: {
        header: stream.header(claimKey, '2024-03-01', inScope),
        basis: () => (inScope === 0 ? undefined : aBasis(inScope)),
      },
    });

  it('puts the claim as it stands in the place of the old one', async () => {
    const stream = twoClaims();
    const reversal = await refunded(stream, 'H3/C1', 70_000, { later: 'resettle' });
    // 700 less 500, x 80 %. The deductible is paid all the same, so the second claim stays as it is.
    expect(reversal).toMatchObject({
      kind: 'reversal',
      effects: { counters: counted(-40_000, -50_000) },
      replacement: {
        header: { billedFen: 70_000 },
        basis: { inScope: 70_000 },
        amounts: { deductible: 50_000, funds: { pooled: 16_000 } },
        effects: { counters: counted(16_000, 50_000) },
      },
      position: { years: counted(96_000, 50_000) },
    });
    expect(reversal).not.toHaveProperty('adjustments');
    stream.add('H3/C1', reversal);
    expect(
      standing(stream.entries).map(({ claimKey, seq, order, version, amounts }) => [
        claimKey,
        seq,
        order,
        version,
        amounts.billed,
      ]),
    ).toEqual([
      ['H3/C1', 4, 2, 2, 70_000],
      ['H3/C2', 3, 3, 1, 100_000],
    ]);
  });

  it('of the newest under lifo decides nothing else again', async () => {
    const stream = twoClaims();
    const reversal = await refunded(stream, 'H3/C2', 50_000);
    expect(reversal).toMatchObject({
      replacement: { amounts: { funds: { pooled: 40_000 } } },
      position: { years: counted(80_000, 50_000) },
    });
  });

  it('of all lines leaves nothing in its place', async () => {
    const stream = twoClaims();
    const reversal = await refunded(stream, 'H3/C2', 0);
    expect(reversal).not.toHaveProperty('replacement');
    expect(reversal).toMatchObject({ position: { years: counted(40_000, 50_000) } });
  });

  it('of all lines of the latest leaves the day of the one before as the last that is decided', async () => {
    const stream = aStream();
    await stream.post('H3/C1', '2024-03-01', 100_000);
    await stream.post('H3/C2', '2024-03-10', 100_000);
    const policy = { later: 'resettle', order: 'service-date' } as const;
    const replacement = { header: stream.header('H3/C2', '2024-03-10', 0), basis: () => undefined };
    const { position: left } = (await stream.reverse('H3/C2', policy, { replacement })) as EntryBody;
    const { position: undone } = (await stream.reverse('H3/C2', policy)) as EntryBody;
    expect(left).toEqual(undone);
    expect(left).toMatchObject({ years: counted(40_000, 50_000), servedUntil: '2024-03-01' });
  });

  it('whose rest is denied is held in its place by the day of service, and else leaves nothing', async () => {
    const order = 'service-date';
    const stream = aStream(ONE_VISIT);
    await stream.post('H3/C2', '2024-03-10', 100_000);
    await stream.post('H3/C3', '2024-04-10', 100_000); // 800.00 paid.
    const header = stream.header('H3/C3', '2024-03-20', 40_000); // Of the line that is left, the day is in March.
    const replacement = { header, basis: () => aBasis(40_000) };
    const held = await stream.reverse('H3/C3', { later: 'resettle', order }, { replacement });
    expect(held).toMatchObject({
      kind: 'reversal',
      replacement: {
        header,
        basis: aBasis(40_000),
        amounts: NO_AMOUNTS,
        effects: { counters: {} },
        denial: { code: 'visit-limit-reached', facts: { max: 1 } },
      },
      position: { years: { '2024': { 'op.pooled': 40_000, 'op.pooled.ded': 50_000, 'v@03': 1 } } },
    });
    const arrival = await stream.reverse('H3/C3', { later: 'resettle' }, { replacement });
    expect(arrival).toMatchObject({ kind: 'reversal' });
    expect(arrival).not.toHaveProperty('replacement');
    const unknown = {
      header: { ...(header as object), encounter: 'maternity' },
      basis: () => aBasis(40_000),
    };
    expect(
      await stream.reverse('H3/C3', { later: 'resettle', order }, { replacement: unknown }),
    ).not.toHaveProperty('replacement');
    // It stands as denied, as the next version of its number.
    stream.add('H3/C3', held);
    expect(standing(stream.entries)).toMatchObject([
      { claimKey: 'H3/C2' },
      { claimKey: 'H3/C3', seq: 4, order: 3, version: 2, amounts: NO_AMOUNTS, denial: {} },
    ]);
  });

  it('twice of one claim: the second difference starts from the first', async () => {
    const stream = twoClaims();
    const first = stream.add('H3/C1', await refunded(stream, 'H3/C1', 30_000, { later: 'resettle' }));
    const second = stream.add('H3/C1', await refunded(stream, 'H3/C1', 10_000, { later: 'resettle' }));
    // Of the 500, the second claim bears 200, then 400.
    expect(first.body).toMatchObject({ adjustments: [{ of: 3, amounts: { deductible: 20_000 } }] });
    expect(second.body).toMatchObject({
      version: 2,
      adjustments: [{ of: 3, amounts: { deductible: 40_000 } }],
    });
    const ledger = memoryLedger();
    for (const entry of stream.entries) await ledger.append(entry);
    const was = async (entry: Entry) => (await beforeAdjustments(entry, ledger)).get(3)?.deductible;
    expect([await was(first), await was(second)]).toEqual([0, 20_000]);
  });

  it('that leaves less than the deductible moves it to the next claim', async () => {
    const stream = twoClaims();
    // 300 of the deductible here; 200 there: 800 x 80 %.
    expect(await refunded(stream, 'H3/C1', 30_000, { later: 'resettle' })).toMatchObject({
      replacement: { amounts: { deductible: 30_000, funds: {} } },
      adjustments: [
        {
          of: 3,
          amounts: { deductible: 20_000, funds: { pooled: 64_000 } },
          moved: { counters: counted(-16_000, 20_000) },
        },
      ],
      position: { years: counted(64_000, 50_000) },
    });
  });
});

describe('what claims had come to before an entry adjusted them', () => {
  it('is read from the first of them up to the entry, over pages: settled, held, refunded, adjusted before', async () => {
    const stream = aStream();
    const of = (billed: number) => ({ ...NO_AMOUNTS, billed }) as never;
    const heldBody = ({ header }: Settlement, position: Position) => ({
      kind: 'denial',
      header,
      billed: 1,
      denial: { code: 'visit-limit-reached' },
      held: { version: 1, scheme: '310', benefit: 'op', benefitYear: '2024' },
      position,
    });
    const settled = (n: number) => stream.settle(`H3/C${n}`, `2024-03-0${n}`, 10_000);
    const body = settled(1).body as Settlement; // 2
    settled(2); // 3
    stream.add('H3/C3', heldBody(body, stream.position)); // 4
    settled(4); // 5
    const { header, basis, effects, position } = body;
    stream.add('H3/C4', {
      kind: 'reversal',
      reverses: 5,
      undone: body.amounts,
      effects,
      replacement: { header, basis, amounts: of(6), effects },
      adjustments: [{ of: 3, claimKey: 'H3/C2', amounts: of(3), moved: effects }],
      position,
    }); // 6
    stream.add('H3/C1', { kind: 'conflict', code: 'other-content', with: 2, position }); // 7
    const adjusts = (...seqs: number[]) =>
      ({ ...body, adjustments: seqs.map((seq) => ({ of: seq, amounts: of(1) })) }) as object;
    const entry = stream.add('H3/C0', adjusts(6, 3, 4)); // 8
    stream.settle('H3/C9', '2024-03-09', 10_000); // 9
    const ledger = memoryLedger();
    for (const each of stream.entries) await ledger.append(each);
    const reads: [number, number][] = [];
    const paged = {
      stream: (key: string, from: number, limit: number) => {
        reads.push([from, limit]);
        return ledger.stream(key, from, Math.min(limit, 2));
      },
    };
    expect([...(await beforeAdjustments(entry, paged))].sort(([a], [b]) => a - b)).toEqual([
      [3, of(3)],
      [4, NO_AMOUNTS],
      [6, of(6)],
    ]);
    // As many as there are up to the entry, two at a time; nothing where nothing is adjusted.
    expect(reads).toEqual([
      [3, 5],
      [5, 3],
      [7, 1],
    ]);
    expect([(await beforeAdjustments(stream.entries[7]!, paged)).size, reads.length]).toEqual([3, 6]);
    expect([(await beforeAdjustments(stream.entries[8]!, paged)).size, reads.length]).toEqual([0, 6]);
  });
});

describe('what only the amounts show', () => {
  // No counter moves: the class changed since, and by the day of service everything is decided for the class of now.
  const adjusted = async (layers: readonly object[]) => {
    const stream = aStream({ layers });
    stream.settle('H3/C1', '2024-03-01', 10_000);
    stream.settle('H3/C2', '2024-03-02', 10_000);
    stream.enrol('retired');
    const { adjustments } = await stream.decideAgain({ without: 3 }, 'service-date');
    return adjustments.map(({ amounts: { funds, cash, hospital }, moved }) => ({
      funds,
      cash,
      hospital,
      moved,
    }));
  };
  const moved = { counters: {} };
  const retired = { class: 'retired' };

  it('is adjusted: another amount, another fund, another payer that is no fund', async () => {
    const ratio = { by: ['class'], table: { active: '50%', retired: '90%' } };
    expect(await adjusted([{ id: 'a', fund: 'pooled', ratio }])).toEqual([
      { funds: { pooled: 9_000 }, cash: 1_000, hospital: 0, moved },
    ]);
    const special = { id: 's', fund: 'special', when: retired, ratio: '50%' };
    expect(
      await adjusted([special, { id: 'a', fund: 'pooled', when: { class: 'active' }, ratio: '50%' }]),
    ).toEqual([{ funds: { special: 5_000 }, cash: 5_000, hospital: 0, moved }]);
    const house = { id: 'h', fund: 'hospital', base: ['share'], when: retired, ratio: '20%' };
    expect(await adjusted([{ id: 'a', fund: 'pooled', ratio: '50%' }, house])).toEqual([
      { funds: { pooled: 5_000 }, cash: 4_000, hospital: 1_000, moved },
    ]);
  });

  it('is adjusted too where nothing was billed, and it comes to a denial', async () => {
    const rules = [{ when: retired, deny: 'class-not-covered', source: 'own' }];
    const stream = aStream({ rules, layers: [{ id: 'a', fund: 'pooled', ratio: '50%' }] });
    stream.settle('H3/C1', '2024-03-01', 0);
    stream.settle('H3/C2', '2024-03-02', 10_000);
    stream.enrol('retired');
    expect((await stream.decideAgain({ without: 3 }, 'service-date')).adjustments).toMatchObject([
      { of: 2, amounts: NO_AMOUNTS, moved, denial: { code: 'class-not-covered' } },
    ]);
  });

  it('is what the newest word about the member makes of it, whatever its number', async () => {
    const stream = aStream(BY_CLASS);
    stream.settle('H3/C1', '2024-03-01', 10_000);
    stream.settle('H3/C2', '2024-03-02', 10_000);
    stream.enrol('retired', 'E0');
    expect((await stream.decideAgain({ without: 3 }, 'service-date')).adjustments).toMatchObject([
      { of: 2, amounts: { funds: { pooled: 9_000 } } },
    ]);
  });

  it('is left alone where nothing differs', async () => {
    expect(await adjusted([{ id: 'a', fund: 'pooled', ratio: '50%' }])).toEqual([]);
  });
});

describe('what a correction is made from', () => {
  it('is the content as posted, or the entry of whoever changed it since', () => {
    const [, settled] = twoClaims().entries;
    const { body, hash } = settled!;
    expect(madeFrom({ body, hash })).toBe(body.content);
    expect(madeFrom({ body: { ...body, resolves: 1 }, hash })).toBe(hash);
    expect(madeFrom({ body: { ...body, kind: 'reversal' } as never, hash })).toBe(hash);
  });

  it('is treated as the pack of its scheme says; where there is none, carefully', () => {
    const corrections = { later: 'resettle', order: 'service-date' } as const;
    const other = { ...packWith(), scheme: '390' };
    const release = releaseOf([other, { ...packWith(), corrections }]);
    expect(correctionsOf(release, AREA, '310')).toEqual(corrections);
    expect(correctionsOf(release, AREA, '390')).toEqual({ later: 'lifo', order: 'arrival' });
    expect(correctionsOf(release, AREA, '510')).toEqual({ later: 'lifo', order: 'arrival' });
  });
});

describe('a stay that became the first of the year', () => {
  // 1,300.00 for the first stay, 650.00 for the others. All are of 300.00: the standard changes, and no money with it.
  const standard = { by: ['ordinal'], table: { '1': 1300, '2+': 650 } };
  const layers = [{ id: 'p', fund: 'pooled', ratio: '80%', deductible: { per: 'stay', standard } }];
  const stays = async (...claims: [claimKey: string, on: string][]) => {
    const stream = aStream({ encounters: ['inpatient'], ordinal: { counter: 'stays' }, layers });
    for (const [claimKey, on] of claims)
      stream.settle(claimKey, on, 30_000, {
        encounter: 'inpatient',
        admittedOn: on,
        dischargedOn: on,
        servedOn: undefined,
      });
    return stream;
  };
  const standards = ({ position }: EntryBody) =>
    position.stays?.map(({ claim, deductibleStandard }) => [claim, deductibleStandard]);
  const later = 'resettle';

  it('remains so when one after it is taken back: a transfer from it pays what is missing to 1,300.00', async () => {
    const stream = await stays(['H3/A', '2024-03-01'], ['H3/B', '2024-03-10'], ['H3/C', '2024-03-20']);
    const first = stream.add('H3/A', await stream.reverse('H3/A', { later }));
    expect(standards(first.body)).toEqual([
      ['B', 130_000],
      ['C', 65_000],
    ]);
    expect(first.body).not.toHaveProperty('adjustments');
    expect(standards(await stream.reverse('H3/C', { later }))).toEqual([['B', 130_000]]);
  });

  it('is what a refund has made of it, however many came after', async () => {
    const on = ['2024-03-01', '2024-03-05', '2024-03-10', '2024-03-15', '2024-03-20'];
    const stream = await stays(...on.map((day, n) => [`H3/S${n}`, day] as [string, string]));
    // S1 is left with 200.00; the position remembers the newest three, and it no more.
    const header = { ...(stream.entries[2]!.body as Settlement).header, billedFen: 20_000 };
    const replacement = { header, basis: () => aBasis(20_000) };
    stream.add('H3/S1', await stream.reverse('H3/S1', { later }, { replacement }));
    let last: EntryBody = stream.entries.at(-1)!.body;
    for (const claimKey of ['H3/S4', 'H3/S3']) {
      last = await stream.reverse(claimKey, { later });
      stream.add(claimKey, last);
    }
    expect(last.position.stays?.map(({ claim, deductible }) => [claim, deductible])).toEqual([
      ['S0', 30_000],
      ['S1', 20_000],
      ['S2', 30_000],
    ]);
  });
});

describe('a stay that comes to a denial', () => {
  it('is forgotten with its money, also where nobody can tell any more what holds for it', async () => {
    const stay = (on: string) => ({
      header: { encounter: 'inpatient', admittedOn: on, dischargedOn: on, servedOn: undefined },
    });
    const rules = [{ when: { age: '90+' }, deny: 'class-not-covered', source: 'own' }];
    const stream = aStream({ ...ONE_VISIT, rules, encounters: ['inpatient'] });
    await stream.post('H3/S1', '2024-03-10', 100_000, stay('2024-03-10'));
    await stream.post('H3/S0', '2024-03-01', 100_000, stay('2024-03-01'));
    expect(standing(stream.entries)).toMatchObject([
      { claimKey: 'H3/S1', effects: { counters: {} }, denial: { code: 'visit-limit-reached' } },
      { claimKey: 'H3/S0', effects: { stay: { claim: 'S0' } } },
    ]);
    expect(standing(stream.entries)[0]?.effects).toEqual({ counters: {} });
    expect(stream.position.stays).toMatchObject([{ claim: 'S0' }]);
    // From now on the member's age is unknown: both stay what they were decided to be.
    const { born: _born, ...unborn } = stream.position.enrolment!;
    stream.add('E2', { kind: 'enrolment', enrolment: unborn, position: stream.position });
    const { position } = await stream.decideAgain({}, 'service-date');
    expect(position.stays).toMatchObject([{ claim: 'S0' }]);
  });
});

describe('a late claim, by the day of service', () => {
  const late = (stream: ReturnType<typeof aStream>, claimKey: string, servedOn: string) =>
    stream.decideAgain(
      {
        with: {
          claimKey,
          header: stream.header(claimKey, servedOn, 100_000),
          basis: aBasis(100_000),
          release: 'r',
        },
      },
      'service-date',
    );

  it('is decided on the position of its day, and the one after it again', async () => {
    const stream = twoClaims();
    const { there, decided, adjustments, position } = await late(stream, 'H3/C0', '2024-02-01');
    expect(there!.years).toEqual({});
    expect(decided).toMatchObject({ amounts: { deductible: 50_000, funds: { pooled: 40_000 } } });
    expect(adjustments).toMatchObject([
      {
        of: 2,
        amounts: { deductible: 0, funds: { pooled: 80_000 } },
        moved: { counters: counted(40_000, -50_000) },
      },
    ]);
    expect(position).toMatchObject({ years: counted(200_000, 50_000), servedUntil: '2024-03-10' });
  });

  it('and what it adjusts stands so from then on', async () => {
    const stream = twoClaims();
    const claim = stream.header('H3/C0', '2024-02-01', 100_000);
    const { decided, adjustments, position } = await late(stream, 'H3/C0', '2024-02-01');
    const { outcome: _outcome, steps: _steps, ...rest } = decided as Payable;
    const body = {
      kind: 'settlement',
      version: 1,
      release: 'releaseAAAAAAAAA',
      header: claim,
      ...rest,
      adjustments,
      position,
    };
    stream.add('H3/C0', body);
    expect(standing(stream.entries).map(({ claimKey, amounts }) => [claimKey, amounts.deductible])).toEqual([
      ['H3/C1', 0],
      ['H3/C2', 0],
      ['H3/C0', 50_000],
    ]);
  });

  it('on one day comes where its number puts it', async () => {
    const before = await late(twoClaims(), 'H1/C1', '2024-03-01');
    expect([before.there!.years, before.adjustments.length]).toEqual([{}, 1]);
    const after = await late(twoClaims(), 'H4/C1', '2024-03-01');
    expect([after.there!.years, after.adjustments.length]).toEqual([counted(40_000, 50_000), 0]);
  });

  it('tells adjustments in the order of arrival, whatever the order of service', async () => {
    const stream = aStream();
    stream.settle('H3/C1', '2024-03-10', 30_000);
    stream.settle('H3/C2', '2024-03-01', 30_000);
    const { adjustments } = await late(stream, 'H3/C0', '2024-02-01');
    // All of the deductible is the late one's: 300 x 80 % for both.
    expect(adjustments.map(({ of, amounts }) => [of, amounts.funds.pooled])).toEqual([
      [2, 24_000],
      [3, 24_000],
    ]);
  });

  it('by arrival is decided after all others', async () => {
    const stream = twoClaims();
    const claim = {
      claimKey: 'H3/C0',
      header: stream.header('H3/C0', '2024-02-01', 100_000),
      basis: aBasis(100_000),
      release: 'r',
    };
    const { there, adjustments, decided } = await stream.decideAgain({ with: claim }, 'arrival');
    expect([there, adjustments]).toEqual([stream.position, []]);
    expect(decided).toMatchObject({ amounts: { deductible: 0, funds: { pooled: 80_000 } } });
    expect(stream.loaded).toEqual(['r']);
  });

  it('that is the latest of all is simply the next', async () => {
    const { there, adjustments, position } = await late(twoClaims(), 'H3/C9', '2024-03-11');
    expect([there!.years, adjustments, position.servedUntil]).toEqual([
      counted(120_000, 50_000),
      [],
      '2024-03-11',
    ]);
  });
});
