// Eight kinds of tampering, a thousand random cases each: always found, and named by stream and place. And what a hash
// chain alone cannot see, so that nobody leaves the anchors out.

import { beforeAll, describe, expect, it } from 'vitest';
import { chance } from '../../../infra/local/sample/chance.ts';
import { entryHash, genesis } from '../../../shared/ledger/codec.ts';
import type { StoredEntry } from '../../../shared/ledger/port.ts';
import type { Finding } from '../../../shared/reconciliation/findings.ts';
import { type HeadAnchor, verifyStream } from '../../../shared/reconciliation/verify-stream.ts';
import { type Chains, makeChains } from '../../support/chains.ts';

type Table = ReadonlyMap<string, readonly StoredEntry[]>;

let chains: Chains;
/** Sealed twice: somewhere on the way, and at the end. */
const anchors = new Map<string, readonly HeadAnchor[]>();
beforeAll(async () => {
  chains = await makeChains('tampering', 45, 18);
  for (const [stream, rows] of chains.streams)
    anchors.set(
      stream,
      [rows[8]!, rows.at(-1)!].map(({ place, hash }) => ({ seq: place.seq, hash })),
    );
});

const CASES = 1_000;
const roll = chance('tampering');

/** Verifies the streams that a case touched; the others are as they were. */
async function verify(table: Table, touched: readonly string[], replay: boolean): Promise<Finding[]> {
  const lists = await Promise.all(
    touched.map(async (stream) => {
      const rows = table.get(stream);
      if (rows === undefined)
        return [{ stream, seq: 0, code: 'anchor-missing', detail: '' } satisfies Finding];
      return verifyStream(stream, rows, {
        releaseOf: chains.release,
        anchors: anchors.get(stream) ?? [],
        replay,
      });
    }),
  );
  return lists.flat();
}

interface Case {
  readonly table: Table;
  readonly touched: readonly string[];
  /** One of these must be named, in this stream. */
  readonly named: readonly (readonly [stream: string, seq: number])[];
}

const streams = () => [...chains.streams.keys()];
const pick = (): [string, StoredEntry[]] => {
  const stream = roll.of(streams());
  return [stream, [...chains.streams.get(stream)!]];
};
const changed = (stream: string, rows: readonly StoredEntry[]): Table => new Map([[stream, rows]]);

/** A text with one number of an amount changed by one fen. */
function oneFen(row: StoredEntry): StoredEntry {
  const numbers = [...row.text.matchAll(/(?<=[[,:])(\d{2,})(?=[\],}])/g)];
  const found = roll.of(numbers);
  const text = `${row.text.slice(0, found.index)}${Number(found[0]) + 1}${row.text.slice(found.index + found[0].length)}`;
  return { ...row, text };
}

/** The rows from a place on with their hashes made to fit again. */
function rechained(rows: readonly StoredEntry[], from: number): StoredEntry[] {
  const fixed = [...rows];
  for (let at = from; at < fixed.length; at++) {
    const { place, text } = fixed[at]!;
    const prev = at === 0 ? genesis(place.stream) : fixed[at - 1]!.hash;
    const moved = { ...place, seq: at + 1, prev };
    fixed[at] = { place: moved, text, hash: entryHash(moved, text) };
  }
  return fixed;
}

const KINDS: Readonly<Record<string, () => Case>> = {
  'one fen': () => {
    const [stream, rows] = pick();
    const at = roll.below(rows.length);
    rows[at] = oneFen(rows[at]!);
    return { table: changed(stream, rows), touched: [stream], named: [[stream, at + 1]] };
  },
  'an entry gone from the middle': () => {
    const [stream, rows] = pick();
    const at = roll.below(rows.length - 1);
    rows.splice(at, 1);
    return { table: changed(stream, rows), touched: [stream], named: [[stream, at + 1]] };
  },
  'the tail gone': () => {
    const [stream, rows] = pick();
    const left = roll.between(1, rows.length - 1);
    return {
      table: changed(stream, rows.slice(0, left)),
      touched: [stream],
      named: [[stream, left + 1]],
    };
  },
  'one duplicated': () => {
    const [stream, rows] = pick();
    const at = roll.below(rows.length);
    if (roll.happens(5_000)) {
      rows.splice(at, 0, rows[at]!);
      return { table: changed(stream, rows), touched: [stream], named: [[stream, at + 1]] };
    }
    // Under the next free place, as a table with keys would have it.
    rows.push({ ...rows[at]!, place: { ...rows[at]!.place, seq: rows.length + 1 } });
    return { table: changed(stream, rows), touched: [stream], named: [[stream, rows.length]] };
  },
  'two swapped': () => {
    const [stream, rows] = pick();
    const one = roll.below(rows.length - 1);
    const two = roll.between(one + 1, rows.length - 1);
    const [a, b] = [rows[one]!, rows[two]!];
    rows[one] = { ...b, place: { ...b.place, seq: one + 1 } };
    rows[two] = { ...a, place: { ...a.place, seq: two + 1 } };
    return {
      table: changed(stream, rows),
      touched: [stream],
      named: [
        [stream, one + 1],
        [stream, two + 1],
      ],
    };
  },
  'one moved to another member': () => {
    const [from, rows] = pick();
    const to = roll.of(streams().filter((each) => each !== from));
    const [moved] = rows.splice(roll.below(rows.length), 1) as [StoredEntry];
    const target = [...chains.streams.get(to)!];
    const seq = target.length + 1;
    target.push({ ...moved, place: { ...moved.place, stream: to, seq } });
    return {
      table: new Map([
        [from, rows],
        [to, target],
      ]),
      touched: [from, to],
      named: [
        [from, moved.place.seq],
        [to, seq],
      ],
    };
  },
  'a suffix re-chained': () => {
    const [stream, rows] = pick();
    const at = roll.below(rows.length);
    // Not only money: the identity of the content is nothing that replay could know.
    const content = roll.happens(3_000);
    const { text } = rows[at]!;
    rows[at] = content
      ? { ...rows[at]!, text: text.replace(/"content":"..../, '"content":"AAAA') }
      : oneFen(rows[at]!);
    const from = anchors.get(stream)!.find(({ seq }) => seq >= at + 1)!;
    return {
      table: changed(stream, rechained(rows, at)),
      touched: [stream],
      named: [[stream, from.seq]],
    };
  },
  'a whole member gone': () => {
    const [stream] = pick();
    return { table: new Map(), touched: [stream], named: [[stream, 0]] };
  },
};

describe('tampering', () => {
  it.each(Object.keys(KINDS))(
    '%s is always found and named',
    async (kind) => {
      for (let n = 0; n < CASES; n++) {
        const { table, touched, named } = KINDS[kind]!();
        // Replay costs the most and names the exact place of a change that was chained again; one case in fifty has it.
        const findings = await verify(table, touched, n % 50 === 0);
        for (const [stream, seq] of named)
          expect(
            findings.some((each) => each.stream === stream && each.seq === seq),
            `case ${n}: ${stream} ${seq}, found ${JSON.stringify(findings)}`,
          ).toBe(true);
      }
    },
    20_000,
  );

  it('of a remembered stay is found by folding alone, without replay and without any anchor', async () => {
    let tried = 0;
    const lastStay = /"stays":\[.*?(\d+)\]\]/;
    for (const [stream, own] of chains.streams) {
      // What a settlement adds to the stays is told from its position, so an entry that adds none has to be changed.
      const at = own.findIndex(
        ({ text }) => /^{"kind":"(account-credit|enrolment)"/.test(text) && lastStay.test(text),
      );
      if (at < 0) continue;
      tried++;
      const rows = [...own];
      const { text } = rows[at]!;
      const changed = text.replace(
        lastStay,
        (all, n: string) => `${all.slice(0, -n.length - 2)}${Number(n) + 1}]]`,
      );
      rows[at] = { ...rows[at]!, text: changed };
      const options = { releaseOf: chains.release, replay: false };
      const findings = await verifyStream(stream, rechained(rows, at), options);
      expect(findings[0]).toMatchObject({ seq: at + 1, code: 'position-not-fold', detail: 'stays' });
    }
    expect(tried).toBeGreaterThan(5);
  });

  it('of an amount that was chained again is found by replay at the very entry, without any anchor', async () => {
    const isSettled = ({ text }: StoredEntry) => text.startsWith('{"kind":"settlement"');
    const withSettlements = [...chains.streams.values()].filter((rows) => rows.some(isSettled));
    for (let n = 0; n < 50; n++) {
      const rows = [...roll.of(withSettlements)];
      const settled = rows.filter(isSettled);
      const { stream } = settled[0]!.place;
      const { place, text } = roll.of(settled);
      const at = place.seq - 1;
      const amounts = /"amounts":\[(\d+)/.exec(text)!;
      rows[at] = { ...rows[at]!, text: text.replace(amounts[0], `"amounts":[${Number(amounts[1]) + 1}`) };
      const findings = await verifyStream(stream, rechained(rows, at), { releaseOf: chains.release });
      expect(findings.map(({ seq }) => seq)).toContain(place.seq);
      expect(findings.every(({ code }) => code === 'identity-broken' || code === 'replay-differs')).toBe(
        true,
      );
    }
  });

  it('of why a claim was not paid, chained again, is found by quick replay at the very entry', async () => {
    const others: Readonly<Record<string, string>> = { denial: 'level-not-covered', pend: 'long-stay' };
    const changes: readonly ((text: string, kind: string) => string)[] = [
      (text, kind) => text.replace(/(?<="why":\[\{"code":")[^"]+/, others[kind]!),
      (text) => text.replace(/(?<="why":\[.*"facts":\{"[a-z]+":)(\d+)/i, (n) => `${Number(n) + 1}`),
      (text) => text.replace(/(?<="why":\[.*"cited":\[\[")/, 'x'),
      (text) => text.replace(/(?<="header":\{"enc":")[^"]+/, 'family-planning'),
      (text) => text.replace(/"basis":\{.*?\},"position"/, '"position"'),
      (text) => text.replace(/"why":\[(\{[^\]]*?\})\],"header"/, '"why":[$1,$1],"header"'),
      (text) =>
        // The quote of a claim that was denied for another reason is the provider's word, and decides nothing.
        text.replace(/(?<="quote":".{9}).(?=[^"]*","why":\[\{"code":"quote-not-kept")/, (c) =>
          c === 'A' ? 'B' : 'A',
        ),
    ];
    const tried = new Map<string, number>();
    for (const [stream, rows] of chains.streams) {
      for (const { place, text } of rows) {
        const kind = /^\{"kind":"(denial|pend)"/.exec(text)?.[1];
        if (kind === undefined) continue;
        for (const [which, change] of changes.entries()) {
          const tampered = change(text, kind);
          const what = `${which} ${kind}`;
          const cases = tried.get(what) ?? 0;
          // A second reason of a denial is not even read.
          if (tampered === text || what === '5 denial' || cases === 12) continue;
          tried.set(what, cases + 1);
          const at = place.seq - 1;
          const table = rows.slice(0, place.seq);
          table[at] = { ...rows[at]!, text: tampered };
          const findings = await verifyStream(stream, rechained(table, at), { releaseOf: chains.release });
          expect(
            findings.some(({ seq, code }) => seq === place.seq && code === 'replay-differs'),
            `${which}: ${tampered}`,
          ).toBe(true);
        }
      }
    }
    expect([...tried.keys()].sort().join(', ')).toBe(
      '0 denial, 0 pend, 1 denial, 2 denial, 2 pend, 3 denial, 3 pend, 4 denial, 4 pend, 5 pend, 6 denial',
    );
  });

  it('of the tail, or of a whole member, is invisible to the chain and to replay: the anchors see it', async () => {
    const [stream, rows] = pick();
    const cut = rows.slice(0, -1);
    expect(await verifyStream(stream, cut, { releaseOf: chains.release })).toEqual([]);
    expect(
      await verifyStream(stream, cut, { releaseOf: chains.release, anchors: anchors.get(stream)! }),
    ).toMatchObject([{ code: 'head-behind-anchor', seq: rows.length }]);
  });

  it('is not seen where there is none', async () => {
    for (const [stream, rows] of chains.streams)
      expect(
        await verifyStream(stream, rows, {
          releaseOf: chains.release,
          anchors: anchors.get(stream)!,
        }),
      ).toEqual([]);
  });
});
