// Two promises about a claim that is not settled at once: a pended one is settled as its reviewer left it, and one that
// names a quote is settled exactly as quoted, or refused with what changed.

import { beforeAll, describe, expect, it } from 'vitest';
import { AGENCY } from '../../shared/batch/batch.ts';
import { call } from '../support/http-events.ts';
import { type MemoryInstallation, memoryInstallation } from '../support/memory-installation.ts';

const MEMBER = 'DEMO0000000777';
const OTHER = 'DEMO0000000779';
let jiesuan: MemoryInstallation;

const line = (lineNo: number, amountFen: number) => ({
  lineNo,
  itemCode: 'S330100001',
  quantity: '1',
  unitPrice: `${Math.trunc(amountFen / 100)}.${String(amountFen % 100).padStart(2, '0')}`,
  amountFen,
  servedOn: '2025-03-05',
});
const stay = (claimNo: string, encounter = 'inpatient', amounts = [300_000, 200_000]) => ({
  claimNo,
  memberId: MEMBER,
  encounter,
  admittedOn: '2025-03-01',
  dischargedOn: '2025-03-10',
  billedFen: amounts.reduce((sum, amount) => sum + amount, 0),
  lines: amounts.map((amount, at) => line(at + 1, amount)),
});

beforeAll(async () => {
  jiesuan = await memoryInstallation();
  await jiesuan.enrol(
    'E1',
    [MEMBER, OTHER].map((memberId, at) => ({
      enrolmentNo: `E1-${at}`,
      memberId,
      born: '1970-01-01',
      sex: 'F',
      hasAccount: true,
      coverage: [{ from: '2015-01-01', scheme: '310', personClass: 'active' }],
    })),
  );
});

const claim = async (claimNo: string, rest = '') =>
  (
    await call(jiesuan.handler, 'GET', `/v1/claims/H0001/${claimNo}${rest}`, {
      token: await jiesuan.tokenOf('H0001'),
    })
  ).json;
const review = (reviewNo: string, claimNo: string, more: object) =>
  jiesuan.review(reviewNo, [{ reviewNo, providerId: 'H0001', claimNo, reason: 'seen-the-file', ...more }]);
const outcomes = async (batchId: string) => (await jiesuan.batches.read(batchId))?.progress?.totals;

describe('a pended claim', () => {
  it('holds no counter and blocks nobody, and is settled when a reviewer approves it', async () => {
    await jiesuan.postClaims('H0001', 'P1', [stay('T1', 'trauma-inpatient')]);
    expect(await claim('T1')).toMatchObject({
      status: 'pended',
      current: { reasons: [{ code: 'trauma-to-verify' }] },
    });
    await jiesuan.postClaims('H0001', 'P2', [stay('N1')]);
    const other = (await claim('N1')).current.amounts;

    const batchId = await review('R1', 'T1', { decision: 'approve' });
    expect(await outcomes(batchId)).toMatchObject({ settled: 1, refused: 0 });
    const approved = await claim('T1');
    expect(approved.status).toBe('settled');
    expect(approved.history.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'pended',
      'settled',
    ]);
    // It is the second stay of the year by now: the one that did not wait came first.
    expect(approved.current.amounts.deductibleFen).toBeLessThanOrEqual(other.deductibleFen);
    expect(await claim('T1', '/explanation')).toMatchObject({ agrees: true, entryIntact: true });
  });

  it('is settled with what a reviewer refused turned to self-pay, and explains itself so', async () => {
    await jiesuan.postClaims('H0001', 'P3', [stay('T2', 'trauma-inpatient')]);
    const reductions = [
      { lineNo: 1, refusedFen: 100_000, reason: 'not-indicated' },
      { lineNo: 2, refusedFen: 200_000, reason: 'not-indicated' },
    ];
    await review('R2', 'T2', { decision: 'reduce', reductions });
    const { amounts } = (await claim('T2')).current;
    expect([amounts.billedFen, amounts.selfPaidFen, amounts.inScopeFen]).toEqual([500_000, 300_000, 200_000]);
    expect((await claim('T2', '/explanation')).agrees).toBe(true);
    // A refund later takes from what the reviewer left, and does not bring back what was refused.
    const refundLines = [{ originalLineNo: 1, quantity: '-0.5', amountFen: -150_000 }];
    const taken = { claimNo: 'T2', memberId: MEMBER, reason: 'drug-returned', refundLines };
    await jiesuan.postClaims('H0001', 'P3-back', [], { reversals: [{ reversalNo: 'RT2', ...taken }] });
    const left = (await claim('T2')).current.amounts;
    expect([left.billedFen, left.selfPaidFen, left.inScopeFen]).toEqual([350_000, 300_000, 50_000]);
    // What was refused stands as a line of no quantity (the third); a part of it can be taken back too.
    const ofRefused = { ...taken, refundLines: [{ originalLineNo: 3, quantity: '-0', amountFen: -40_000 }] };
    await jiesuan.postClaims('H0001', 'P3-part', [], { reversals: [{ reversalNo: 'RT3', ...ofRefused }] });
    const rest = (await claim('T2')).current.amounts;
    expect([rest.billedFen, rest.selfPaidFen, rest.inScopeFen]).toEqual([310_000, 260_000, 50_000]);
  });

  it('is denied by a reviewer with the reason, and may then be posted again', async () => {
    await jiesuan.postClaims('H0001', 'P4', [stay('T3', 'trauma-inpatient')]);
    await review('R3', 'T3', { decision: 'deny' });
    expect(await claim('T3')).toMatchObject({
      status: 'denied',
      current: { denial: { code: 'denied-by-reviewer' } },
    });
    await jiesuan.postClaims('H0001', 'P5', [stay('T3')]);
    expect((await claim('T3')).status).toBe('settled');
  });

  it('is reviewed once: a second review, one of a settled claim, and one that fits no line change nothing', async () => {
    const settled = (await claim('T1')).current;
    expect(await outcomes(await review('R4', 'T1', { decision: 'deny' }))).toMatchObject({
      refused: 1,
      denied: 0,
    });
    expect(await outcomes(await review('R5', 'N1', { decision: 'approve' }))).toMatchObject({ refused: 1 });
    expect((await claim('T1')).current).toEqual(settled);
    await jiesuan.postClaims('H0001', 'P6', [stay('T4', 'trauma-inpatient')]);
    const tooMuch = [{ lineNo: 1, refusedFen: 300_001, reason: 'not-indicated' }];
    expect(
      await outcomes(await review('R6', 'T4', { decision: 'reduce', reductions: tooMuch })),
    ).toMatchObject({ refused: 1 });
    expect((await claim('T4')).status).toBe('pended');
  });

  it('may have named a quote: it is reviewed like any other', async () => {
    await jiesuan.postClaims('H0001', 'P66', [
      { ...stay('T66', 'trauma-inpatient'), quoteId: 'aW52ZW50ZWRfYnlfaGltc2VsZg' },
    ]);
    expect((await claim('T66')).status).toBe('pended');
    await review('R6b', 'T66', { decision: 'approve' });
    expect((await claim('T66')).status).toBe('settled');
  });

  it('is not decided by a review of a claim that had its number before, of another member', async () => {
    await jiesuan.postClaims('H0001', 'P7', [stay('T7', 'trauma-inpatient')]);
    const stream = (await jiesuan.batches.holders(['H0001/T7'])).get('H0001/T7')?.stream;
    await review('R8', 'T7', { decision: 'deny' });
    const other = { ...stay('T7', 'trauma-inpatient'), memberId: OTHER };
    await jiesuan.postClaims('H0001', 'P8', [other]);
    expect((await claim('T7')).status).toBe('pended');
    // Posted before the denial, and split after the number had gone to another member.
    expect(await outcomes(await review('R9', 'T7', { stream, decision: 'approve' }))).toMatchObject({
      refused: 1,
    });
    expect((await claim('T7')).status).toBe('pended');
  });

  it('says what is wrong with a review that cannot be read', async () => {
    const batchId = await jiesuan.review('R7', [
      { reviewNo: 'R7', providerId: 'H0001', claimNo: 'T4', decision: 'reduce', reason: 'x y' },
    ]);
    const { split } = (await jiesuan.batches.read(batchId)) ?? {};
    expect([batchId, split?.rejected]).toEqual([`${AGENCY}.RV-R7`, 1]);
  });
});

describe('a quote', () => {
  const quote = async (posted: object) =>
    (
      await call(jiesuan.handler, 'POST', '/v1/quotes', {
        token: await jiesuan.tokenOf('H0001'),
        body: { claim: posted },
      })
    ).json;

  it('is kept to the fen by the claim that names it', async () => {
    const quoted = await quote(stay('Q1'));
    expect(quoted.outcome).toBe('settled');
    await jiesuan.postClaims('H0001', 'Q1', [{ ...stay('Q1'), quoteId: quoted.quoteId }]);
    const { current } = await claim('Q1');
    expect(current.amounts).toEqual(quoted.amounts);
    expect((await claim('Q1', '/explanation')).agrees).toBe(true);
  });

  it('refuses a claim that would come to something else, and shows both computations', async () => {
    const posted = stay('Q2', 'inpatient', [4_000_000]);
    const quoted = await quote(posted);
    // Another claim of the member comes first and moves the position; the bill grows besides.
    await jiesuan.postClaims('H0001', 'Q2a', [stay('Q2a')]);
    const changed = { ...stay('Q2', 'inpatient', [4_000_001]), quoteId: quoted.quoteId };
    await jiesuan.postClaims('H0001', 'Q2', [changed]);
    expect(await claim('Q2')).toMatchObject({
      status: 'denied',
      current: { denial: { code: 'quote-not-kept', en: expect.stringContaining('claim, position') } },
    });
    const explained = await claim('Q2', '/explanation');
    expect(explained).toMatchObject({ agrees: true, quote: { changed: ['claim', 'position'] } });
    expect(explained.quote.steps.length).toBeGreaterThan(0);
    expect(explained.steps.length).toBeGreaterThan(0);
    // A denied claim holds nothing: without the quote it is settled as things are now.
    await jiesuan.postClaims('H0001', 'Q2b', [stay('Q2', 'inpatient', [4_000_001])]);
    expect((await claim('Q2')).status).toBe('settled');
  });

  it('cannot be made up: a forged one only has its own claim refused', async () => {
    const forged = Buffer.from(JSON.stringify([1, 'c', 'r', 'p', 0, 'a', 9e15])).toString('base64url');
    await jiesuan.postClaims('H0001', 'Q3', [{ ...stay('Q3'), quoteId: forged }]);
    expect((await claim('Q3')).status).toBe('denied');
  });

  it('is not promised for a claim that would be denied or sent to a person', async () => {
    expect((await quote(stay('Q4', 'trauma-inpatient'))).quoteId).toBeUndefined();
  });
});
