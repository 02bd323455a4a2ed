// The stored form of an entry: nothing is lost, equal contents are equal bytes, and an ordinary entry fits one unit.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeBody,
  encodeBody,
  encodePosition,
  entryHash,
  genesis,
  seal,
} from '../../../shared/ledger/codec.ts';
import type { DenialEntry, EntryBody, Settlement } from '../../../shared/ledger/entry.ts';
import type { Position, RecentStay } from '../../../shared/ledger/position.ts';
import { fen } from '../../../shared/money/fen.ts';
import { localDate } from '../../../shared/time/dates.ts';
import { denialBody, place, settlementBody, STREAM } from '../../support/entries.ts';

const amount = fc.integer({ min: 0, max: 100_000_000_000 }).map(fen);
const day = fc.integer({ min: 1, max: 28 }).map((d) => localDate(`2026-09-${String(d).padStart(2, '0')}`));
const word = fc.stringMatching(/^[a-z][a-z-]{0,12}$/);
const optional = <T, K extends string>(key: K, of: fc.Arbitrary<T>) =>
  fc
    .option(of, { nil: undefined })
    .map((value) => (value === undefined ? {} : { [key]: value }) as Partial<Record<K, T>>);
const merged = (...parts: fc.Arbitrary<object>[]) =>
  fc.tuple(...parts).map((all) => Object.assign({}, ...all) as object);

const enrolment = merged(
  fc.record({
    hasAccount: fc.boolean(),
    coverage: fc.array(
      merged(fc.record({ from: day, scheme: word, personClass: word }), optional('to', day)),
      { maxLength: 3 },
    ),
  }),
  optional('born', day),
  optional('sex', fc.constantFrom('F', 'M')),
  optional(
    'facts',
    fc.array(merged(fc.record({ fact: word, from: day }), optional('value', word), optional('to', day)), {
      maxLength: 3,
    }),
  ),
);
const counters = fc.dictionary(word, fc.integer({ min: 1, max: 1e12 }), { maxKeys: 4 });
const stay = merged(
  fc.record({
    claim: word,
    provider: word,
    level: word,
    admittedOn: day,
    dischargedOn: day,
    deductibleStandard: amount,
    deductible: amount,
  }),
  optional('interim', fc.constant(true)),
  optional('inScope', amount),
);
const position = merged(
  fc.record({ years: fc.dictionary(fc.constantFrom('2025', '2026'), counters, { maxKeys: 2 }) }),
  optional('enrolment', enrolment),
  optional('account', fc.record({ year: fc.constant('2026'), thisYear: amount, earlier: amount })),
  optional('stays', fc.array(stay, { minLength: 1, maxLength: 2 })),
  optional('closed', fc.constant('2024')),
) as unknown as fc.Arbitrary<Position>;

// Every field there is, and texts that JSON has to escape.
const text = fc.oneof(
  word,
  fc.string({ maxLength: 8 }),
  fc.constantFrom('a"b', 'c\\d', '慢病', '\u2028', '\n'),
);
const parts = merged(
  fc.record({ selfPaid: amount, overLimit: amount, firstPay: amount, inScope: amount }),
  optional('categories', fc.dictionary(word, amount, { minKeys: 1, maxKeys: 3 })),
  optional('quantities', fc.dictionary(word, amount, { minKeys: 1, maxKeys: 3 })),
  optional('flags', fc.array(text, { maxLength: 2 })),
);
const headerFields = merged(
  optional('admittedOn', day),
  optional('interim', fc.boolean()),
  optional('diagnoses', fc.array(text, { maxLength: 3 })),
  optional('chronicDisease', text),
  optional('referral', fc.constant({ direction: 'up', filed: true })),
  optional('offSite', fc.constant({ areaCode: '130300', reason: 'referred', filed: false })),
  optional('departmentCode', text),
  optional('doctorCode', text),
  optional('useAccount', fc.boolean()),
);
const money = fc.record({
  selfPaid: fc.option(amount, { nil: 0 }),
  overLimit: fc.option(amount, { nil: 0 }),
  firstPay: fc.option(amount, { nil: 0 }),
  inScope: amount,
  deductible: fc.option(amount, { nil: 0 }),
  funds: fc.dictionary(
    fc.constantFrom('pooled', 'large', 'relief'),
    amount.filter((a) => a > 0),
  ),
  account: fc.option(amount, { nil: 0 }),
  cash: fc.option(amount, { nil: 0 }),
  hospital: fc.option(amount, { nil: 0 }),
});

const settlement = fc
  .record({
    after: position,
    billed: amount,
    headerBilled: amount,
    sameBilled: fc.boolean(),
    money,
    header: headerFields,
    visit: fc.boolean(),
    servedOn: day,
    serviceDay: day,
    benefitYear: fc.constantFrom('2026', '2025', ''),
    version: fc.integer({ min: 1, max: 3 }),
    basis: merged(parts, optional('earlierYear', parts)),
    sameBasis: fc.boolean(),
    counters,
    stay,
    staysNewest: fc.boolean(),
    account: fc.option(fc.record({ earlier: amount, thisYear: amount.filter((a) => a > 0) })),
    raw: fc.boolean(),
  })
  .map((made): EntryBody => {
    const body = settlementBody({ years: {} }, 1_000, 0);
    if (body.kind !== 'settlement') throw new Error('a settlement');
    const newest = made.staysNewest ? made.after.stays?.at(-1) : undefined;
    const { selfPaid, overLimit, firstPay, inScope } = made.money;
    return {
      ...body,
      position: made.after,
      version: made.version,
      servedOn: made.servedOn,
      benefitYear: made.benefitYear,
      amounts: { billed: made.billed, ...made.money } as never,
      header: {
        claimNo: 'C1',
        providerId: 'H0001',
        ...(made.visit
          ? { encounter: 'pharmacy', servedOn: made.serviceDay }
          : { encounter: 'inpatient', dischargedOn: made.serviceDay }),
        ...made.header,
        billedFen: made.sameBilled ? made.billed : made.headerBilled,
      } as never,
      basis: {
        ...made.basis,
        ...(made.sameBasis ? { selfPaid, overLimit, firstPay, inScope } : {}),
      } as never,
      effects: {
        counters: { '2026': made.counters },
        ...(made.account ? { account: made.account } : {}),
        // Equal, but another object: what counts is the content.
        stay: (newest ? { ...newest } : made.stay) as never,
      },
      ...(made.raw ? { raw: [5, 7] as const } : {}),
    };
  });

const reason = merged(
  fc.record({ code: word }),
  optional('facts', fc.dictionary(word, fc.oneof(text, amount), { maxKeys: 3 })),
  optional(
    'citations',
    fc.array(
      merged(
        fc.record({ source: word, title: text, tier: fc.constantFrom('S', 'D') }),
        optional('clause', text),
        optional('parameter', text),
      ),
      { maxLength: 2 },
    ),
  ),
);
const unpaid = fc
  .record({
    after: position,
    billed: amount,
    header: headerFields,
    serviceDay: day,
    servedOn: fc.option(day),
    basis: fc.option(merged(parts, optional('earlierYear', parts))),
    reasons: fc.array(reason, { minLength: 1, maxLength: 3 }),
    quoteId: fc.option(text),
    held: fc.option(fc.record({ version: amount, scheme: word, benefit: text, benefitYear: word })),
    adjusted: fc.boolean(),
    pended: fc.boolean(),
    extra: merged(
      optional('raw', fc.constant([5, 7])),
      optional('resolves', fc.integer({ min: 1, max: 9_999 })),
      optional('replaces', fc.integer({ min: 1, max: 9_999 })),
    ),
  })
  .map((made): EntryBody => {
    const {
      header: plain,
      quoteId: _q,
      denial: _d,
      kind: _k,
      ...rest
    } = denialBody(made.after) as DenialEntry;
    const common = {
      ...rest,
      ...made.extra,
      billed: made.billed,
      servedOn: made.servedOn ?? made.serviceDay,
      header: { ...plain, ...made.header, servedOn: made.serviceDay, billedFen: made.billed },
      ...(made.basis ? { basis: made.basis } : {}),
    };
    const body = made.pended
      ? { kind: 'pend', ...common, reasons: made.reasons }
      : {
          kind: 'denial',
          ...common,
          denial: made.reasons[0],
          ...(made.quoteId === null ? {} : { quoteId: made.quoteId }),
          ...(made.held ? { held: made.held } : {}),
          ...(made.adjusted ? { adjustments: [{ of: 1, claimKey: 'H0001/C0', moved: {} }] } : {}),
        };
    return body as never;
  });

/** Generated objects have no prototype; read ones do. A member that is there without a value is another thing: strict. */
const plainly = (body: EntryBody): EntryBody => structuredClone(body);

describe('the stored form of an entry', () => {
  it('gives every settlement back as it was', () => {
    fc.assert(
      fc.property(settlement, (body) => {
        const written = encodeBody(body);
        expect(decodeBody(written, 'H0001/C1')).toStrictEqual(plainly(body));
        expect(encodeBody(decodeBody(written, 'H0001/C1'))).toBe(written);
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives entries without money back as they were', () => {
    fc.assert(
      fc.property(position, enrolment, (before, enrolled) => {
        const common = { at: 1, content: 'c'.repeat(22), position: before };
        const bodies: EntryBody[] = [
          { kind: 'repeat', ...common, of: 3 },
          { kind: 'conflict', ...common, code: 'other-content', with: 2 },
          {
            kind: 'enrolment',
            ...common,
            enrolment: enrolled as never,
            position: { ...before, enrolment: enrolled as never },
          },
          { kind: 'account-credit', ...common, amount: fen(5), creditedOn: localDate('2026-09-01') },
        ];
        for (const body of bodies)
          expect(decodeBody(encodeBody(body), 'H0001/C1')).toStrictEqual(plainly(body));
      }),
      { numRuns: 200 },
    );
  });

  it('gives every denial and every pended claim back as it was', () => {
    fc.assert(
      fc.property(unpaid, (body) => {
        const written = encodeBody(body);
        expect(decodeBody(written, 'H0001/C1')).toStrictEqual(plainly(body));
        expect(encodeBody(decodeBody(written, 'H0001/C1'))).toBe(written);
      }),
      { numRuns: 1_000 },
    );
  });

  it('writes equal reasons as equal bytes, whatever the order of their members', () => {
    const denial = denialBody({ years: {} }) as DenialEntry;
    const citation = { source: 's', title: 't', tier: 'A', clause: 'c', parameter: 'p' };
    const swapped = { tier: 'A', parameter: 'p', clause: 'c', title: 't', source: 's' };
    const one = { ...denial, denial: { code: 'x', facts: { a: 1, b: 2 }, citations: [citation] } };
    const two = { ...denial, denial: { citations: [swapped], facts: { b: 2, a: 1 }, code: 'x' } };
    expect(encodeBody(one)).toBe(encodeBody(two));
    expect(encodeBody(one)).toContain(
      '"why":[{"code":"x","facts":{"a":1,"b":2},"cited":[["s","t","A","c","p"]]}]',
    );
  });

  it('refuses a denial without a reason, and a basis that does not say what the lines came to', () => {
    const written = encodeBody(denialBody({ years: {} }));
    expect(() => decodeBody(written.replace(/"why":\[.*?\]/, '"why":[]'), 'H0001/C1')).toThrow('its reason');
    const silent = written.replace('"position"', '"basis":{"flags":[]},"position"');
    expect(() => decodeBody(silent, 'H0001/C1')).toThrow('what the lines came to');
  });

  it('writes equal contents as equal bytes, whatever the order of their counters', () => {
    const body = settlementBody({ years: { '2026': { a: 1, b: 2 }, '2025': { z: 1 } } }, 1_000, 0);
    const other = settlementBody({ years: { '2025': { z: 1 }, '2026': { b: 2, a: 1 } } }, 1_000, 0);
    expect(encodeBody(body)).toBe(encodeBody(other));
  });

  it('has a hash over everything: place and text', () => {
    const entry = seal(place(), settlementBody({ years: {} }, 1_000, 0));
    const moved = [
      place({ stream: '130300#BBBBBBBBBBBBBBBBBBBBBB' }),
      place({ seq: 2 }),
      place({ claimKey: 'H0001/C2' }),
      place({ batchId: 'H0001.B2' }),
      place({ batchIndex: 1 }),
      place({ prev: 'x' }),
    ];
    const hashes = new Set([
      entry.hash,
      entryHash(entry.place, `${entry.text} `),
      ...moved.map((at) => entryHash(at, entry.text)),
    ]);
    expect(hashes.size).toBe(moved.length + 2);
  });
});

describe('what is written only when it has to be', () => {
  const plain = settlementBody({ years: {} }, 1_000, 400) as Settlement;
  const back = (body: EntryBody) => decodeBody(encodeBody(body), 'H0001/C1');

  it('comes back: a review, adjustments, the last settled day, what the account paid', () => {
    const moved = { counters: { '2026': { pooled: 1 } } };
    const bodies: Partial<Settlement>[] = [
      { resolves: 3 },
      { replaces: 3 },
      { adjustments: [{ of: 1, claimKey: 'H0001/C0', amounts: plain.amounts, moved }] },
      { position: { ...plain.position, servedUntil: localDate('2026-09-01') } },
      { effects: { ...plain.effects, account: { earlier: fen(0), thisYear: fen(5) } } },
      { effects: { ...plain.effects, account: { earlier: fen(5), thisYear: fen(0) } } },
      { amounts: { ...plain.amounts, deductible: fen(7) } },
      { amounts: { ...plain.amounts, firstPay: fen(7) }, basis: { ...plain.basis, firstPay: fen(7) } },
      ...(['selfPaid', 'overLimit', 'firstPay', 'inScope'] as const).map((part) => ({
        basis: { ...plain.basis, [part]: fen(77) },
      })),
    ];
    for (const over of bodies) expect(back({ ...plain, ...over })).toStrictEqual({ ...plain, ...over });
    expect(encodeBody({ ...plain, amounts: { ...plain.amounts, deductible: fen(7) } })).toContain(
      '"amounts":[1000,1000,400,0,7,0]',
    );
    expect(encodeBody(plain)).toContain('"amounts":[1000,1000,400,0]');
    expect(encodeBody(plain)).not.toMatch(/basis|version|servedOn|benefitYear|resolves|adjustments|until/);
  });

  it('has its names in order, whatever order they came in', () => {
    for (const names of ['abc', 'acb', 'bac', 'cba', 'bca']) {
      const counters = Object.fromEntries(names.split('').map((name) => [name, name.charCodeAt(0)]));
      expect(encodePosition({ years: { ever: counters, '2025': { a: 1 } } })).toBe(
        '{"years":{"2025":{"a":1},"ever":{"a":97,"b":98,"c":99}}}',
      );
    }
  });
});

describe('the text of an entry, character by character', () => {
  const common = { at: 1, content: 'c', position: { years: {} } };
  const plain = settlementBody({ years: {} }, 1_000, 400) as Settlement;
  const settled =
    '{"kind":"settlement","at":1790000000000,"content":"cccccccccccccccccccccc","release":"releaseAAAAAAAAA",' +
    '"scheme":"310","benefit":"pharmacy","amounts":[1000,1000,400,0],"funds":{"pooled":600},' +
    '"header":{"enc":"pharmacy","on":20260901},"effects":{"counters":{"2026":{"pooled":600}}';
  const stayed = (claim: string) => ({
    claim,
    provider: 'H0001',
    level: '3',
    admittedOn: localDate('2026-08-30'),
    dischargedOn: localDate('2026-09-01'),
    deductibleStandard: fen(500),
    deductible: fen(300),
  });
  const stayText = (claim: string) => `["${claim}","H0001","3",20260830,20260901,500,300]`;

  it('of a settlement says nothing twice: not the day, the year, the bill or what an account did not pay', () => {
    expect(encodeBody(plain)).toBe(`${settled}},"position":{"years":{"2026":{"pooled":600}}}}`);
    const nothingPaid = { ...plain.effects, account: { earlier: fen(0), thisYear: fen(0) } };
    expect(encodeBody({ ...plain, effects: nothingPaid })).toBe(encodeBody(plain));
    const other = { ...plain.header, billedFen: fen(999) };
    expect(encodeBody({ ...plain, header: other })).toContain('"on":20260901,"billed":999}');
  });

  it('of a stay says 1 where it is the newest of the position, itself or another like it', () => {
    const text = (stay: string, stays: string) =>
      `${settled},"stay":${stay}},"position":{"years":{"2026":{"pooled":600}},"stays":[${stays}]}}`;
    const of = (stay: RecentStay, stays: RecentStay[]) =>
      encodeBody({ ...plain, effects: { ...plain.effects, stay }, position: { ...plain.position, stays } });
    const [A, B, C] = [stayed('A'), stayed('B'), stayed('C')];
    const three = `${stayText('A')},${stayText('B')},${stayText('C')}`;
    expect(of(C, [A, B, C])).toBe(text('1', three));
    expect(of({ ...C }, [A, B, C])).toBe(text('1', three));
    expect(of(B, [A, B, C])).toBe(text(stayText('B'), three));
    const last = { ...B, interim: true, inScope: fen(7) };
    expect(of(last, [A])).toBe(text('["B","H0001","3",20260830,20260901,500,300,1,7]', stayText('A')));
  });

  it('of a denial has its day only where it is another one', () => {
    const denied = denialBody({ years: {} }) as DenialEntry;
    const text = (day: string) =>
      '{"kind":"denial","at":1790000000000,"content":"cccccccccccccccccccccc","release":"releaseAAAAAAAAA",' +
      `"billed":1000,${day}"why":[{"code":"not-covered-on-service-date"}],` +
      '"header":{"enc":"pharmacy","on":20260901},"position":{"years":{}}}';
    expect(encodeBody(denied)).toBe(text(''));
    expect(encodeBody({ ...denied, servedOn: localDate('2026-09-02') })).toBe(
      text('"servedOn":"2026-09-02",'),
    );
  });

  it('of what denied it cites no more than there is', () => {
    const cited = (more: object) => {
      const citations = [{ source: 's', title: 't', tier: 'A', ...more }];
      return encodeBody({ ...(denialBody({ years: {} }) as DenialEntry), denial: { code: 'x', citations } });
    };
    expect(cited({})).toContain('"cited":[["s","t","A"]]');
    expect(cited({ clause: 'c' })).toContain('"cited":[["s","t","A","c"]]');
    expect(cited({ parameter: 'p' })).toContain('"cited":[["s","t","A",0,"p"]]');
  });

  it('of an enrolment says it in the position alone; without it the text is refused', () => {
    const coverage = [{ from: localDate('2020-01-01'), scheme: '310', personClass: 'active' }];
    const enrolment = { hasAccount: true, coverage };
    const text = '{"kind":"enrolment","at":1,"content":"c","position":{"years":{}';
    const body: EntryBody = { kind: 'enrolment', ...common, enrolment, position: { years: {}, enrolment } };
    expect(encodeBody(body)).toBe(`${text},"acct":1,"cover":[[20200101,0,"310","active"]]}}`);
    expect(() => decodeBody(`${text}}}`, 'A/E1')).toThrow('carries the enrolment in its position');
  });

  it('is one for equal contents, whatever the order of a referral, or of care elsewhere', () => {
    const text = (more: object) => encodeBody({ ...plain, header: { ...plain.header, ...more } });
    expect(text({ referral: { filed: true, direction: 'up' } })).toContain(
      '"referral":{"direction":"up","filed":true}}',
    );
    expect(text({ offSite: { reason: 'referred', filed: false, areaCode: '130300' } })).toContain(
      '"offSite":{"areaCode":"130300","filed":false,"reason":"referred"}}',
    );
  });

  it('of a position has no list of stays where there are none', () => {
    expect(encodePosition({ years: {}, stays: [] })).toBe('{"years":{}}');
  });
});

describe('the hash of an entry', () => {
  it('is SHA-256 in base64url; a stream begins with that of its own name', () => {
    // printf 'jiesuan/1\n130300#AAAAAAAAAAAAAAAAAAAAAA' | openssl dgst -sha256 -binary | basenc --base64url
    expect(STREAM).toBe('130300#AAAAAAAAAAAAAAAAAAAAAA');
    expect(genesis(STREAM)).toBe('PomMpLXTk319UibQz0Pp8r10Twj6xMVj7x8tTjJa-YE');
  });
});
