// Splitting: every readable record is sent once it can be, in order for every member, and a crash at any call loses
// nothing and reorders nothing.

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type SplitDeps, splitBatch } from '../../../functions/split/split-batch.ts';
import type { Manifest, RawBatch } from '../../../shared/batch/batch.ts';
import { memoryBatches } from '../../../shared/batch/memory/memory-batches.ts';
import { memoryLedger } from '../../../shared/ledger/memory/memory-ledger.ts';
import { pseudonymiser } from '../../../shared/member/pseudonym.ts';
import type { SettleMessage } from '../../../shared/queue/messages.ts';
import { memoryRecords } from '../../../shared/records/memory/memory-records.ts';
import { genesis, seal } from '../../../shared/ledger/codec.ts';
import { EMPTY_POSITION } from '../../../shared/ledger/position.ts';
import { denialBody, place } from '../../support/entries.ts';
import { aManifest } from '../../contracts/batch-store.ts';
import { aClaim, claims } from '../../support/claims.ts';

const text = (value: unknown) => JSON.stringify(value);
const sha256 = (of: string) => createHash('sha256').update(of).digest('hex');

interface World {
  readonly deps: SplitDeps;
  readonly sent: SettleMessage[];
  readonly continuations: string[];
  readonly rejections: () => { index: number; number?: string; errors: { code: string; path: string }[] }[];
  readonly manifest: Manifest;
}

/** A world with one batch in it, posted as JSON or uploaded as lines. */
async function world(body: string, format: RawBatch['format'], over: Partial<Manifest> = {}): Promise<World> {
  const [batches, records, ledger] = [memoryBatches(), memoryRecords(), memoryLedger()];
  const [sent, continuations]: [SettleMessage[], string[]] = [[], []];
  const raw: RawBatch = {
    key: 'raw/x',
    format,
    bytes: body.length,
    ...(format === 'ndjson' ? { sha256: sha256(body) } : {}),
  };
  const manifest = aManifest({ raw, ...over });
  await records.put(raw.key, body, 'x');
  await batches.create(manifest);
  const deps: SplitDeps = {
    batches,
    records,
    ledger,
    settleQueue: {
      sendSome: async (messages) => {
        sent.push(...messages);
        return [];
      },
    },
    splitQueue: { send: async (_message, once) => void continuations.push(once) },
    closeQueue: { send: async () => {} },
    pseudonymOf: pseudonymiser('a test key of enough bytes'),
    now: () => 1_000,
    remainingMs: () => 300_000,
  };
  const rejections = () =>
    [...records.objects]
      .filter(([key]) => key.startsWith(`rejections/${manifest.batchId}/`))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, bytes]) =>
        new TextDecoder()
          .decode(bytes)
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as never),
      );
  return { deps, sent, continuations, rejections, manifest };
}

const jsonBatch = (list: unknown[]) => text({ claims: list });
const lines = (list: unknown[]) => `${list.map(text).join('\n')}\n`;
const totals = (list: { billedFen?: unknown }[]) => ({
  claimCount: list.length,
  billedFen: list.reduce((sum, { billedFen }) => sum + (typeof billedFen === 'number' ? billedFen : 0), 0),
});

describe('split', () => {
  it('sends one message per readable record, numbered without gaps, and writes down the others', async () => {
    const list = [
      aClaim({ claimNo: 'C0' }),
      aClaim({ claimNo: 'C1', billedFen: 'much' }),
      aClaim({ claimNo: 'C2' }),
    ];
    const { deps, sent, rejections, manifest } = await world(jsonBatch(list), 'json');
    expect(await splitBatch(manifest.batchId, deps)).toEqual({ sent: 2, rejected: 1, ended: 'done' });
    expect(sent.map(({ batchIndex, claimKey }) => [batchIndex, claimKey])).toEqual([
      [0, 'H0001/C0'],
      [1, 'H0001/C2'],
    ]);
    expect(rejections()).toMatchObject([
      { index: 1, number: 'C1', errors: [{ path: 'billedFen', code: 'wrong-type' }] },
    ]);
    const { split } = (await deps.batches.read(manifest.batchId)) ?? {};
    expect(split).toMatchObject({ read: 3, accepted: 2, rejected: 1, done: true });
  });

  it('carries no member number and no name in any message', async () => {
    const { deps, sent, manifest } = await world(jsonBatch([aClaim()]), 'json');
    await splitBatch(manifest.batchId, deps);
    expect(text(sent)).not.toContain('DEMO0000000001');
    expect(text(sent)).not.toContain('阿莫西林');
    expect(sent[0]?.stream).toMatch(/^130300#[A-Za-z0-9_-]{22}$/);
  });

  it('reads a file line by line: blank lines, CRLF, a last line without newline, and lines nobody can read', async () => {
    const good = [aClaim({ claimNo: 'C0' }), aClaim({ claimNo: 'C3' })];
    const body = `${text(good[0])}\r\n\n{"claimNo": \n   \n"\uFFFD"\n${text(good[1])}`;
    const { deps, sent, rejections, manifest } = await world(body, 'ndjson', {
      controlTotals: { claimCount: 4, billedFen: 2_468 },
    });
    expect(await splitBatch(manifest.batchId, deps)).toEqual({ sent: 2, rejected: 2, ended: 'done' });
    expect(rejections().map(({ index, errors }) => [index, errors[0]?.code])).toEqual([
      [1, 'malformed-json'],
      [2, 'wrong-type'],
    ]);
    for (const { raw, claimKey } of sent) {
      const [from, bytes] = raw ?? [0, 0];
      const line = JSON.parse(new TextDecoder().decode(await deps.records.range('raw/x', from, bytes))) as {
        claimNo: string;
      };
      expect(`H0001/${line.claimNo}`).toBe(claimKey);
    }
  });

  it('refuses a file whose bytes or control totals are not as announced, and sends nothing of it', async () => {
    const list = claims(5);
    for (const [over, code] of [
      [{ controlTotals: { ...totals(list), claimCount: 6 } }, 'control-totals-mismatch'],
      [{ controlTotals: { ...totals(list), billedFen: 1 } }, 'control-totals-mismatch'],
      [
        {
          controlTotals: totals(list),
          raw: { key: 'raw/x', format: 'ndjson', bytes: 1, sha256: sha256('other') },
        },
        'upload-corrupt',
      ],
    ] as const) {
      const { deps, sent, manifest } = await world(lines(list), 'ndjson', over);
      expect(await splitBatch(manifest.batchId, deps)).toMatchObject({ ended: 'refused' });
      expect(sent).toHaveLength(0);
      expect((await deps.batches.read(manifest.batchId))?.split?.refused?.code).toBe(code);
    }
  });

  it('hands the rest to a continuation when its time runs out', async () => {
    const list = claims(2_500);
    const { deps, sent, continuations, manifest } = await world(lines(list), 'ndjson', {
      controlTotals: totals(list),
    });
    const hurried = { ...deps, remainingMs: () => 1_000 };
    expect(await splitBatch(manifest.batchId, hurried)).toMatchObject({ ended: 'handed-on', sent: 1_000 });
    expect(continuations).toEqual([`${manifest.batchId}#0#1000`]);
    expect(await splitBatch(manifest.batchId, hurried)).toMatchObject({ ended: 'handed-on', sent: 1_000 });
    expect(await splitBatch(manifest.batchId, hurried)).toMatchObject({ ended: 'done', sent: 500 });
    expect(sent.map(({ batchIndex }) => batchIndex).sort((a, b) => a - b)).toEqual(list.map((_, n) => n));
  });

  it('sends a member’s claims in the order given, also when calls are taken only in part', async () => {
    const list = claims(400, 3);
    const { deps, manifest } = await world(jsonBatch(list), 'json');
    const arrived: SettleMessage[] = [];
    let call = 0;
    await splitBatch(manifest.batchId, {
      ...deps,
      settleQueue: {
        async sendSome(messages) {
          expect(new Set(messages.map(({ stream }) => stream)).size).toBe(messages.length);
          const refused = messages.length > 1 && call++ % 3 === 0 ? [0] : [];
          arrived.push(...messages.filter((_, at) => !refused.includes(at)));
          return refused;
        },
      },
    });
    for (const ofMember of Map.groupBy(arrived, ({ stream }) => stream).values()) {
      const indexes = ofMember.map(({ batchIndex }) => batchIndex);
      expect(indexes).toEqual([...indexes].sort((a, b) => a - b));
    }
    expect(arrived).toHaveLength(400);
  });

  it('loses and reorders nothing, wherever it is cut off', async () => {
    const list = [...claims(1_050, 40), aClaim({ claimNo: 'bad no' })];
    const expected = claims(1_050).map((_, n) => n);
    // Every call to a store or queue is a place to die, before it does its work or after.
    for (let fatal = 0; ; fatal++) {
      const { deps, sent, rejections, manifest } = await world(lines(list), 'ndjson', {
        controlTotals: totals(list),
      });
      let calls = 0;
      let died = false;
      const mortal = <T extends object>(port: T): T =>
        new Proxy(port, {
          get(target, name) {
            const method = target[name as keyof T];
            if (typeof method !== 'function' || (name === 'read' && 'put' in target)) return method;
            return async (...args: unknown[]) => {
              const turn = calls++;
              if (turn === fatal && fatal % 2 === 0) {
                died = true;
                throw new Error('killed before');
              }
              const result: unknown = await (method as (...a: unknown[]) => unknown).apply(target, args);
              if (turn === fatal) {
                died = true;
                throw new Error('killed after');
              }
              return result;
            };
          },
        });
      const mortals: SplitDeps = {
        ...deps,
        batches: mortal(deps.batches),
        records: mortal(deps.records),
        settleQueue: mortal(deps.settleQueue),
        closeQueue: mortal(deps.closeQueue),
        splitQueue: mortal(deps.splitQueue),
      };
      await splitBatch(manifest.batchId, mortals).catch(() => {});
      for (let again = 0; again < 3; again++) await splitBatch(manifest.batchId, deps).catch(() => {});
      expect(new Set(sent.map(({ batchIndex }) => batchIndex))).toEqual(new Set(expected));
      const firstArrivals = [
        ...new Map(sent.toReversed().map((message) => [message.batchIndex, message])).values(),
      ].toReversed();
      for (const ofMember of Map.groupBy(firstArrivals, ({ stream }) => stream).values()) {
        const firsts = ofMember.map((message) =>
          sent.findIndex(({ batchIndex }) => batchIndex === message.batchIndex),
        );
        const inOrder = ofMember
          .map((message, at) => [message.batchIndex, firsts[at] as number] as const)
          .sort(([a], [b]) => a - b);
        expect(inOrder.map(([, at]) => at)).toEqual(inOrder.map(([, at]) => at).sort((a, b) => a - b));
      }
      expect(rejections()).toHaveLength(1);
      if (!died) break; // Every place to die has had its turn.
      if (fatal > 15) fatal += 12; // A hundred calls are alike: after the first ones, every thirteenth, before and after in turn.
    }
  }, 60_000);
});

describe('claim numbers', () => {
  const posts = async (deps: SplitDeps, batchNo: string, list: unknown[]) => {
    const manifest = aManifest({
      batchNo,
      batchId: `H0001.${batchNo}`,
      raw: { key: `raw/${batchNo}`, format: 'json', bytes: 1 },
    });
    await deps.records.put(`raw/${batchNo}`, jsonBatch(list), 'x');
    await deps.batches.create(manifest);
    await splitBatch(manifest.batchId, deps);
  };

  const held = (sent: readonly SettleMessage[], batchNo: string) =>
    sent
      .filter(({ batchId }) => batchId === `H0001.${batchNo}`)
      .sort((a, b) => a.batchIndex - b.batchIndex)
      .map(({ numberHeldElsewhere }) => numberHeldElsewhere ?? false);

  it('marks a number that another member’s stream holds, and says so again when split again', async () => {
    const { deps, sent } = await world(jsonBatch([]), 'json');
    await posts(deps, 'N1', [aClaim({ memberId: 'DEMO0000000001' }), aClaim({ memberId: 'DEMO0000000002' })]);
    expect(held(sent, 'N1')).toEqual([false, true]);
    await posts(deps, 'N2', [aClaim({ memberId: 'DEMO0000000002' }), aClaim({ memberId: 'DEMO0000000001' })]);
    expect(held(sent, 'N2')).toEqual([true, false]);
  });

  it('frees the number of a denied claim: a mistyped member number comes again with the right one', async () => {
    const { deps, sent } = await world(jsonBatch([]), 'json');
    await posts(deps, 'D1', [aClaim({ memberId: 'DEMO0000000001' })]);
    await posts(deps, 'D2', [aClaim({ memberId: 'DEMO0000000002' })]);
    expect(held(sent, 'D2')).toEqual([true]); // Not decided yet: it may still be settled.
    const [first] = sent as [SettleMessage];
    const { claimKey, batchId, batchIndex, stream } = first;
    const denied = place({ stream, claimKey, batchId, batchIndex, prev: genesis(stream) });
    await deps.ledger.append(seal(denied, denialBody(EMPTY_POSITION)));
    await posts(deps, 'D3', [aClaim({ memberId: 'DEMO0000000002' })]);
    expect(held(sent, 'D3')).toEqual([false]);
    await posts(deps, 'D4', [aClaim({ memberId: 'DEMO0000000001' })]);
    expect(held(sent, 'D4')).toEqual([true]); // Now the other member has it.
  });
});
