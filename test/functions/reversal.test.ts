// Undoing settlements: once, exactly, and with what it makes of those that came later, as the pack chooses.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PackDocument } from '../../shared/policy/pack/schema.ts';
import type { Position } from '../../shared/ledger/position.ts';
import { standing } from '../../shared/ledger/corrections/standing.ts';
import { verifyStream } from '../../shared/reconciliation/verify-stream.ts';
import { call } from '../support/http-events.ts';
import { type MemoryInstallation, memoryInstallation } from '../support/memory-installation.ts';

const MEMBER = 'DEMO0000000888';
const day = (n: number) =>
  `2025-${String(1 + Math.floor(n / 28)).padStart(2, '0')}-${String(1 + (n % 28)).padStart(2, '0')}`;

/** A stay of so many yuan, discharged on the nth day of the year. */
const stay = (claimNo: string, on: number, yuan: number) => ({
  claimNo,
  memberId: MEMBER,
  encounter: 'inpatient',
  admittedOn: day(on),
  dischargedOn: day(on),
  billedFen: yuan * 100,
  lines: [1, 2].map((lineNo) => ({
    lineNo,
    itemCode: 'S330100001',
    quantity: '1',
    unitPrice: `${yuan / 2}`,
    amountFen: yuan * 50,
    servedOn: day(on),
  })),
});

type Corrections = NonNullable<PackDocument['corrections']>;

async function installation(corrections: Corrections): Promise<MemoryInstallation> {
  const jiesuan = await memoryInstallation({ adapt: (pack) => ({ ...pack, corrections }) });
  await jiesuan.enrol(
    'E1',
    [
      {
        enrolmentNo: 'E1',
        memberId: MEMBER,
        born: '1970-01-01',
        sex: 'F',
        hasAccount: true,
        coverage: [{ from: '2015-01-01', scheme: '310', personClass: 'active' }],
      },
    ],
    [{ creditNo: 'K1', memberId: MEMBER, amountFen: 100_000, creditedOn: '2025-01-01' }],
  );
  return jiesuan;
}

let batches = 0;
const post = (jiesuan: MemoryInstallation, claims: readonly unknown[], reversals: readonly unknown[] = []) =>
  jiesuan.postClaims('H0001', `B${batches++}`, claims, { reversals });
const reversal = (claimNo: string, more: object = {}) => ({
  reversalNo: `R${batches}-${claimNo}`,
  claimNo,
  memberId: MEMBER,
  reason: 'billed-in-error',
  ...more,
});
const claim = async (jiesuan: MemoryInstallation, claimNo: string) =>
  (
    await call(jiesuan.handler, 'GET', `/v1/claims/H0001/${claimNo}`, {
      token: await jiesuan.tokenOf('H0001'),
    })
  ).json;
const totals = async (jiesuan: MemoryInstallation, batchId: string) =>
  (await jiesuan.batches.read(batchId))?.progress?.totals;
const stream = async (jiesuan: MemoryInstallation) => {
  const [key] = [...jiesuan.ledger.streams.keys()];
  return (await jiesuan.ledger.stream(key as string, 1, 10_000)).items;
};
const position = async (jiesuan: MemoryInstallation) =>
  (await stream(jiesuan)).at(-1)?.body.position as Position;

describe('a reversal', () => {
  it('gives everything back, names its settlement, and the batch counts its money negative', async () => {
    const jiesuan = await installation({ later: 'lifo', order: 'arrival' });
    const before = await position(jiesuan);
    await post(jiesuan, [{ ...stay('A', 3, 20_000), useAccount: true }]);
    const settled = (await claim(jiesuan, 'A')).current.amounts;
    expect(settled.accountFen).toBeGreaterThan(0);
    const batchId = await post(jiesuan, [], [reversal('A')]);
    expect(await position(jiesuan)).toEqual(before);
    expect(await totals(jiesuan, batchId)).toMatchObject({
      reversed: 1,
      billed: -settled.billedFen,
      cash: -settled.cashFen,
    });
    expect(await claim(jiesuan, 'A')).toMatchObject({
      status: 'reversed',
      current: { reversal: { undone: settled } },
    });
  });

  it('happens once; and the number may be posted again, as its next version', async () => {
    const jiesuan = await installation({ later: 'lifo', order: 'arrival' });
    await post(jiesuan, [stay('A', 3, 20_000)]);
    await post(jiesuan, [], [reversal('A')]);
    expect(await totals(jiesuan, await post(jiesuan, [], [reversal('A')]))).toMatchObject({
      reversed: 0,
      refused: 1,
    });
    await post(jiesuan, [stay('A', 3, 18_000)]);
    expect(await claim(jiesuan, 'A')).toMatchObject({
      status: 'settled',
      current: { version: 2, billedFen: 1_800_000 },
    });
    await post(jiesuan, [], [reversal('A')]);
    expect((await claim(jiesuan, 'A')).status).toBe('reversed');
  });

  it('of a claim that was never settled, or of another member, changes nothing and says so', async () => {
    const jiesuan = await installation({ later: 'lifo', order: 'arrival' });
    await post(jiesuan, [stay('A', 3, 20_000)]);
    const batchId = await post(
      jiesuan,
      [],
      [reversal('NONE'), { ...reversal('A'), memberId: 'DEMO0000000999' }],
    );
    expect(await totals(jiesuan, batchId)).toMatchObject({ refused: 2, reversed: 0 });
    expect((await claim(jiesuan, 'A')).status).toBe('settled');
  });

  it('lifo: is refused while later claims stand in the way, and says which', async () => {
    const jiesuan = await installation({ later: 'lifo', order: 'arrival' });
    await post(jiesuan, [stay('A', 3, 20_000), stay('B', 40, 20_000)]);
    const [entry] = (await stream(jiesuan)).slice(-1);
    const batchId = await post(jiesuan, [], [reversal('A')]);
    expect(await totals(jiesuan, batchId)).toMatchObject({ refused: 1 });
    const refusal = (await stream(jiesuan)).at(-1);
    expect(refusal?.body).toMatchObject({
      kind: 'refusal',
      code: 'later-claims-stand-in-the-way',
      facts: { claims: 'B', others: 0 },
    });
    expect(refusal?.body.position).toEqual(entry?.body.position);
    await post(jiesuan, [], [reversal('B'), reversal('A')]);
    expect([(await claim(jiesuan, 'A')).status, (await claim(jiesuan, 'B')).status]).toEqual([
      'reversed',
      'reversed',
    ]);
  });

  it('resettle: the later claims come to what they would have come to without it, in the same entry', async () => {
    const [jiesuan, without] = [
      await installation({ later: 'resettle' }),
      await installation({ later: 'resettle' }),
    ];
    await post(jiesuan, [stay('A', 3, 90_000), stay('B', 40, 60_000), stay('C', 80, 100_000)]);
    await post(without, [stay('B', 40, 60_000), stay('C', 80, 100_000)]);
    const length = (await stream(jiesuan)).length;
    await post(jiesuan, [], [reversal('A')]);
    expect((await stream(jiesuan)).length).toBe(length + 1);
    expect(await position(jiesuan)).toEqual(await position(without));
    for (const number of ['B', 'C']) {
      const shown = await claim(jiesuan, number);
      expect(shown.adjustedTo ?? shown.current.amounts).toEqual(
        (await claim(without, number)).current.amounts,
      );
    }
    expect((await claim(jiesuan, 'C')).adjustedTo).toBeDefined(); // The yearly cap had been in reach.
  });

  it('of single lines leaves the rest standing as the next version, and takes back no more than there is', async () => {
    const jiesuan = await installation({ later: 'resettle' });
    await post(jiesuan, [stay('A', 3, 20_000), stay('B', 40, 20_000)]);
    await post(
      jiesuan,
      [],
      [reversal('A', { refundLines: [{ originalLineNo: 2, quantity: '-1', amountFen: -1_000_000 }] })],
    );
    expect(await claim(jiesuan, 'A')).toMatchObject({
      status: 'settled',
      current: { billedFen: 1_000_000, amounts: { billedFen: 1_000_000 } },
    });
    const again = await post(
      jiesuan,
      [],
      [reversal('A', { refundLines: [{ originalLineNo: 1, quantity: '-2', amountFen: -1 }] })],
    );
    expect(await totals(jiesuan, again)).toMatchObject({ refused: 1 });
    await post(jiesuan, [], [reversal('A')]);
    expect((await claim(jiesuan, 'A')).status).toBe('reversed');
    await post(jiesuan, [stay('A', 3, 20_000)]);
    expect((await claim(jiesuan, 'A')).current).toMatchObject({ outcome: 'settled', version: 3 });
    for (const [key, rows] of jiesuan.ledger.streams)
      expect(await verifyStream(key, rows, { releaseOf: jiesuan.deps.release })).toEqual([]);
  });

  it('of lines, one after the other, takes back each of them, and none comes back', async () => {
    const jiesuan = await installation({ later: 'resettle' });
    await post(jiesuan, [stay('A', 3, 20_000)]);
    const part = (originalLineNo: number, yuan: number) =>
      reversal('A', { refundLines: [{ originalLineNo, quantity: '-0.25', amountFen: -yuan * 100 }] });
    await post(jiesuan, [], [part(2, 4_000)]);
    await post(jiesuan, [], [part(1, 5_000)]);
    await post(jiesuan, [], [part(2, 4_000)]);
    expect((await claim(jiesuan, 'A')).current).toMatchObject({ billedFen: 700_000, version: 4 });
    // Of line 2 there are 2,000 yuan left.
    expect(await totals(jiesuan, await post(jiesuan, [], [part(2, 4_000)]))).toMatchObject({ refused: 1 });
    expect((await stream(jiesuan)).at(-1)?.body).toMatchObject({ code: 'refund-does-not-fit' });
    // Two made from one state, in one batch: the first counts, the second would give it back and is refused.
    const both = await post(jiesuan, [], [part(1, 1_000), { ...part(1, 2_000), reversalNo: 'SECOND' }]);
    expect(await totals(jiesuan, both)).toMatchObject({ reversed: 1, refused: 1, billed: -100_000 });
    expect((await stream(jiesuan)).at(-1)?.body).toMatchObject({ code: 'claim-changed-meanwhile' });
    expect((await claim(jiesuan, 'A')).current.billedFen).toBe(600_000);
  });

  it('of lines takes no quantity whole and leaves an amount for it', async () => {
    const jiesuan = await installation({ later: 'resettle' });
    await post(jiesuan, [stay('A', 3, 20_000)]);
    const taken = (...lines: readonly (readonly [quantity: string, fen: number])[]) =>
      reversal('A', {
        refundLines: lines.map(([quantity, fen]) => ({ originalLineNo: 2, quantity, amountFen: -fen })),
      });
    const allButAFen = await post(jiesuan, [], [taken(['-1', 999_999])]);
    expect(await totals(jiesuan, allButAFen)).toMatchObject({ refused: 1 });
    expect((await stream(jiesuan)).at(-1)?.body).toMatchObject({ code: 'refund-does-not-fit' });
    // In two steps of one refund it comes out even.
    await post(jiesuan, [], [taken(['-1', 600_000], ['-0', 400_000])]);
    expect((await claim(jiesuan, 'A')).current).toMatchObject({ billedFen: 1_000_000, version: 2 });
  });

  it('of lines is made from what stands, whatever else was posted under the number', async () => {
    const jiesuan = await installation({ later: 'resettle' });
    await post(jiesuan, [stay('A', 3, 20_000)]);
    await post(jiesuan, [stay('A', 3, 18_000)]); // A conflict: the first one stands.
    const line = [{ originalLineNo: 2, quantity: '-1', amountFen: -1_000_000 }];
    await post(jiesuan, [], [reversal('A', { refundLines: line })]);
    expect((await claim(jiesuan, 'A')).current.billedFen).toBe(1_000_000);
  });

  it('of single lines is decided where the claim stood, whatever the bureau has said about the member since', async () => {
    const jiesuan = await installation({ later: 'resettle', order: 'arrival' });
    await post(jiesuan, [stay('A', 3, 20_000)]);
    const ended = { from: '2015-01-01', to: '2024-12-31', scheme: '310', personClass: 'active' };
    const member = { memberId: MEMBER, born: '1970-01-01', sex: 'F', hasAccount: true };
    const said = await jiesuan.enrol('E2', [{ enrolmentNo: 'E2', ...member, coverage: [ended] }]);
    expect(await totals(jiesuan, said)).toMatchObject({ recorded: 1 });
    const refundLines = [{ originalLineNo: 2, quantity: '-1', amountFen: -1_000_000 }];
    await post(jiesuan, [], [reversal('A', { refundLines })]);
    expect(await claim(jiesuan, 'A')).toMatchObject({
      status: 'settled',
      current: { amounts: { billedFen: 1_000_000 } },
    });
  });

  it('by service date: a late claim re-settles what follows it, in one entry', async () => {
    const [late, inOrder] = [
      await installation({ order: 'service-date', later: 'resettle' }),
      await installation({ order: 'service-date', later: 'resettle' }),
    ];
    await post(late, [stay('B', 40, 120_000)]);
    await post(late, [stay('A', 3, 120_000)]);
    await post(inOrder, [stay('A', 3, 120_000), stay('B', 40, 120_000)]);
    expect(await position(late)).toEqual(await position(inOrder));
    const [entry] = (await stream(late)).slice(-1);
    expect(entry?.body).toMatchObject({ kind: 'settlement', adjustments: [{ claimKey: 'H0001/B' }] });
    const token = await late.tokenOf('H0001');
    const explained = await call(late.handler, 'GET', '/v1/claims/H0001/A/explanation', { token });
    expect(explained.json).toMatchObject({ agrees: true, entryIntact: true });
  });

  it('by service date: a late claim that names a quote is not settled at another amount', async () => {
    const jiesuan = await installation({ order: 'service-date', later: 'resettle' });
    await post(jiesuan, [stay('B', 40, 120_000)]);
    const token = await jiesuan.tokenOf('H0001');
    const late = stay('A', 3, 120_000);
    const { json: quoted } = await call(jiesuan.handler, 'POST', '/v1/quotes', {
      token,
      body: { claim: late },
    });
    await post(jiesuan, [{ ...late, quoteId: quoted.quoteId }]);
    const shown = await claim(jiesuan, 'A');
    expect(shown.current.denial.en).toContain('late');
    const explained = await call(jiesuan.handler, 'GET', '/v1/claims/H0001/A/explanation', { token });
    expect([shown.status, explained.json.agrees]).toEqual(['denied', true]);
  });

  it('by service date: every order of arrival of claims and reversals ends in the same position and the same money', async () => {
    const plan: readonly (readonly [string, number, number])[] = [
      ['A', 3, 90_000],
      ['B', 40, 60_000],
      ['C', 80, 100_000],
      ['D', 80, 30_000],
    ];
    const claims = plan.map(([claimNo, on, yuan]) => stay(claimNo, on, yuan));
    /** Posts the claims in an order, and the reversal after its claim, as early or as late as it may come. */
    const outcome = async (order: readonly number[], reversed: string, early: boolean) => {
      const jiesuan = await installation({ order: 'service-date', later: 'resettle' });
      for (const at of order) {
        await post(jiesuan, [claims[at]]);
        if (early && claims[at]?.claimNo === reversed) await post(jiesuan, [], [reversal(reversed)]);
      }
      if (!early) await post(jiesuan, [], [reversal(reversed)]);
      const stands = standing(await stream(jiesuan)).map(({ claimKey, amounts }) => [claimKey, amounts]);
      return { position: await position(jiesuan), stands: Object.fromEntries(stands) };
    };
    const expected = new Map<string, unknown>();
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4, maxLength: 4 }),
        fc.constantFrom('A', 'B', 'D'),
        fc.boolean(),
        async (order, reversed, early) => {
          const found = await outcome(order, reversed, early);
          if (!expected.has(reversed)) expected.set(reversed, found);
          expect(found).toEqual(expected.get(reversed));
        },
      ),
      { numRuns: 40 },
    );
  });
});
