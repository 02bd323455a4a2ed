// What must hold before an entry is written: each rule is broken once, and its own sentence is heard.

import { describe, expect, it } from 'vitest';
import type {
  Adjustment,
  Entry,
  EntryBody,
  ReversalEntry,
  Settlement,
} from '../../../shared/ledger/entry.ts';
import { checkAmounts, checkEntry } from '../../../shared/ledger/identities.ts';
import type { Effects, Position } from '../../../shared/ledger/position.ts';
import type { Fen } from '../../../shared/money/fen.ts';
import type { Amounts } from '../../../shared/policy/adjudication.ts';
import { denialBody, place, settlementBody } from '../../support/entries.ts';

const entry = (body: unknown, seq = 1): Entry => ({
  place: place({ seq }),
  body: body as EntryBody,
  text: '',
  hash: '',
});
const account = (earlier: number, thisYear: number) => ({
  year: '2026',
  earlier: earlier as Fen,
  thisYear: thisYear as Fen,
});
const BEFORE: Position = {
  years: { '2025': { pooled: 5 }, '2026': { pooled: 100, stays: 1 } },
  account: account(30, 40),
};
/** 1,000 fen: 600 from the pooled fund, 50 from the account, 350 in cash. */
const AMOUNTS: Amounts = {
  billed: 1_000,
  selfPaid: 100,
  overLimit: 40,
  firstPay: 60,
  inScope: 800,
  deductible: 200,
  funds: { pooled: 590, large: 10 },
  account: 50,
  cash: 345,
  hospital: 5,
} as unknown as Amounts;
const EFFECTS: Effects = {
  counters: { '2026': { pooled: 590, large: 10 } },
  account: { earlier: 30 as Fen, thisYear: 20 as Fen },
};
const AFTER: Position = {
  years: { '2025': { pooled: 5 }, '2026': { pooled: 690, stays: 1, large: 10 } },
  account: account(0, 20),
};
const settlement = (over: Partial<Settlement> = {}): Settlement => ({
  ...(settlementBody(BEFORE, 1_000, 0) as Settlement),
  amounts: AMOUNTS,
  effects: EFFECTS,
  position: AFTER,
  ...over,
});
const check = (body: unknown, before = BEFORE) => checkEntry(entry(body), before);
const years = (of: Position['years']): Position => ({ ...AFTER, years: of });

describe('identities of a bill', () => {
  const wrong = (over: object) => () => checkAmounts({ ...AMOUNTS, ...over });

  it('accepts a bill whose parts and payers add up', () => {
    expect(() => checkAmounts(AMOUNTS)).not.toThrow();
    expect(wrong({ deductible: 800 })).not.toThrow();
  });

  it('wants whole fen, none negative', () => {
    const fields = Object.keys(AMOUNTS).filter((field) => field !== 'funds');
    for (const field of fields)
      for (const bad of [-1, 0.5, Number.NaN, 2 ** 53])
        expect(wrong({ [field]: bad }), field).toThrow('every amount is a whole number of fen');
    expect(wrong({ funds: { pooled: 601, large: -1 } })).toThrow('every amount');
    expect(wrong({ funds: { pooled: 599.5, large: 0.5 } })).toThrow('every amount');
  });

  it('wants parts and payers to add up to the bill', () => {
    for (const part of ['selfPaid', 'overLimit', 'firstPay', 'inScope'] as const)
      expect(wrong({ [part]: AMOUNTS[part] + 1 }), part).toThrow('billed = self-paid');
    for (const payer of ['account', 'cash', 'hospital'] as const)
      expect(wrong({ [payer]: AMOUNTS[payer] + 1 }), payer).toThrow('billed = funds');
    expect(wrong({ funds: { pooled: 590, large: 11 } })).toThrow('billed = funds');
    expect(wrong({ deductible: 801 })).toThrow('the deductible is part of the in-scope amount');
  });
});

describe('a settlement', () => {
  it('is accepted when everything arrives', () => {
    expect(() => check(settlement())).not.toThrow();
  });

  it('stands at a sequence number from 1', () => {
    for (const seq of [0, -1, 1.5])
      expect(() => checkEntry(entry(settlement(), seq), BEFORE)).toThrow('sequence numbers start at 1');
  });

  it('checks its amounts', () => {
    expect(() => check(settlement({ amounts: { ...AMOUNTS, cash: 346 as Fen } }))).toThrow('billed = funds');
  });

  it('moves every counter by its effect, and no other', () => {
    const counter = 'counter after = counter before';
    const now = AFTER.years['2026']!;
    const wrong: [string, Position['years']][] = [
      ['too much', { ...AFTER.years, '2026': { ...now, pooled: 691 } }],
      ['moved by itself', { ...AFTER.years, '2026': { ...now, stays: 2 } }],
      ['new by itself', { ...AFTER.years, '2026': { ...now, other: 1 } }],
      ['gone by itself', { ...AFTER.years, '2026': { pooled: 690, large: 10 } }],
      ['another year', { ...AFTER.years, '2025': { pooled: 6 } }],
      ['a year gone by itself', { '2026': now }],
      ['a year new by itself', { ...AFTER.years, '2027': { pooled: 1 } }],
    ];
    for (const [what, of] of wrong)
      expect(() => check(settlement({ position: years(of) })), what).toThrow(counter);
    expect(() =>
      check(settlement({ position: years({ ...AFTER.years, '2026': { pooled: 690, stays: 1 } }) })),
    ).toThrow('every effect arrives in its counter');
    expect(() =>
      check(
        settlement({ effects: { ...EFFECTS, counters: { ...EFFECTS.counters, '2027': { pooled: 1 } } } }),
      ),
    ).toThrow('every effect arrives in its counter');
    const halves = { ...EFFECTS, counters: { '2026': { pooled: 589.5, large: 10 } } };
    const moved = years({ ...AFTER.years, '2026': { ...now, pooled: 689.5 } });
    expect(() => check(settlement({ effects: halves, position: moved }))).toThrow(
      'counters move by whole numbers',
    );
  });

  it('lets a counter that became zero go, and counters of closed years', () => {
    const back = { counters: { '2026': { stays: -1 } } };
    const plain = { ...AMOUNTS, account: 0, cash: 395 } as Amounts;
    const without = { ...BEFORE, years: { '2025': { pooled: 5 }, '2026': { pooled: 100 } } };
    expect(() => check(settlement({ amounts: plain, effects: back, position: without }))).not.toThrow();
    const closed = { ...AFTER, years: { '2026': AFTER.years['2026']! }, closed: '2025' };
    expect(() => check(settlement({ position: closed }))).not.toThrow();
    const intoClosed = {
      ...EFFECTS,
      counters: { ...EFFECTS.counters, '2024': { pooled: 1 }, '2025': { large: 1 } },
    };
    expect(() => check(settlement({ position: closed, effects: intoClosed }))).not.toThrow();
    expect(() => check(settlement({ position: { ...closed, closed: '2024' } }))).toThrow('counter after');
    // A correction may find such a year again, whole, by deciding its claims again.
    const found = { ...closed, years: { ...closed.years, '2025': { pooled: 900 } } };
    expect(() => check(settlement({ position: found }))).not.toThrow();
  });

  it('takes from the account what it says, and never more than there is', () => {
    const effects = { ...EFFECTS, account: { earlier: 30 as Fen, thisYear: 21 as Fen } };
    expect(() => check(settlement({ effects }))).toThrow('paid from the account = taken off its balance');
    for (const wrong of [account(0, 21), account(1, 20), account(0, 19)])
      expect(() => check(settlement({ position: { ...AFTER, account: wrong } }))).toThrow(
        'account after = account before',
      );
    const poor = { ...BEFORE, account: account(0, 49) };
    expect(() => check(settlement({ position: { ...AFTER, account: account(0, -1) } }), poor)).toThrow(
      'an account is never overdrawn',
    );
    const just = { ...BEFORE, account: account(0, 50) };
    expect(() => check(settlement({ position: { ...AFTER, account: account(0, 0) } }), just)).not.toThrow();
  });

  it('counts what it adjusts', () => {
    const moved: Effects = {
      counters: { '2026': { pooled: 7 } },
      account: { earlier: 0 as Fen, thisYear: 3 as Fen },
    };
    const adjustment: Adjustment = { of: 1, claimKey: 'H0001/C0', amounts: AMOUNTS, moved };
    const position = {
      years: { ...AFTER.years, '2026': { ...AFTER.years['2026']!, pooled: 697 } },
      account: account(0, 17),
    };
    expect(() => check(settlement({ adjustments: [adjustment], position }))).not.toThrow();
    expect(() => check(settlement({ adjustments: [adjustment] }))).toThrow('counter after');
    expect(() => check(settlement({ position }))).toThrow('counter after');
    const wrong = { ...adjustment, amounts: { ...AMOUNTS, cash: 0 as Fen } };
    expect(() => check(settlement({ adjustments: [wrong], position }))).toThrow('billed = funds');
  });
});

describe('a reversal', () => {
  const mirror: Effects = {
    counters: { '2026': { pooled: -590, large: -10 } },
    account: { earlier: -30 as Fen, thisYear: -20 as Fen },
  };
  const reversal = (over: object = {}): ReversalEntry =>
    ({
      kind: 'reversal',
      at: 1,
      content: 'c',
      reverses: 1,
      version: 1,
      reason: 'wrong',
      undone: AMOUNTS,
      effects: mirror,
      position: BEFORE,
      ...over,
    }) as unknown as ReversalEntry;
  const { header, basis } = settlement();
  const replacement = { header, basis, amounts: AMOUNTS, effects: EFFECTS };

  it('gives back what was taken', () => {
    expect(() => check(reversal(), AFTER)).not.toThrow();
    expect(() => check(reversal({ position: AFTER }), AFTER)).toThrow('counter after');
    expect(() => check(reversal({ undone: { ...AMOUNTS, cash: 0 } }), AFTER)).toThrow('billed = funds');
    expect(() => check(reversal({ effects: { ...mirror, account: EFFECTS.account } }), AFTER)).toThrow(
      'what the account had paid goes back to it',
    );
  });

  it('with a replacement, moves both ways at once', () => {
    expect(() => check(reversal({ replacement, position: AFTER }), AFTER)).not.toThrow();
    expect(() => check(reversal({ replacement }), AFTER)).toThrow('counter after');
    const wrong = { ...replacement, amounts: { ...AMOUNTS, cash: 0 } };
    expect(() => check(reversal({ replacement: wrong, position: AFTER }), AFTER)).toThrow('billed = funds');
    const unpaid = { ...replacement, effects: { counters: EFFECTS.counters } };
    expect(() => check(reversal({ replacement: unpaid, position: AFTER }), AFTER)).toThrow(
      'paid from the account = taken off its balance',
    );
  });

  it('counts and checks what it adjusts', () => {
    const adjustment = {
      of: 2,
      claimKey: 'H0001/C2',
      amounts: AMOUNTS,
      moved: { counters: { '2026': { stays: 1 } } },
    };
    const position = { ...BEFORE, years: { ...BEFORE.years, '2026': { pooled: 100, stays: 2 } } };
    expect(() => check(reversal({ adjustments: [adjustment], position }), AFTER)).not.toThrow();
    expect(() => check(reversal({ adjustments: [adjustment] }), AFTER)).toThrow('counter after');
    // What moves there and back again arrives nowhere, and need not.
    const [there, back] = [1, -1].map((by) => ({
      ...adjustment,
      moved: { counters: { '2026': { x: by } } },
    }));
    expect(() => check(reversal({ adjustments: [there, back] }), AFTER)).not.toThrow();
    const wrong = { ...adjustment, amounts: { ...AMOUNTS, billed: 1 } };
    expect(() => check(reversal({ adjustments: [wrong], position }), AFTER)).toThrow('billed = ');
  });
});

describe('entries that settle nothing', () => {
  it('leave the counters, or the whole position, as they are', () => {
    const other: Position = { ...BEFORE, years: { '2026': { pooled: 101 } } };
    for (const kind of ['enrolment', 'account-credit'])
      expect(() => check({ kind, position: other })).toThrow('counters stay as they are');
    for (const kind of ['enrolment', 'account-credit'])
      expect(() => check({ kind, position: { ...BEFORE, account: account(0, 0) } })).not.toThrow();
    expect(() => check(denialBody(BEFORE))).not.toThrow();
    expect(() => check(denialBody(structuredClone(BEFORE)))).not.toThrow();
    for (const kind of ['repeat', 'conflict', 'refusal', 'pend', 'denial'])
      expect(() => check({ kind, position: other })).toThrow(`${kind}: an entry that moves no money leaves`);
  });

  it('but a held denial moves what it adjusts, and no more', () => {
    const moved = { counters: { '2026': { stays: 1 } } };
    const adjustment = { of: 1, claimKey: 'H0001/C0', amounts: AMOUNTS, moved };
    const held = (over: object) => ({ ...denialBody(BEFORE), held: { version: 1 }, ...over });
    const position = { ...BEFORE, years: { ...BEFORE.years, '2026': { pooled: 100, stays: 2 } } };
    expect(() => check(held({}))).not.toThrow();
    expect(() => check(held({ position }))).toThrow('counter after');
    expect(() => check(held({ adjustments: [adjustment], position }))).not.toThrow();
    expect(() => check(held({ adjustments: [adjustment] }))).toThrow('counter after');
    const wrong = { ...adjustment, amounts: { ...AMOUNTS, cash: 0 } };
    expect(() => check(held({ adjustments: [wrong], position }))).toThrow('billed = funds');
  });
});
