// Full replay decides the raw claim: it sees a basis that was changed together with everything that follows from it,
// and says when the raw record is gone.

import { beforeAll, describe, expect, it } from 'vitest';
import { unseal } from '../../../shared/ledger/codec.ts';
import type { Entry } from '../../../shared/ledger/entry.ts';
import { EMPTY_POSITION } from '../../../shared/ledger/position.ts';
import { fullReplay } from '../../../shared/reconciliation/full-replay.ts';
import { verifyStream } from '../../../shared/reconciliation/verify-stream.ts';
import { type MemoryInstallation, memoryInstallation } from '../../support/memory-installation.ts';

const MEMBER = 'DEMO0000000901';
let jiesuan: MemoryInstallation;

const stay = (claimNo: string, amountFen: number, encounter = 'inpatient', servedOn = '2025-03-03') => ({
  claimNo,
  memberId: MEMBER,
  encounter,
  admittedOn: servedOn,
  dischargedOn: servedOn,
  billedFen: amountFen,
  lines: [
    {
      lineNo: 1,
      itemCode: 'S330100001',
      quantity: '1',
      unitPrice: (amountFen / 100).toFixed(2),
      amountFen,
      servedOn,
    },
  ],
});

beforeAll(async () => {
  jiesuan = await memoryInstallation();
  await jiesuan.enrol('E1', [
    {
      enrolmentNo: 'E1',
      memberId: MEMBER,
      born: '1970-01-01',
      sex: 'F',
      hasAccount: true,
      coverage: [{ from: '2015-01-01', scheme: '310', personClass: 'active' }],
    },
  ]);
  // Settled, denied (before the coverage), pended; as one document, and line by line.
  await jiesuan.postClaims('H0001', 'J1', [
    stay('A', 500_000),
    stay('B', 300_000, 'inpatient', '2014-03-03'),
  ]);
  await jiesuan.postClaims('H0001', 'N1', [stay('C', 700_000), stay('D', 200_000, 'trauma-inpatient')], {
    format: 'ndjson',
  });
});

const replay = () =>
  fullReplay({
    batches: jiesuan.batches,
    records: jiesuan.records,
    releaseOf: jiesuan.deps.release,
  });
const rows = () => [...jiesuan.ledger.streams.values()][0]!;

describe('full replay', () => {
  it('agrees with what was settled, denied and pended, whatever the form of the batch', async () => {
    const stream = rows()[0]!.place.stream;
    const kinds = rows().map(({ text }) => (JSON.parse(text) as { kind: string }).kind);
    expect(kinds).toEqual(['enrolment', 'settlement', 'denial', 'settlement', 'pend']);
    expect(
      await verifyStream(stream, rows(), { releaseOf: jiesuan.deps.release, againstRaw: replay() }),
    ).toEqual([]);
  });

  it('names what does not follow from the raw claim', async () => {
    const entries = rows().map(({ place, text, hash }) => unseal(place, text, hash));
    const against = async (at: number, change: (entry: Entry) => Entry) =>
      replay()(change(entries[at]!), entries[at - 1]?.body.position ?? EMPTY_POSITION);
    expect(await against(1, (entry) => entry)).toBeUndefined();
    expect(
      await against(1, (entry) => ({
        ...entry,
        body: { ...entry.body, basis: { selfPaid: 1 } } as unknown as Entry['body'],
      })),
    ).toMatchObject({ code: 'raw-claim-differs', detail: 'basis', seq: 2 });
    expect(
      await against(2, (entry) => ({
        ...entry,
        body: { ...entry.body, denial: { code: 'not-designated' } } as unknown as Entry['body'],
      })),
    ).toMatchObject({ code: 'raw-claim-differs', detail: 'denial' });
    expect(
      await against(4, (entry) => ({
        ...entry,
        body: { ...entry.body, basis: { selfPaid: 1 } } as unknown as Entry['body'],
      })),
    ).toMatchObject({ code: 'raw-claim-differs', detail: 'basis' });
    for (const at of [1, 2, 4])
      expect(
        await against(at, (entry) => ({
          ...entry,
          body: { ...entry.body, header: { encounter: 'pharmacy' } } as unknown as Entry['body'],
        })),
      ).toMatchObject({ code: 'raw-claim-differs', detail: 'header' });
    expect(
      await against(4, (entry) => ({ ...entry, body: { ...entry.body, content: 'another' } })),
    ).toMatchObject({ code: 'replay-impossible' });
  });
});
