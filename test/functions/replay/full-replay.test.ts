// Full replay settles the record as it was posted again: it agrees with whatever a member's stream may hold, and sees
// what was changed together with everything that follows from it.

import { beforeAll, describe, expect, it } from 'vitest';
import { fullReplay, type FullReplayDeps } from '../../../functions/replay/full-replay.ts';
import { seal, unseal } from '../../../shared/ledger/codec.ts';
import type { Entry, EntryBody } from '../../../shared/ledger/entry.ts';
import { EMPTY_POSITION } from '../../../shared/ledger/position.ts';
import { pseudonymiser } from '../../../shared/member/pseudonym.ts';
import { fullyReplayed } from '../../support/fully-replayed.ts';
import { call } from '../../support/http-events.ts';
import { KEY, type MemoryInstallation, memoryInstallation } from '../../support/memory-installation.ts';

const MEMBER = 'DEMO0000000901';

const stay = (claimNo: string, servedOn: string, yuan: number, more: object = {}) => ({
  claimNo,
  memberId: MEMBER,
  encounter: 'inpatient',
  admittedOn: servedOn,
  dischargedOn: servedOn,
  billedFen: yuan * 100,
  lines: [1, 2].map((lineNo) => ({
    lineNo,
    itemCode: 'S330100001',
    itemName: `item ${lineNo}`,
    quantity: '2',
    unitPrice: `${yuan / 4}`,
    amountFen: yuan * 50,
    servedOn,
  })),
  ...more,
});
const INJURY = { encounter: 'trauma-inpatient' };
const reversal = (reversalNo: string, claimNo: string, more: object = {}) => ({
  reversalNo,
  claimNo,
  memberId: MEMBER,
  reason: 'billed-in-error',
  ...more,
});
const HALF_OF_1 = (yuan: number) => ({
  refundLines: [{ originalLineNo: 1, quantity: '-1', amountFen: -yuan * 25 }],
});

/** A member to whom everything happens that can happen; as documents, and line by line. */
async function everything(order: 'arrival' | 'service-date', format: 'json' | 'ndjson') {
  const jiesuan = await memoryInstallation({
    adapt: (pack) => ({ ...pack, corrections: { later: 'resettle', order } }),
  });
  const enrolment = {
    enrolmentNo: 'E1',
    memberId: MEMBER,
    born: '1970-01-01',
    sex: 'F',
    hasAccount: true,
    coverage: [{ from: '2015-01-01', scheme: '310', personClass: 'active' }],
  };
  const credit = { creditNo: 'K1', memberId: MEMBER, amountFen: 100_000, creditedOn: '2025-01-01' };
  await jiesuan.enrol('E1', [enrolment], [credit]);
  let batches = 0;
  const post = (claims: readonly unknown[], reversals: readonly unknown[] = []) =>
    jiesuan.postClaims('H0001', `B${batches++}`, claims, { reversals, format });
  const review = (claimNo: string, more: object) =>
    jiesuan.review(`R${batches++}`, [
      { reviewNo: `R${claimNo}`, providerId: 'H0001', claimNo, reason: 'seen', ...more },
    ]);
  const quote = async (claim: object): Promise<string> =>
    (
      await call(jiesuan.handler, 'POST', '/v1/quotes', {
        token: await jiesuan.tokenOf('H0001'),
        body: { claim },
      })
    ).json.quoteId;

  const [kept, broken] = [
    stay('KEPT', '2025-02-01', 8_000),
    stay('BROKEN', '2025-03-20', 9_000, { useAccount: true }),
  ];
  const [quoteKept, quoteBroken] = [await quote(kept), await quote(broken)];
  await post([
    { ...kept, quoteId: quoteKept },
    stay('A', '2025-03-03', 5_000, { useAccount: true }),
    stay('OLD', '2014-03-03', 3_000),
  ]);
  await post([{ ...broken, quoteId: quoteBroken }]);
  await post([stay('A', '2025-03-03', 5_000, { useAccount: true }), stay('KEPT', '2025-02-01', 7_000)]); // A repeat, and a conflict.
  await post([stay('P1', '2025-04-01', 4_000, INJURY), stay('P2', '2025-04-10', 6_000, INJURY)]);
  await post([stay('P3', '2025-04-20', 2_000, INJURY)]);
  await review('P1', { decision: 'approve' });
  const reductions = [{ lineNo: 2, refusedFen: 100_000, reason: 'not-indicated' }];
  await review('P2', { decision: 'reduce', reductions });
  await review('P3', { decision: 'deny' });
  await review('P3', { decision: 'approve' }); // There is nothing left to approve.
  await post([stay('LATE', '2025-01-15', 10_000, { useAccount: true })]);
  await post([], [reversal('X1', 'A', HALF_OF_1(5_000))]);
  await post([], [reversal('X2', 'P2', HALF_OF_1(6_000)), reversal('X3', 'KEPT')]);
  await post([], [reversal('X4', 'KEPT'), reversal('X5', 'NONE'), reversal('X6', 'A', HALF_OF_1(90_000))]);
  await post([stay('KEPT', '2025-02-01', 7_000)]); // Reversed, its number is free again.
  await jiesuan.enrol('E2', [
    { ...enrolment, enrolmentNo: 'E2', coverage: [{ ...enrolment.coverage[0], personClass: 'retired' }] },
  ]);
  await post([stay('Z', '2025-06-01', 5_000)]);
  return jiesuan;
}

const entriesOf = (jiesuan: MemoryInstallation): readonly Entry[] =>
  [...jiesuan.ledger.streams.values()].flat().map(({ place, text, hash }) => unseal(place, text, hash));

describe.each([
  ['arrival', 'json'],
  ['arrival', 'ndjson'],
  ['service-date', 'json'],
] as const)('full replay, by %s, of %s', (order, format) => {
  it('agrees with everything that happened to a member', async () => {
    const jiesuan = await everything(order, format);
    const kinds = entriesOf(jiesuan).map(({ body }) => (body.kind === 'refusal' ? body.code : body.kind));
    for (const kind of [
      'settlement',
      'denial',
      'pend',
      'repeat',
      'conflict',
      'reversal',
      'enrolment',
    ] as const)
      expect(kinds).toContain(kind);
    for (const code of ['nothing-pended', 'already-reversed', 'nothing-to-reverse', 'refund-does-not-fit'])
      expect(kinds).toContain(code);
    expect(await fullyReplayed(jiesuan)).toEqual([]);
  });
});

describe('full replay names', () => {
  let jiesuan: MemoryInstallation;
  let entries: readonly Entry[];
  beforeAll(async () => {
    jiesuan = await everything('service-date', 'json');
    entries = entriesOf(jiesuan);
  });

  /** What it says of an entry whose body was changed, text and hash with it. */
  async function against(
    which: (entry: Entry) => boolean,
    change: (body: never) => object,
    deps: Partial<FullReplayDeps> = {},
  ) {
    const at = entries.findIndex(which);
    const { place, body } = entries[at]!;
    const changed = seal(place, { ...body, ...change(body as never) });
    const history = entries.slice(0, at);
    const before = {
      history,
      position: history.at(-1)?.body.position ?? EMPTY_POSITION,
      sameKey: history.filter((each) => each.place.claimKey === place.claimKey),
    };
    const { batches, records } = jiesuan;
    return fullReplay({ batches, records, releaseOf: jiesuan.deps.release, ...deps })(changed, before);
  }
  const ofClaim = (claimNo: string, kind: EntryBody['kind']) => (entry: Entry) =>
    entry.place.claimKey === `H0001/${claimNo}` && entry.body.kind === kind;
  const cash = ({ amounts }: { amounts: { cash: number; account: number } }) => ({
    amounts: { ...amounts, cash: amounts.cash - 1, account: amounts.account + 1 },
  });

  it.each<[string, (entry: Entry) => boolean, (body: never) => object, string]>([
    ['the content', ofClaim('A', 'settlement'), () => ({ content: 'another'.padEnd(22, 'x') }), 'content'],
    ['a settlement', ofClaim('A', 'settlement'), cash, 'amounts'],
    [
      'its header',
      ofClaim('A', 'settlement'),
      ({ header }) => ({ header: { ...(header as object), useAccount: false } }),
      'header.acct',
    ],
    [
      'what its lines came to',
      ofClaim('A', 'settlement'),
      () => ({ basis: { selfPaid: 1, overLimit: 0, firstPay: 0, inScope: 499_999, categories: {} } }),
      'basis',
    ],
    ['a late settlement', ofClaim('LATE', 'settlement'), cash, 'amounts'],
    [
      'what a late one makes of others',
      ofClaim('LATE', 'settlement'),
      ({ adjustments }: { adjustments: object[] }) => ({ adjustments: adjustments.slice(1) }),
      'adjustments',
    ],
    ['one that a reviewer approved', ofClaim('P1', 'settlement'), cash, 'amounts'],
    ['what a reviewer reduced', ofClaim('P2', 'settlement'), cash, 'amounts'],
    [
      'the reason of a reviewer',
      ofClaim('P3', 'denial'),
      () => ({ denial: { code: 'denied-by-reviewer', facts: { reason: 'another' } } }),
      'why',
    ],
    ['a denial', ofClaim('OLD', 'denial'), () => ({ denial: { code: 'not-designated' } }), 'why'],
    ['a broken quote', ofClaim('BROKEN', 'denial'), () => ({ quoteId: 'another' }), 'quote'],
    [
      'a refund',
      ofClaim('A', 'reversal'),
      ({ undone }: { undone: { cash: number; account: number } }) => ({
        undone: { ...undone, cash: undone.cash - 1, account: undone.account + 1 },
      }),
      'undone.cash',
    ],
    [
      'what is left after a refund',
      ofClaim('P2', 'reversal'),
      ({ replacement }: { replacement: { header: { billedFen: number } } }) => ({
        replacement: { ...replacement, header: { ...replacement.header, billedFen: 1 } },
      }),
      'replacement.header',
    ],
    ['the reason of a reversal', ofClaim('KEPT', 'reversal'), () => ({ reason: 'another' }), 'reason'],
    ['a refusal', ofClaim('NONE', 'refusal'), () => ({ code: 'already-reversed' }), 'code'],
    ['a repeat', ofClaim('A', 'repeat'), () => ({ of: 1 }), 'of'],
    [
      'what was said of the member',
      ({ body }) => body.kind === 'enrolment',
      ({ position }: { position: { enrolment: object } }) => ({
        position: { ...position, enrolment: { ...position.enrolment, born: '1960-01-01' } },
      }),
      'position.born',
    ],
    ['a credit', ({ body }) => body.kind === 'account-credit', () => ({ amount: 100_001 }), 'amount'],
  ])('%s that was changed', async (_what, which, change, detail) => {
    expect(await against(which, () => ({}))).toBeUndefined();
    const found = await against(which, change);
    expect(found).toMatchObject({ code: 'raw-claim-differs' });
    expect(found?.detail.split(', ')).toContain(detail);
  });

  it('a record of another member, where it has the key', async () => {
    const which = ofClaim('A', 'settlement');
    const unchanged = () => ({});
    expect(await against(which, unchanged, { pseudonymOf: pseudonymiser(KEY) })).toBeUndefined();
    const otherKey = { pseudonymOf: pseudonymiser(`${KEY} of somebody else`) };
    expect(await against(which, unchanged, otherKey)).toMatchObject({
      code: 'raw-claim-differs',
      detail: 'member',
    });
  });

  it('what it cannot settle again: a record, a batch or a release that is gone', async () => {
    const which = ofClaim('A', 'settlement');
    const impossible = { code: 'replay-impossible' };
    const empty = { ...jiesuan.records, get: async () => Buffer.from('{"claims":[]}') };
    expect(await against(which, () => ({}), { records: empty })).toMatchObject(impossible);
    const gone = { batches: { manifest: async () => undefined } };
    expect(await against(which, () => ({}), gone)).toMatchObject(impossible);
    const releaseOf = () => Promise.reject(new Error('gone'));
    expect(await against(which, () => ({}), { releaseOf })).toMatchObject(impossible);
  });
});
