// What people see of corrections: explanations of what a claim comes to now, and rows that add up.

import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { PackDocument } from '../../shared/policy/pack/schema.ts';
import { encodeBody, unseal } from '../../shared/ledger/codec.ts';
import type { EntryPlace } from '../../shared/ledger/entry.ts';
import { fen } from '../../shared/money/fen.ts';
import { call } from '../support/http-events.ts';
import { type MemoryInstallation, memoryInstallation } from '../support/memory-installation.ts';

const MEMBER = 'DEMO0000000888';

/** A stay of two equal lines, so many yuan altogether. */
const stay = (claimNo: string, dischargedOn: string, yuan: number, more: object = {}) => ({
  claimNo,
  memberId: MEMBER,
  encounter: 'inpatient',
  admittedOn: dischargedOn,
  dischargedOn,
  billedFen: yuan * 100,
  lines: [1, 2].map((lineNo) => ({
    lineNo,
    itemCode: 'S330100001',
    itemName: `item ${lineNo}`,
    quantity: '1',
    unitPrice: `${yuan / 2}`,
    amountFen: yuan * 50,
    servedOn: dischargedOn,
  })),
  ...more,
});

async function installation(
  corrections: NonNullable<PackDocument['corrections']>,
  adapt = (pack: PackDocument) => pack,
) {
  const jiesuan = await memoryInstallation({ adapt: (pack) => ({ ...adapt(pack), corrections }) });
  const coverage = [{ from: '2015-01-01', scheme: '310', personClass: 'active' }];
  const enrolled = { enrolmentNo: 'E1', memberId: MEMBER, born: '1970-01-01', sex: 'F', hasAccount: true };
  await jiesuan.enrol(
    'E1',
    [{ ...enrolled, coverage }],
    [{ creditNo: 'K1', memberId: MEMBER, amountFen: 100_000, creditedOn: '2025-01-01' }],
  );
  return jiesuan;
}

const reader = (jiesuan: MemoryInstallation, providerId = 'H0001') => ({
  get: async (path: string, query?: Record<string, string>) =>
    call(jiesuan.handler, 'GET', path, {
      token: await jiesuan.tokenOf(providerId),
      ...(query ? { query } : {}),
    }),
  explain: async (claimNo: string, seq?: number) =>
    (
      await call(jiesuan.handler, 'GET', `/v1/claims/${providerId}/${claimNo}/explanation`, {
        token: await jiesuan.tokenOf(providerId),
        ...(seq === undefined ? {} : { query: { seq: String(seq) } }),
      })
    ).json,
});

let batches = 0;
const post = (jiesuan: MemoryInstallation, claims: readonly unknown[], reversals: readonly unknown[] = []) =>
  jiesuan.postClaims('H0001', `S${batches++}`, claims, { reversals });
const reversal = (claimNo: string, more: object = {}) => ({
  reversalNo: `R${batches}-${claimNo}`,
  claimNo,
  memberId: MEMBER,
  reason: 'billed-in-error',
  ...more,
});
/** Of a stay of 120,000 yuan, of which two reach the yearly cap. */
const HALF_OF_2 = { refundLines: [{ originalLineNo: 2, quantity: '-0.5', amountFen: -3_000_000 }] };
/** What the steps of an explanation let the pooled fund pay: the last of them that says so. */
const pooledBySteps = ({ steps }: { steps: { bearsFen: Record<string, number> }[] }) =>
  steps.findLast(({ bearsFen }) => bearsFen['pooled'] !== undefined)?.bearsFen['pooled'];

/** Spoils the newest entry of the one stream, text and all, and puts it back. */
async function spoiled<T>(jiesuan: MemoryInstallation, look: () => Promise<T>): Promise<T> {
  const [rows] = [...jiesuan.ledger.streams.values()] as {
    place: EntryPlace;
    text: string;
    hash: string;
  }[][];
  const row = rows?.at(-1);
  if (!rows || !row) throw new Error('the test wants an entry');
  const { body } = unseal(row.place, row.text, row.hash);
  if (body.kind !== 'reversal') throw new Error('the test wants a reversal');
  const oneFen = (amounts: typeof body.undone) => ({
    ...amounts,
    billed: fen(amounts.billed + 1),
    selfPaid: fen(amounts.selfPaid + 1),
    cash: fen(amounts.cash + 1),
  });
  const { replacement, adjustments } = body;
  const changed = {
    ...body,
    undone: oneFen(body.undone),
    ...(replacement ? { replacement: { ...replacement, amounts: oneFen(replacement.amounts) } } : {}),
    ...(adjustments
      ? { adjustments: adjustments.map((each) => ({ ...each, amounts: oneFen(each.amounts) })) }
      : {}),
  };
  rows[rows.length - 1] = { ...row, text: encodeBody(changed) };
  try {
    return await look();
  } finally {
    rows[rows.length - 1] = row;
  }
}

describe.each([
  { later: 'lifo', order: 'arrival' },
  { later: 'resettle', order: 'arrival' },
  { later: 'resettle', order: 'service-date' },
] as const)('an explanation, $later by $order', (corrections) => {
  it('of a refunded claim is of the claim as it stands, in its place, with what was refunded beside it', async () => {
    const jiesuan = await installation(corrections);
    const { explain, get } = reader(jiesuan);
    await post(jiesuan, [stay('A', '2025-02-03', 120_000)]);
    if (corrections.later === 'resettle') await post(jiesuan, [stay('B', '2025-03-03', 120_000)]);
    await post(jiesuan, [], [reversal('A', HALF_OF_2)]);
    await post(jiesuan, [], [reversal('A', HALF_OF_2)]);
    const explained = await explain('A');
    const { current } = (await get('/v1/claims/H0001/A')).json;
    expect(explained).toMatchObject({ agrees: true, entryIntact: true, decision: { version: 3 } });
    expect(explained.recomputed).toEqual({ outcome: 'settled', amounts: current.amounts });
    expect(explained.lines.map(({ lineNo }: { lineNo: number }) => lineNo)).toEqual([1]);
    expect(explained.refundedLines).toMatchObject([
      { lineNo: 2, itemName: 'item 2', quantity: '-0.5', amountFen: -3_000_000, reason: 'billed-in-error' },
      { lineNo: 2, quantity: '-0.5', amountFen: -3_000_000 },
    ]);
    // In its place, before B: 60,000 less 800 of deductible, at 85 % of tier 3, and no cap in reach.
    expect(pooledBySteps(explained)).toBe(5_032_000);
    expect(explained.happened[0].en).toContain('billed 90,000.00 became 60,000.00. Version 3 stands');
    // The state before is still explained: by the first refund, and as it was first settled.
    const { history } = (await get('/v1/claims/H0001/A')).json;
    for (const { seq, billedFen } of history)
      expect(await explain('A', seq)).toMatchObject({ agrees: true, decision: { billedFen } });
    expect(await spoiled(jiesuan, () => explain('A'))).toMatchObject({ agrees: false, entryIntact: false });
  });

  it('of a reversed claim says what was undone, why, and who gets money back', async () => {
    const jiesuan = await installation(corrections);
    const { explain, get } = reader(jiesuan);
    await post(jiesuan, [stay('A', '2025-02-03', 20_000, { useAccount: true })]);
    const { amounts } = (await get('/v1/claims/H0001/A')).json.current;
    await post(jiesuan, [], [reversal('A')]);
    const explained = await explain('A');
    expect(explained).toMatchObject({ agrees: true, entryIntact: true, steps: [], lines: [] });
    const said = explained.happened.map(({ en }: { en: string }) => en).join(' ');
    const yuan = (amount: number) => (amount / 100).toLocaleString('en-US', { minimumFractionDigits: 2 });
    expect(said).toContain('reason billed-in-error');
    expect(said).toContain(`pooled fund -${yuan(amounts.fundsFen.pooled)}`);
    expect(said).toContain(`personal account -${yuan(amounts.accountFen)}`);
    expect(said).toContain(`gets back ${yuan(amounts.cashFen)} in cash`);
    expect(said).toContain('may be posted again');
    expect(await spoiled(jiesuan, () => explain('A'))).toMatchObject({ agrees: false });
  });
});

describe('an explanation', () => {
  it('of a settlement adjusted since is of what it comes to now; the first decision by its seq', async () => {
    const jiesuan = await installation({ later: 'resettle' });
    const { explain, get } = reader(jiesuan);
    await post(jiesuan, [stay('A', '2025-02-03', 120_000), stay('B', '2025-03-03', 120_000)]);
    const first = (await get('/v1/claims/H0001/B')).json.current;
    await post(jiesuan, [], [reversal('A')]);
    const { adjustedTo, adjustedBy } = (await get('/v1/claims/H0001/B')).json;
    expect(adjustedBy).toMatchObject({ kind: 'reversal', claimNo: 'A' });
    // (120,000 - 800) x 85 %: the cap is out of reach without A.
    expect(adjustedTo.fundsFen.pooled).toBe(10_132_000);
    const now = await explain('B');
    expect(now).toMatchObject({ agrees: true, entryIntact: true, adjustedTo, adjustedBy });
    expect(now.recomputed.amounts).toEqual(adjustedTo);
    expect(pooledBySteps(now)).toBe(10_132_000);
    expect(now.happened[0].zh).toContain('（A）被冲正');
    const then = await explain('B', first.seq);
    expect(then).toMatchObject({ agrees: true, recomputed: { amounts: first.amounts } });
    expect(pooledBySteps(then)).toBe(first.amounts.fundsFen.pooled);
    expect(then.adjustedTo).toBeUndefined();
    expect(then.happened[0].en).toContain('without seq');
    expect(await spoiled(jiesuan, () => explain('B'))).toMatchObject({ agrees: false, entryIntact: false });
    // A refund later, of the adjusted one: 90,000 less 800, at 85 %, in its place.
    await post(jiesuan, [], [reversal('B', HALF_OF_2)]);
    const refunded = await explain('B');
    expect(refunded).toMatchObject({ agrees: true, decision: { version: 2, billedFen: 9_000_000 } });
    expect(pooledBySteps(refunded)).toBe(7_582_000);
  });

  it('names a claim of another institution to nobody', async () => {
    const jiesuan = await installation({ later: 'resettle' });
    await jiesuan.postClaims('H0011', 'FOREIGN', [stay('SECRET', '2025-02-03', 120_000)]);
    await post(jiesuan, [stay('B', '2025-03-03', 120_000)]);
    await jiesuan.postClaims('H0011', 'FOREIGN-R', [], { reversals: [reversal('SECRET')] });
    const { get } = reader(jiesuan);
    const [shown, explained] = [await get('/v1/claims/H0001/B'), await get('/v1/claims/H0001/B/explanation')];
    expect(shown.json.adjustedBy).toEqual({ kind: 'reversal', decidedAt: expect.any(String) });
    expect(explained.json).toMatchObject({ agrees: true });
    expect(shown.text + explained.text).not.toContain('SECRET');
    const theirs = await reader(jiesuan, 'H0011').get('/v1/claims/H0011/SECRET/explanation');
    expect(theirs.text).toContain('1 of other institutions');
    expect(theirs.text).not.toMatch(/"B"|：B/);
  });

  it('by service date, of a claim that a late one adjusted, is in the place that it has now', async () => {
    const jiesuan = await installation({ order: 'service-date', later: 'resettle' });
    const { explain, get } = reader(jiesuan);
    await post(jiesuan, [stay('B', '2025-03-03', 120_000)]);
    const late = await post(jiesuan, [stay('A', '2025-02-03', 120_000)]);
    const explained = await explain('B');
    expect(explained).toMatchObject({ agrees: true, adjustedBy: { kind: 'late-claim', claimNo: 'A' } });
    expect(pooledBySteps(explained)).toBe(explained.adjustedTo.fundsFen.pooled);
    const [row] = (await get(`/v1/batches/${late}/results`)).json.items;
    const { adjustedTo, current } = (await get('/v1/claims/H0001/B')).json;
    expect(row.adjusted).toMatchObject([{ number: 'B', amounts: adjustedTo }]);
    expect(row.adjusted[0].difference.cashFen).toBe(adjustedTo.cashFen - current.amounts.cashFen);
    expect((await explain('A')).happened[0].zh).toContain('B');
  });

  it('of one that nobody can decide by now is of the correction that kept it, with less from the account', async () => {
    // In one department the policy gives a ratio to the active only, and the bureau says later that the member is retired.
    const ratio = {
      cases: [
        { when: { department: 'A03', class: 'active' }, value: '85%' },
        { when: { not: { department: 'A03' } }, value: '80%' },
      ],
    };
    const jiesuan = await installation({ order: 'service-date', later: 'resettle' }, (pack) => ({
      ...pack,
      benefits: pack.benefits.map((each) => {
        const [first, ...rest] = each.layers ?? [];
        if (!first || pack.scheme !== '310') return each;
        return { ...each, layers: [{ ...first, ratio, adjust: [] }, ...rest] };
      }),
    }));
    const { explain } = reader(jiesuan);
    await post(jiesuan, [stay('B', '2025-03-03', 2_000, { useAccount: true, departmentCode: 'A03' })]);
    const coverage = [{ from: '2015-01-01', scheme: '310', personClass: 'retired' }];
    const retired = { enrolmentNo: 'E2', memberId: MEMBER, born: '1960-01-01', sex: 'F', hasAccount: true };
    await jiesuan.enrol('E2', [{ ...retired, coverage }]);
    await post(jiesuan, [stay('A', '2025-02-03', 1_000, { useAccount: true })]);
    const explained = await explain('B');
    expect(explained).toMatchObject({ agrees: true, recomputed: { outcome: 'pended' } });
    // 1,000.00 in the account. A bears 800.00 of deductible and 20 % of 200.00, B 800.00 and 15 % of 1,200.00.
    const { adjustedTo } = explained;
    expect(adjustedTo).toMatchObject({ accountFen: 16_000, cashFen: 82_000, fundsFen: { pooled: 102_000 } });
    expect(explained.happened[0].zh).toContain('基金仍支付 1,020.00 元');
  });

  it('of a refusal says what stands in the way, and of a conflict what is wrong', async () => {
    const jiesuan = await installation({ later: 'lifo', order: 'arrival' });
    const { explain, get } = reader(jiesuan);
    await post(jiesuan, [stay('A', '2025-02-03', 20_000), stay('B', '2025-03-03', 20_000)]);
    await post(jiesuan, [stay('A', '2025-02-03', 10_000)], [reversal('A')]);
    const { history } = (await get('/v1/claims/H0001/A')).json;
    const [, conflict, refusal] = await Promise.all(
      history.map(({ seq }: { seq: number }) => explain('A', seq)),
    );
    expect(conflict).toMatchObject({
      agrees: true,
      decision: { conflict: { code: 'other-content' } },
      steps: [],
    });
    expect(refusal).toMatchObject({
      agrees: true,
      decision: { refusal: { code: 'later-claims-stand-in-the-way', facts: { claims: 'B', others: 0 } } },
    });
    expect(refusal.decision.refusal.zh).toContain('B');
    const asText = await get('/v1/claims/H0001/A/explanation', {
      format: 'text',
      seq: String(history[2].seq),
    });
    expect(asText.text).toContain(refusal.decision.refusal.zh);
    expect(asText.text).not.toContain('undefined');
  });

  it('of a reviewer’s denial is held against the review as it was posted', async () => {
    const jiesuan = await installation({ later: 'lifo', order: 'arrival' });
    await post(jiesuan, [stay('T', '2025-02-03', 5_000, { encounter: 'trauma-inpatient' })]);
    const review = {
      reviewNo: 'V1',
      providerId: 'H0001',
      claimNo: 'T',
      decision: 'deny',
      reason: 'third-party',
    };
    await jiesuan.review('V1', [review]);
    expect(await reader(jiesuan).explain('T')).toMatchObject({
      agrees: true,
      decision: { denial: { code: 'denied-by-reviewer' } },
    });
  });
});

describe('the rows of a batch', () => {
  let jiesuan: MemoryInstallation;
  let batchId: string;
  beforeAll(async () => {
    jiesuan = await installation({ later: 'resettle' });
    const claims = [
      stay('A', '2025-02-03', 90_000, { useAccount: true }),
      stay('B', '2025-03-03', 90_000),
      stay('C', '2025-04-03', 90_000),
      stay('D', '2025-04-20', 6_000),
    ];
    await post(jiesuan, claims);
    batchId = await post(
      jiesuan,
      [
        stay('E', '2025-05-03', 20_000),
        claims[2], // A repeat.
        { ...claims[3], billedFen: 300_000, lines: claims[3]?.lines.slice(0, 1) }, // A conflict.
        stay('F', '2025-05-05', 2_000, { memberId: 'DEMO0000000777' }), // Denied: nobody knows the member.
      ],
      [
        reversal('A'), // Whole; B, C, D and E move up.
        reversal('B', { refundLines: [{ originalLineNo: 1, quantity: '-1', amountFen: -4_500_000 }] }),
        reversal('NONE'), // Refused.
      ],
    );
  });

  const MONEY = ['billedFen', 'accountFen', 'cashFen', 'hospitalFen'] as const;

  it('in the remittance add up to the trailer, and show what a correction changed elsewhere', async () => {
    const { text } = await reader(jiesuan).get(`/v1/batches/${batchId}/remittance`);
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { totals } = lines.at(-1);
    const moving = lines.flatMap((line) =>
      line.record === 'settlement' ? [line] : line.record === 'reversal' ? [line.difference] : [],
    );
    expect(moving).toHaveLength(3);
    for (const name of MONEY) expect(moving.reduce((sum, each) => sum + each[name], 0)).toBe(totals[name]);
    expect(moving.reduce((sum, { fundsFen }) => sum + (fundsFen.pooled ?? 0), 0)).toBe(
      totals.fundsFen.pooled,
    );
    const [whole] = lines.filter(({ record }) => record === 'reversal');
    expect(whole.difference.billedFen).toBe(-9_000_000);
    const shown = (await reader(jiesuan).get('/v1/claims/H0001/C')).json;
    const c = whole.adjusted.find(({ number }: { number: string }) => number === 'C');
    expect(c.difference.cashFen).toBe(c.amounts.cashFen - shown.current.amounts.cashFen);
    // Adjusted again by the refund of B: the differences lead from what it was to what it is now.
    const moved = lines
      .flatMap(({ adjusted = [] }) => adjusted)
      .filter(({ number }: { number: string }) => number === 'C')
      .map(({ difference }: { difference: { cashFen: number } }) => difference.cashFen);
    expect(moved).toHaveLength(2);
    expect(shown.current.amounts.cashFen + moved[0] + moved[1]).toBe(shown.adjustedTo.cashFen);
  });

  it('in the CSV that say yes add up to the totals of the batch, and reversals are negative', async () => {
    const { text } = await reader(jiesuan).get(`/v1/batches/${batchId}/results`, { format: 'csv' });
    const cells = (line: string) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/);
    const [header = [], ...rows] = text.slice(1).trim().split('\r\n').map(cells);
    expect(rows).toHaveLength(7);
    const column = (name: string) => header.findIndex((each) => each.startsWith(name));
    const counted = rows.filter((row) => row[column('计入合计')] === '是 yes');
    const sum = (name: string) =>
      counted.reduce((all, row) => all + Number((row[column(name)] ?? '').replace('.', '')), 0);
    const { money, outcomes } = (await reader(jiesuan).get(`/v1/batches/${batchId}`)).json;
    expect(outcomes).toMatchObject({
      settled: 1,
      repeated: 1,
      conflicted: 1,
      denied: 1,
      reversed: 2,
      refused: 1,
    });
    expect(sum('总费用')).toBe(money.billedFen);
    expect(sum('个人账户')).toBe(money.accountFen);
    expect(sum('个人现金')).toBe(money.cashFen);
    expect(sum('统筹基金')).toBe(money.fundsFen.pooled);
    const [a, b] = rows.slice(4, 6);
    expect([a?.[column('总费用')], a?.[column('版本')]]).toEqual(['-90000.00', '1']);
    expect([b?.[column('总费用')], b?.[column('版本')]]).toEqual(['-45000.00', '2']);
    expect(a?.[column('原因代码')]).toBe('billed-in-error');
    // Without A, B is wholly under the cap of 150,000: 85 % of 1,929.41 yuan instead of the 90 % of the large-claim
    // fund; and C takes B's place at the cap, so that 5 % less is paid of all its 89,200 but the same 1,929.41.
    expect(a?.[column('同时调整')]).toBe('B -96.47; C -4363.53');
  });
});

describe('a conflict', () => {
  it('is seen at the claim by whoever posted it and by the bureau, in whichever stream it stands', async () => {
    const jiesuan = await installation({ later: 'lifo', order: 'arrival' });
    const { get } = reader(jiesuan);
    const OTHER = 'DEMO0000000777';
    await post(jiesuan, [stay('A', '2025-02-03', 20_000)]);
    await post(jiesuan, [stay('A', '2025-02-03', 10_000)]); // Other content.
    const twice = Array.from({ length: 9 }, (_, n) =>
      stay('A', '2025-02-03', 20_000 + n, { memberId: OTHER }),
    );
    const batchId = await post(jiesuan, twice); // Another member's claims under the number.
    const shown = await get('/v1/claims/H0001/A');
    const { status, history } = shown.json;
    expect(status).toBe('settled');
    const conflicts = history.filter(({ outcome }: { outcome: string }) => outcome === 'conflict');
    expect(conflicts.map(({ conflict }: { conflict: { code: string } }) => conflict.code)).toEqual([
      'other-content',
      ...Array.from({ length: 8 }, () => 'number-held-by-another-member'),
    ]);
    // The newest eight are remembered with the number; all are in the results of their batch.
    expect(conflicts.at(-1)).toMatchObject({ batchId, index: 8 });
    expect(conflicts.at(-1).seq).toBeUndefined();
    expect(shown.text).not.toContain(OTHER);
    for (const stream of jiesuan.ledger.streams.keys()) expect(shown.text).not.toContain(stream.slice(7));
    for (const token of [jiesuan.ops, jiesuan.agency]) {
      const theirs = await call(jiesuan.handler, 'GET', '/v1/claims/H0001/A', { token });
      expect(theirs.json.history).toEqual(history);
    }
    // The note stays when the number goes on, and a claim that was denied gives it free.
    await post(jiesuan, [], [reversal('A')]);
    await post(jiesuan, [stay('A', '2025-02-03', 15_000)]);
    expect((await get('/v1/claims/H0001/A')).json.history).toHaveLength(history.length + 2);
  });

  it('is found among the results by its outcome, page by page, and is not looked for where there is none', async () => {
    const jiesuan = await installation({ later: 'lifo', order: 'arrival' });
    await post(jiesuan, [stay('A', '2025-02-03', 2_000)]);
    const claims = Array.from({ length: 40 }, (_, n) =>
      n % 10 === 7 ? stay('A', '2025-02-03', 3_000 + n) : stay(`N${n}`, '2025-02-03', 2_000),
    );
    const batchId = await post(jiesuan, claims);
    const { get } = reader(jiesuan);
    const page = async (query: Record<string, string>) =>
      (await get(`/v1/batches/${batchId}/results`, { outcome: 'conflict', ...query })).json;
    const first = await page({ limit: '3' });
    expect(first.items.map(({ index }: { index: number }) => index)).toEqual([7, 17, 27]);
    expect(first).toMatchObject({ next: 28, openOnThisPage: 0 });
    const second = await page({ limit: '3', cursor: '28' });
    expect(second.items.map(({ index }: { index: number }) => index)).toEqual([37]);
    expect([second.next, second.openOnThisPage]).toEqual([undefined, 0]);
    const look = vi.spyOn(jiesuan.ledger, 'batchShard');
    const none = await get(`/v1/batches/${batchId}/results`, { outcome: 'denied' });
    expect(none.json).toMatchObject({ items: [], openOnThisPage: 0 });
    expect([none.json.next, look.mock.calls.length]).toEqual([undefined, 0]);
    const csv = await get(`/v1/batches/${batchId}/results`, { outcome: 'conflict', format: 'csv' });
    expect(csv.text.trim().split('\r\n')).toHaveLength(5);
    expect((await get(`/v1/batches/${batchId}/results`, { outcome: 'lost' })).json).toMatchObject({
      code: 'malformed-query',
      errors: [{ path: 'outcome', code: 'not-one-of' }],
    });
  });
});
