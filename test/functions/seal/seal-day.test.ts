// A sealed day: written once, true to the ledger, and what verification holds the ledger against. With receipts.

import { beforeEach, describe, expect, it } from 'vitest';
import { type SealDeps, sealDay } from '../../../functions/seal/seal-day.ts';
import type { LedgerScan, StoredEntry } from '../../../shared/ledger/port.ts';
import { anchorKey, type DaySeal } from '../../../shared/reconciliation/day-seal.ts';
import { readAnchor, sealedDays } from '../../../shared/reconciliation/read-anchors.ts';
import { checkReceipt, makeReceipt, type Receipt } from '../../../shared/reconciliation/receipt.ts';
import { verifyLedger } from '../../../shared/reconciliation/verify-ledger.ts';
import { type MemoryInstallation, memoryInstallation, NOW } from '../../support/memory-installation.ts';

const DAY = 86_400_000;
let jiesuan: MemoryInstallation;
let salts = 0;
const deps = (now = NOW + DAY): SealDeps => ({
  ...jiesuan,
  now: () => now,
  salt: () => `salt${salts++}`,
  segments: 3,
});

const pharmacy = (claimNo: string, memberId: string, amountFen: number) => ({
  claimNo,
  memberId,
  encounter: 'inpatient',
  admittedOn: '2025-03-01',
  dischargedOn: '2025-03-04',
  billedFen: amountFen,
  lines: [
    {
      lineNo: 1,
      itemCode: 'S330100001',
      quantity: '1',
      unitPrice: (amountFen / 100).toFixed(2),
      amountFen,
      servedOn: '2025-03-03',
    },
  ],
});
const MEMBERS = ['DEMO0000000001', 'DEMO0000000002', 'DEMO0000000003'];

beforeEach(async () => {
  jiesuan = await memoryInstallation();
  await jiesuan.enrol(
    'E1',
    MEMBERS.map((memberId, at) => ({
      enrolmentNo: `E${at}`,
      memberId,
      born: '1970-01-01',
      sex: 'F',
      hasAccount: true,
      coverage: [{ from: '2015-01-01', scheme: '310', personClass: 'active' }],
    })),
  );
  await jiesuan.postClaims('H0001', 'B1', [
    pharmacy('A', MEMBERS[0]!, 500_000),
    pharmacy('B', MEMBERS[1]!, 700_000),
    pharmacy('C', MEMBERS[0]!, 900_000),
  ]);
});

const changedLedger = (change: (rows: readonly StoredEntry[], stream: string) => readonly StoredEntry[]) => {
  const table = new Map(
    [...jiesuan.ledger.streams].map(([stream, rows]) => [stream, change(rows, stream)] as const),
  );
  const scan: LedgerScan['scan'] = async function* (segment) {
    if (segment === 0) for (const rows of table.values()) yield* rows;
  };
  return {
    scan,
    stream: async (stream: string) => ({ items: (table.get(stream) ?? []) as never[] }),
  };
};

async function verify(ledger: Parameters<typeof verifyLedger>[0]['ledger'] = jiesuan.ledger) {
  const [day] = await sealedDays(jiesuan.sealed);
  return verifyLedger({
    ledger,
    batches: jiesuan.batches,
    records: jiesuan.records,
    releaseOf: jiesuan.deps.release,
    anchor: day === undefined ? undefined : await readAnchor(jiesuan.sealed, day),
    segments: 2,
    completedBefore: NOW + DAY,
  });
}

const sealOf = async (day: string) => (await readAnchor(jiesuan.sealed, day))?.seal;

describe('sealing a day', () => {
  it('writes down counts, sums and heads, and the ledger holds against it', async () => {
    const { seal, batches } = await sealDay(deps());
    expect(seal).toMatchObject({
      day: '2026-09-03',
      totals: { streams: 3, entries: 6, settled: 3, recorded: 3, billed: 2_100_000 },
    });
    expect(batches).toEqual({ checked: 2, findings: [] });
    const { findings, totals, batches: checked } = await verify();
    expect(findings).toEqual([]);
    expect(totals).toEqual(seal.totals);
    expect(checked).toBe(2);
  });

  it('happens once: a second time on that day changes nothing, whatever came since', async () => {
    const { seal } = await sealDay(deps());
    const before = new Map(jiesuan.sealed.objects);
    await jiesuan.postClaims('H0001', 'B2', [pharmacy('D', MEMBERS[2]!, 10_000)]);
    expect((await sealDay(deps())).seal).toEqual(seal);
    for (const [key, bytes] of before) expect(jiesuan.sealed.objects.get(key)).toEqual(bytes);
    expect((await verify()).findings).toEqual([]);
    expect((await sealDay(deps(NOW + 2 * DAY))).seal.totals.entries).toBe(7);
    expect(await sealedDays(jiesuan.sealed)).toEqual(['2026-09-04', '2026-09-03']);
  });

  it('is won by the first of two walks at once; the other gives back what stands', async () => {
    const { sealed } = jiesuan;
    let first: DaySeal | undefined;
    const overtaken = {
      ...sealed,
      async writeNew(...args: Parameters<typeof sealed.writeNew>) {
        const written = await sealed.writeNew(...args);
        ({ seal: first } = await sealDay(deps()));
        return written;
      },
    };
    const { seal, batches } = await sealDay({ ...deps(), sealed: overtaken });
    expect(seal).toEqual(first);
    expect(batches).toBeUndefined();
    expect(await sealOf(seal.day)).toEqual(first);
    expect((await verify()).findings).toEqual([]);
  });

  it('does not take the leftovers of a walk that died before its seal for its own', async () => {
    const { sealed } = jiesuan;
    const died = { ...sealed, putNew: () => Promise.reject(new Error('killed')) };
    await expect(sealDay({ ...deps(), sealed: died })).rejects.toThrow('killed');
    expect(await sealedDays(sealed)).toEqual([]);
    const left = new Map(sealed.objects);
    await jiesuan.postClaims('H0001', 'B2', [pharmacy('D', MEMBERS[2]!, 10_000)]);
    const { seal } = await sealDay(deps());
    expect(seal.totals.entries).toBe(7);
    expect((await verify()).findings).toEqual([]);
    expect(await sealedDays(sealed)).toEqual([seal.day]);
    for (const [key, bytes] of left) expect(sealed.objects.get(key)).toEqual(bytes);
  });

  it('knows its own seal again when the answer to the put was lost', async () => {
    const { sealed } = jiesuan;
    const losing = {
      ...sealed,
      async putNew(key: string, body: string, type: string) {
        await sealed.putNew(key, body, type);
        return sealed.putNew(key, body, type); // What a client answers that tried again by itself.
      },
    };
    const { seal, batches } = await sealDay({ ...deps(), sealed: losing });
    expect(batches).toEqual({ checked: 2, findings: [] });
    expect(await sealOf(seal.day)).toEqual(seal);
  });

  it('names no member: streams are pseudonyms, and the seal itself has none', async () => {
    const { seal } = await sealDay(deps());
    const text = new TextDecoder().decode(jiesuan.sealed.objects.get(anchorKey.seal(seal.day)));
    expect(text).not.toMatch(/DEMO|130300#/);
    expect(new TextDecoder().decode(jiesuan.sealed.objects.get(seal.heads))).not.toContain('DEMO');
  });
});

describe('verification of the whole ledger', () => {
  const codes = (found: Awaited<ReturnType<typeof verify>>) =>
    [...new Set(found.findings.map(({ code }) => code))].sort();

  it('misses a tail and a member by the seal, by the counts, and by what batches accepted', async () => {
    await sealDay(deps());
    const [first] = jiesuan.ledger.streams.keys();
    expect(
      codes(await verify(changedLedger((rows, stream) => (stream === first ? rows.slice(0, -1) : rows)))),
    ).toEqual(['batch-count-differs', 'batch-totals-differ', 'count-differs', 'head-behind-anchor']);
    expect(codes(await verify(changedLedger((rows, stream) => (stream === first ? [] : rows))))).toEqual([
      'anchor-missing',
      'batch-count-differs',
      'batch-totals-differ',
      'count-differs',
    ]);
  });

  it('misses what was never sealed by the count of intake alone, and names the records', async () => {
    const [first] = jiesuan.ledger.streams.keys();
    const ledger = changedLedger((rows, stream) => (stream === first ? [] : rows));
    const { findings } = await verify(ledger);
    expect(findings.filter(({ code }) => code === 'batch-count-differs').map(({ detail }) => detail)).toEqual(
      [
        'H0001.B1: accepted 3, entries 1; records 0 (0x), 2 (0x)',
        'the-agency.E1: accepted 3, entries 2; records 0 (0x)',
      ],
    );
  });

  it('sees a seal that was changed', async () => {
    const { seal } = await sealDay(deps());
    const text = new TextDecoder().decode(jiesuan.sealed.objects.get(seal.heads));
    await jiesuan.sealed.put(seal.heads, text.split('\n').slice(1).join('\n'), 'application/x-ndjson');
    expect(codes(await verify())).toContain('anchor-broken');
  });
});

describe('a receipt', () => {
  const make = async (sealed: boolean): Promise<Receipt> => {
    const { seal } = sealed ? await sealDay(deps()) : {};
    const rows = [...jiesuan.ledger.streams.values()].find((each) => each.length === 3)!;
    const anchor = seal && (await readAnchor(jiesuan.sealed, seal.day));
    // Through JSON, as a file would carry it.
    return JSON.parse(JSON.stringify(makeReceipt(rows[1]!, rows, anchor))) as Receipt;
  };

  it('proves its entry up to the root of a sealed day', async () => {
    const receipt = await make(true);
    expect(receipt.sealed).toBeDefined();
    expect(checkReceipt(receipt, receipt.sealed?.root)).toEqual([]);
    expect(checkReceipt(receipt, 'another root')).toEqual(['root-not-the-published-one']);
  });

  it('of a day that is not sealed yet proves its own hash alone', async () => {
    const receipt = await make(false);
    expect(receipt.sealed).toBeUndefined();
    expect(checkReceipt(receipt)).toEqual([]);
  });

  it('does not survive a change of anything in it', async () => {
    const receipt = await make(true);
    const sealed = receipt.sealed!;
    const wrong: Receipt[] = [
      { ...receipt, text: receipt.text.replace('"amounts":[', '"amounts":[1') },
      { ...receipt, place: { ...receipt.place, seq: 1 } },
      { ...receipt, sealed: { ...sealed, inStream: sealed.inStream.slice(1) } },
      { ...receipt, sealed: { ...sealed, leaf: { ...sealed.leaf, salt: '' } } },
      { ...receipt, sealed: { ...sealed, root: sealed.leaf.head } },
    ];
    for (const each of wrong) expect(checkReceipt(each, receipt.sealed?.root)).not.toEqual([]);
  });
});
