// Where the day of service decides, a claim that a limit denied keeps its place: it is decided again with the others, and
// its number is held for it. What that means for whoever posts it again, takes it back, or looks at it.

import { describe, expect, it } from 'vitest';
import type { DenialEntry, Settlement } from '../../shared/ledger/entry.ts';
import { standing } from '../../shared/ledger/corrections/standing.ts';
import { verifyStream } from '../../shared/reconciliation/verify-stream.ts';
import { call } from '../support/http-events.ts';
import { type MemoryInstallation, memoryInstallation } from '../support/memory-installation.ts';

const MEMBER = 'DEMO0000000777';
const OTHER = 'DEMO0000000778';

/** A stay of so many yuan on a day of March. */
const stay = (claimNo: string, day: number, yuan: number, memberId = MEMBER) => {
  const date = `2025-03-${String(day).padStart(2, '0')}`;
  return {
    claimNo,
    memberId,
    encounter: 'inpatient',
    admittedOn: date,
    dischargedOn: date,
    billedFen: yuan * 100,
    lines: [
      {
        lineNo: 1,
        itemCode: 'S330100001',
        quantity: '1',
        unitPrice: `${yuan}`,
        amountFen: yuan * 100,
        servedOn: date,
      },
    ],
  };
};

/** The same a month later. */
const inApril = (claim: unknown): unknown =>
  JSON.parse(JSON.stringify(claim).replaceAll('2025-03', '2025-04'));

/** One stay a month is paid; which one, the day of service says. */
async function installation(): Promise<MemoryInstallation> {
  const jiesuan = await memoryInstallation({
    adapt: (pack) => ({
      ...pack,
      corrections: { later: 'resettle', order: 'service-date' },
      benefits: pack.benefits.map((benefit) =>
        benefit.encounters.includes('inpatient')
          ? { ...benefit, limits: [{ name: 'stays', counts: 'claims', per: 'month', max: 1 }] }
          : benefit,
      ),
    }),
  });
  await jiesuan.enrol(
    'E1',
    [MEMBER, OTHER].map((memberId, at) => ({
      enrolmentNo: `E${at}`,
      memberId,
      born: '1970-01-01',
      sex: 'F',
      hasAccount: true,
      coverage: [{ from: '2015-01-01', scheme: '310', personClass: 'active' }],
    })),
  );
  return jiesuan;
}

let batches = 0;
const post = (jiesuan: MemoryInstallation, claims: readonly unknown[], reversals: readonly unknown[] = []) =>
  jiesuan.postClaims('H0001', `B${batches++}`, claims, { reversals });
const takeBack = (jiesuan: MemoryInstallation, claimNo: string, more: object = {}) =>
  post(
    jiesuan,
    [],
    [{ reversalNo: `R${batches}`, claimNo, memberId: MEMBER, reason: 'billed-in-error', ...more }],
  );
const seen = async (jiesuan: MemoryInstallation, claimNo: string, what = '') => {
  const token = await jiesuan.tokenOf('H0001');
  return (await call(jiesuan.handler, 'GET', `/v1/claims/H0001/${claimNo}${what}`, { token })).json;
};
const entries = async (jiesuan: MemoryInstallation) => {
  const [key] = [...jiesuan.ledger.streams.keys()];
  return (await jiesuan.ledger.stream(key as string, 1, 1_000)).items;
};
const newest = async (jiesuan: MemoryInstallation) => (await entries(jiesuan)).at(-1)!;
const holds = async (jiesuan: MemoryInstallation) => {
  for (const [key, rows] of jiesuan.ledger.streams)
    expect(await verifyStream(key, rows, { releaseOf: jiesuan.deps.release })).toEqual([]);
};

/** A is paid; B, served later in the month, is denied. */
async function denied(): Promise<MemoryInstallation> {
  const jiesuan = await installation();
  await post(jiesuan, [stay('A', 3, 20_000), stay('B', 9, 30_000)]);
  expect((await newest(jiesuan)).body).toMatchObject({
    kind: 'denial',
    denial: { code: 'visit-limit-reached' },
    held: { version: 1, scheme: '310', benefit: 'inpatient', benefitYear: '2025' },
  });
  return jiesuan;
}

describe('a held denial', () => {
  it('comes to life when what stood in its way is taken back, and people see it', async () => {
    const jiesuan = await denied();
    expect(await seen(jiesuan, 'B')).toMatchObject({ status: 'denied', current: { billedFen: 3_000_000 } });
    await takeBack(jiesuan, 'A');
    const alone = await installation();
    await post(alone, [stay('B', 9, 30_000)]);
    expect((await newest(jiesuan)).body.position).toEqual((await newest(alone)).body.position);
    expect(await seen(jiesuan, 'B')).toMatchObject({
      status: 'settled',
      current: { outcome: 'denied' },
      adjustedTo: (await seen(alone, 'B')).current.amounts,
    });
    // 30,000 yuan were all the member's; 5,180 are left of it (800 of deductible, 15 % of the rest), so 24,820 go back.
    expect(await seen(jiesuan, 'B', '/explanation')).toMatchObject({
      agrees: true,
      happened: [{}, { en: expect.stringContaining('gets back 24,820.00 in cash') }],
    });
    await post(jiesuan, [stay('A2', 5, 10_000)]); // And is denied again: nothing is counted of it.
    expect(await seen(jiesuan, 'B')).toMatchObject({
      status: 'denied',
      adjustedTo: { billedFen: 0, cashFen: 0 },
      adjustedDenial: { code: 'visit-limit-reached' },
    });
    expect(await seen(jiesuan, 'B', '/explanation')).toMatchObject({ agrees: true });
    await holds(jiesuan);
  });

  it('may be posted again while it is denied: the newest takes its place, and is settled once', async () => {
    const jiesuan = await denied();
    await post(jiesuan, [stay('B', 9, 30_000)]);
    expect((await newest(jiesuan)).body).toMatchObject({ kind: 'denial', replaces: 3, held: { version: 2 } });
    // With another day, in a month of its own.
    await post(jiesuan, [inApril(stay('B', 9, 30_000))]);
    const settled = await newest(jiesuan);
    expect(settled.body).toMatchObject({ kind: 'settlement', version: 3, replaces: 4 });
    await takeBack(jiesuan, 'A');
    const stands = standing(await entries(jiesuan));
    expect(stands.map(({ claimKey, seq }) => [claimKey, seq])).toEqual([['H0001/B', settled.place.seq]]);
    await takeBack(jiesuan, 'B');
    expect(standing(await entries(jiesuan))).toEqual([]);
    await holds(jiesuan);
  });

  it('holds its number once it came to life: the same claim is a repeat, another one a conflict', async () => {
    const jiesuan = await denied();
    await takeBack(jiesuan, 'A');
    await post(jiesuan, [stay('B', 9, 30_000)]);
    expect((await newest(jiesuan)).body).toMatchObject({ kind: 'repeat', of: 3 });
    await post(jiesuan, [stay('B', 9, 40_000)]);
    expect((await newest(jiesuan)).body).toMatchObject({ kind: 'conflict', code: 'other-content', with: 3 });
    await holds(jiesuan);
  });

  it('is reversed like a settlement: with its money when it came to life, without any while it is denied', async () => {
    const alive = await denied();
    await takeBack(alive, 'A');
    const paid = (await seen(alive, 'B')).adjustedTo;
    await takeBack(alive, 'B');
    expect(await seen(alive, 'B')).toMatchObject({
      status: 'reversed',
      current: { reversal: { of: 3, undone: paid } },
    });
    expect((await newest(alive)).body.position.years).toEqual({});
    await holds(alive);

    const jiesuan = await denied();
    const before = (await newest(jiesuan)).body.position.years;
    const batchId = await takeBack(jiesuan, 'B');
    expect((await jiesuan.batches.read(batchId))?.progress?.totals).toMatchObject({
      reversed: 1,
      billed: 0,
      cash: 0,
    });
    expect((await newest(jiesuan)).body.position.years).toEqual(before);
    await takeBack(jiesuan, 'A');
    expect(standing(await entries(jiesuan))).toEqual([]); // Withdrawn: it does not come to life.
    await post(jiesuan, [stay('B', 9, 30_000)]);
    expect((await newest(jiesuan)).body).toMatchObject({ kind: 'settlement', version: 2 });
    await holds(jiesuan);
  });

  it('keeps its number from other members until it is taken back', async () => {
    const jiesuan = await denied();
    await post(jiesuan, [stay('B', 9, 30_000, OTHER)]);
    const [, others] = [...jiesuan.ledger.streams.keys()];
    const last = async () => (await jiesuan.ledger.stream(others as string, 1, 100)).items.at(-1)?.body;
    expect(await last()).toMatchObject({ kind: 'conflict', code: 'number-held-by-another-member' });
    await takeBack(jiesuan, 'B');
    await post(jiesuan, [stay('B', 9, 30_000, OTHER)]);
    expect(await last()).toMatchObject({ kind: 'settlement' });
    await holds(jiesuan);
  });

  it('that comes late is decided in its place, and explained there', async () => {
    const jiesuan = await installation();
    await post(jiesuan, [stay('B', 9, 30_000)]);
    await post(jiesuan, [stay('C', 20, 30_000)]);
    await post(jiesuan, [stay('L', 15, 30_000)]); // Denied in its place, as it would be if it came last.
    expect((await newest(jiesuan)).body).toMatchObject({ kind: 'denial', held: { version: 1 } });
    expect(await seen(jiesuan, 'L', '/explanation')).toMatchObject({ agrees: true, entryIntact: true });
    await post(jiesuan, [stay('A', 3, 20_000)]); // Would be denied if it came last; in its place it is paid.
    const { body } = await newest(jiesuan);
    expect(body).toMatchObject({ kind: 'settlement', adjustments: [{ claimKey: 'H0001/B' }] });
    expect((body as Settlement).adjustments?.[0]?.denial?.code).toBe('visit-limit-reached');
    expect(await seen(jiesuan, 'A', '/explanation')).toMatchObject({ agrees: true, entryIntact: true });
    expect(await seen(jiesuan, 'B')).toMatchObject({ status: 'denied', current: { outcome: 'settled' } });
    await holds(jiesuan);
  });

  it('is what a refund leaves that is denied in its place; and a claim that named a quote is never held', async () => {
    const jiesuan = await denied();
    await takeBack(jiesuan, 'B', {
      refundLines: [{ originalLineNo: 1, quantity: '-0.5', amountFen: -1_500_000 }],
    });
    expect((await newest(jiesuan)).body).toMatchObject({
      kind: 'reversal',
      replacement: { denial: { code: 'visit-limit-reached' }, amounts: { billed: 0 } },
    });
    expect((await seen(jiesuan, 'B')).status).toBe('denied');
    await takeBack(jiesuan, 'A');
    expect(await seen(jiesuan, 'B')).toMatchObject({
      status: 'settled',
      adjustedTo: { billedFen: 1_500_000 },
    });
    const token = await jiesuan.tokenOf('H0001');
    const claim = stay('Q', 25, 10_000);
    const body = { claim: inApril(claim) };
    const { json } = await call(jiesuan.handler, 'POST', '/v1/quotes', { token, body });
    expect(json.quoteId).toBeDefined();
    await post(jiesuan, [{ ...claim, quoteId: json.quoteId }]);
    const refused = (await newest(jiesuan)).body as DenialEntry;
    expect(refused).toMatchObject({ kind: 'denial', denial: { code: 'visit-limit-reached' } });
    expect([refused.quoteId, refused.held]).toEqual([json.quoteId, undefined]);
    await holds(jiesuan);
  });
});
