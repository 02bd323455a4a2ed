// What `policy show` and `policy diff` read: every number of a pack, for whom, in the unit in which it was written.

import { describe, expect, it } from 'vitest';
import { checkPackDocument } from '../../../../shared/policy/pack/parse.ts';
import { changeDays, resolveOn } from '../../../../shared/policy/pack/resolve.ts';
import { diffPacks, diffText } from '../../../../shared/policy/tools/diff-packs.ts';
import { policyRows, selectorText } from '../../../../shared/policy/tools/policy-rows.ts';
import { showPack } from '../../../../shared/policy/tools/show-pack.ts';
import { shippedPack, tinyPack } from '../support.ts';

const ON = '2024-03-10';
const rows = (document: unknown) => {
  const pack = checkPackDocument(document);
  return policyRows(resolveOn(pack, changeDays(pack).findLast((day) => day <= ON)!));
};
/** The rows below a place, one a line: "path (for whom): value". */
const below = (document: unknown, place: string): string[] =>
  rows(document)
    .filter(({ path }) => `${path.join('.')}.`.startsWith(place))
    .map(({ path, when, value }) => {
      const rest = path.join('.').slice(place.length);
      return `${rest}${when === '' ? '' : ` (${when})`}: ${value}`;
    });
const LAYER = 'benefits.inpatient.layers.pooled.';

describe('rows of a policy', () => {
  it('of deductibles and caps: money in yuan, shares in percent, counts as they are, "none" and "unknown" in words', () => {
    const deductible = {
      per: 'year',
      each: ['provider'],
      standard: {
        by: ['class', 'age'],
        table: { active: { '<70': 500, '*': 404.2 }, retired: { '*': 'unknown' } },
      },
      adjust: [
        { when: { ordinal: '2+' }, times: '50%', atLeast: 200 },
        { lessEach: 100 },
        { lessEach: '10%' },
        { less: 50 },
        { value: 350 },
        { when: { level: '1' }, waive: true },
      ],
      yearlyMax: 'none',
      everyDays: 90,
      deducts: false,
      counter: 'ded',
    };
    const caps = [
      { per: 'year', amount: '20万', counts: ['fund', 'share'] },
      { per: 'month', amount: 'none' },
      { name: 'day', per: 'day', amount: 100 },
    ];
    expect(below(tinyPack({ deductible, caps }), LAYER)).toEqual([
      'fund: pooled',
      'base: in-scope',
      'deductible.per: year',
      'deductible.each: provider',
      'deductible.standard (class active, age <70): 500.00',
      'deductible.standard (class active): 404.20',
      'deductible.standard (class retired): unknown',
      'deductible.adjust.1.times (ordinal 2+): 50%',
      'deductible.adjust.1.atLeast (ordinal 2+): 200.00',
      'deductible.adjust.2.lessEach: 100.00',
      'deductible.adjust.3.lessEachShare: 10%',
      'deductible.adjust.4.less: 50.00',
      'deductible.adjust.5.value: 350.00',
      'deductible.adjust.6.waive (level 1): true',
      'deductible.yearlyMax: none',
      'deductible.everyDays: 90',
      'deductible.deducts: false',
      'deductible.counter: ded',
      'bands.per: stay',
      'bands.thresholds: above-deductible',
      'bands.counter: inpatient.pooled.base',
      'bands.table.1.ratio: 80%',
      'caps.inpatient.pooled per year.per: year',
      'caps.inpatient.pooled per year.amount: 200,000.00',
      'caps.inpatient.pooled per year.counts: fund, share',
      'caps.inpatient.pooled per month.per: month',
      'caps.inpatient.pooled per month.amount: none',
      'caps.inpatient.pooled per month.counts: fund',
      'caps.day.per: day',
      'caps.day.amount: 100.00',
      'caps.day.counts: fund',
    ]);
  });

  it('of bands and changes to the ratio: bands counted from 1, points with their sign, and for whom', () => {
    const firstShare = {
      cases: [{ when: { offSite: ['referred', 'emergency'] }, value: '15%' }, { value: '0%' }],
    };
    const bands = {
      per: 'year',
      thresholds: 'gross',
      table: [
        { upTo: '3万', ratio: '85%' },
        { ratio: { by: ['class'], table: { active: '90%', retired: '92.5%' } } },
      ],
    };
    const adjust = [
      { bands: [1, 2], points: '-15.5%' },
      { pointsPerYearOfAge: '0.2%' },
      { selfPayTimes: '60%', atLeast: '45%', atMost: '95%' },
      { when: { class: 'retired', age: '70+' }, value: '90%' },
      { times: '50%' },
    ];
    const layer = {
      when: { fact: 'poor' },
      ratio: undefined,
      base: ['deductible', 'share'],
      firstShare,
      bands,
      adjust,
    };
    expect(below(tinyPack(layer), LAYER)).toEqual([
      'fund (fact poor): pooled',
      'base (fact poor): deductible, share',
      'firstShare (fact poor, offSite referred or emergency): 15%',
      'firstShare (fact poor): 0%',
      'bands.per (fact poor): year',
      'bands.thresholds (fact poor): gross',
      'bands.counter (fact poor): inpatient.pooled.base',
      'bands.table.1.upTo (fact poor): 30,000.00',
      'bands.table.1.ratio (fact poor): 85%',
      'bands.table.2.ratio (fact poor, class active): 90%',
      'bands.table.2.ratio (fact poor, class retired): 92.5%',
      'adjust.1.bands (fact poor): 1, 2',
      'adjust.1.points (fact poor): -15.5%',
      'adjust.2.pointsPerYearOfAge (fact poor): 0.2%',
      'adjust.3.selfPayTimes (fact poor): 60%',
      'adjust.3.atLeast (fact poor): 45%',
      'adjust.3.atMost (fact poor): 95%',
      'adjust.4.value (fact poor, class retired, age 70+): 90%',
      'adjust.5.times (fact poor): 50%',
    ]);
  });

  it('of limits, merges, totals and accounts: an amount is money, a number is a number', () => {
    const benefit = {
      when: { hasAccount: true },
      limits: [
        { name: 'bed', counts: 'amount', categories: ['bed'], per: 'claim', amount: 1000, beyond: 'member' },
        { name: 'visits', counts: 'claims', per: 'month', max: 3, when: { class: 'active' } },
      ],
      ordinal: { counter: 'visits', each: ['provider'], when: { class: 'retired' } },
      merge: { interim: false, transfer: { up: 'difference' }, withinDays: 3, filedOnly: true },
      layers: [],
      total: { atMost: '90%', atLeast: '45%', of: 'billed' },
      account: { use: 'always', order: [{ balance: 'earlier', pays: ['self-paid', 'share'] }] },
    };
    expect(below(tinyPack({}, {}, benefit), 'benefits.inpatient.')).toEqual([
      'encounters (hasAccount true): inpatient',
      'crossYear (hasAccount true): discharge',
      'limits.bed.counts (hasAccount true): amount',
      'limits.bed.categories (hasAccount true): bed',
      'limits.bed.per (hasAccount true): claim',
      'limits.bed.amount (hasAccount true): 1,000.00',
      'limits.bed.beyond (hasAccount true): member',
      'limits.visits.counts (hasAccount true, class active): claims',
      'limits.visits.per (hasAccount true, class active): month',
      'limits.visits.max (hasAccount true, class active): 3',
      'limits.visits.beyond (hasAccount true, class active): deny',
      'ordinal.counter (hasAccount true, class retired): visits',
      'ordinal.each (hasAccount true, class retired): provider',
      'merge.interim (hasAccount true): false',
      'merge.transfer.up (hasAccount true): difference',
      'merge.transfer.down (hasAccount true): full',
      'merge.transfer.level (hasAccount true): full',
      'merge.withinDays (hasAccount true): 3',
      'merge.filedOnly (hasAccount true): true',
      'merge.differenceOf (hasAccount true): standard',
      'merge.bands (hasAccount true): continue',
      'total.of (hasAccount true): billed',
      'total.fund (hasAccount true): pooled',
      'total.atMost (hasAccount true): 90%',
      'total.atLeast (hasAccount true): 45%',
      'account.use (hasAccount true): always',
      'account.order.1.balance (hasAccount true): earlier',
      'account.order.1.pays (hasAccount true): self-paid, share',
    ]);
  });

  it('of the pack as a whole come first: what it says of every benefit and every day', () => {
    const pack = tinyPack(
      {},
      {
        benefitYear: { startsOn: '07-01', crossYear: 'split' },
        gapDaysAllowed: 92,
        rounding: { mode: 'down', digits: 1, each: 'band' },
        corrections: { later: 'resettle' },
        counters: { prefix: 'r.', shared: ['stays', 'visits'] },
        personClass: [{ when: { class: 'active', years: '15+' }, class: 'retired' }],
        rules: [
          { when: { fact: 'back-payment' }, deny: 'inside-back-payment-period' },
          { when: { billed: '10万+' }, pend: 'large-bill' },
          { when: { gapDays: '91+' }, times: '50%' },
        ],
        lines: {
          rules: [
            { when: { itemClass: 'B' }, firstPay: '20%' },
            { when: { category: 'bed' }, selfPaid: true },
          ],
          takeHomeDaysMax: 7,
          daysSupplyMax: 30,
        },
      },
    );
    expect(below(pack, '').filter((row) => !row.startsWith('benefits.'))).toEqual([
      'benefitYear.startsOn: 07-01',
      'benefitYear.crossYear: split',
      'benefitYear.splitDeductible: continues',
      'benefitYear.policyOn: discharge',
      'gapDaysAllowed: 92',
      'rounding.mode: down',
      'rounding.digits: 1',
      'rounding.each: band',
      'corrections.later: resettle',
      'corrections.order: arrival',
      'counters.prefix: r.',
      'counters.shared: stays, visits',
      'personClass.1.class (class active, years 15+): retired',
      'rules.inside-back-payment-period.deny (fact back-payment): inside-back-payment-period',
      'rules.large-bill.pend (billed 10万+): large-bill',
      'rules.3.times (gapDays 91+): 50%',
      'lines.rules.1.firstPay (itemClass B): 20%',
      'lines.rules.2.selfPaid (category bed): true',
      'lines.firstPayBase: within-limit',
      'lines.restricted: self-paid',
      'lines.takeHomeDaysMax: 7',
      'lines.daysSupplyMax: 30',
      'lines.quantities: pend',
    ]);
  });

  it('cite their own clause, or that of the block around them', () => {
    const cited = rows(tinyPack({ deductible: { standard: 100 } })).map(
      ({ path, citations }) =>
        `${path.slice(3).join('.')} ${citations.map(({ parameter }) => parameter).join()}`,
    );
    expect(cited.filter((row) => row.startsWith('pooled'))).toEqual([
      'pooled.fund inpatient.pooled',
      'pooled.base inpatient.pooled',
      'pooled.deductible.per inpatient.pooled',
      'pooled.deductible.standard inpatient.pooled.deductible.standard',
      'pooled.deductible.counter inpatient.pooled',
      'pooled.bands.per inpatient.pooled',
      'pooled.bands.thresholds inpatient.pooled',
      'pooled.bands.counter inpatient.pooled',
      'pooled.bands.table.1.ratio inpatient.pooled.ratio',
    ]);
  });

  it.each([
    [{ class: 'retired', age: '70+' }, 'class retired, age 70+'],
    [{ offSite: ['referred', 'emergency'] }, 'offSite referred or emergency'],
    [{ any: [{ class: 'retired' }, { sex: 'F', age: '60+' }] }, '(class retired or sex F, age 60+)'],
    [{ all: [{ class: 'retired' }, { sex: 'F' }] }, '(class retired and sex F)'],
    [{ age: '60+', not: { hasAccount: false } }, 'age 60+, not (hasAccount false)'],
    [{ class: undefined, sex: 'F' }, 'sex F'],
  ])('say for whom as people do: %j', (when, text) => {
    expect(selectorText(when as never)).toBe(text);
  });
});

describe('policy show', () => {
  const clauses = {
    sources: { own: { title: 'own', tier: 'D' }, notice: { title: '某医保〔2024〕1号', tier: 'A' } },
  };

  it('lays the rows out by benefit and layer, with labels, and numbers each source once', () => {
    const pack = tinyPack(
      {
        deductible: { standard: { by: ['level'], table: { '1': 300, '*': 800 }, clause: '第八条' } },
        ratio: { value: '80%', source: 'notice', clause: '第十条' },
      },
      { ...clauses, note: 'How this was read.' },
    );
    expect(showPack(pack, ON)).toBe(
      `tiny · 990000 · 310 · 2024-03-10 (since 2020-01-01)
How this was read.
  待遇年度 benefitYear
    startsOn: 01-01
    跨年 crossYear: discharge
    splitDeductible: continues
    policyOn: discharge
  允许中断天数 gapDaysAllowed: 0
  取整 rounding
    mode: half-up
    digits: 2
    each: fund
  更正 corrections
    later: lifo
    order: arrival
  费用明细 lines
    firstPayBase: within-limit
    restricted: self-paid
    quantities: pend
  待遇 benefits
    inpatient
      医疗类别 encounters: inpatient  [1]
      跨年 crossYear: discharge  [1]
      支付层 layers
        pooled
          基金 fund: pooled  [1]
          基数 base: in-scope  [1]
          起付 deductible
            周期 per: stay  [1]
            起付标准 standard: 300.00  ← level 1  [2]
            起付标准 standard: 800.00  [2]
            counter: inpatient.pooled.ded  [1]
          分段 bands
            周期 per: stay  [1]
            分段口径 thresholds: above-deductible  [1]
            counter: inpatient.pooled.base  [1]
            各段 table
              1
                支付比例 ratio: 80%  [3]

[1] 〔D〕own
[2] 〔D〕own，第八条
[3] 〔A〕某医保〔2024〕1号，第十条`,
    );
  });

  it('says of which day the policy is, and when nothing is in force', () => {
    const pack = tinyPack({ ratio: [{ value: '80%' }, { value: '85%', from: '2022-01-01' }] });
    expect(showPack(pack, '2023-05-01').split('\n')[0]).toBe(
      'tiny · 990000 · 310 · 2023-05-01 (since 2022-01-01)',
    );
    expect(showPack(pack, '2023-05-01').split('\n')[1]).toBe('  待遇年度 benefitYear');
    expect(showPack(pack, '2022-01-01')).toContain('ratio: 85%');
    expect(showPack(pack, '2021-12-31')).toContain('ratio: 80%');
    expect(showPack(pack, '2019-12-31')).toBe(
      'tiny: 2019-12-31 没有生效的待遇 · nothing is in force on this day',
    );
  });

  it('shows every number of a shipped pack with for whom and its source', () => {
    const text = showPack(shippedPack('guangzhou/employee'), '2010-01-01');
    expect(text).toContain('起付标准 standard: 1,400.00  ← class retired, level 3');
    expect(text).toContain('〔C〕广州职工医保 2005 年 7 月起标准');
    expect(text).not.toContain('1,600.00');
  });
});

describe('policy diff', () => {
  const differences = (before: unknown, after: unknown) => diffPacks(before, ON, after, ON);
  const text = (before: unknown, after: unknown) => diffText(differences(before, after));
  const RATIO = `${LAYER}bands.table.1.ratio`;

  it('says which number changed, for whom, from what to what', () => {
    const table = (active: string) => ({ ratio: { by: ['class'], table: { active, retired: '85%' } } });
    expect(differences(tinyPack(table('80%')), tinyPack(table('82%')))).toEqual([
      { where: RATIO, when: 'class active', before: '80%', after: '82%' },
    ]);
  });

  it('says what is new and what is gone, with a dash on the side where it is not', () => {
    const before = tinyPack({ deductible: { standard: 100 } });
    const after = tinyPack({ caps: [{ amount: 900 }] });
    expect(differences(before, after)).toEqual([
      { where: `${LAYER}deductible.per`, when: '', before: 'stay' },
      { where: `${LAYER}deductible.standard`, when: '', before: '100.00' },
      { where: `${LAYER}deductible.counter`, when: '', before: 'inpatient.pooled.ded' },
      { where: `${LAYER}caps.inpatient.pooled.per`, when: '', after: 'year' },
      { where: `${LAYER}caps.inpatient.pooled.amount`, when: '', after: '900.00' },
      { where: `${LAYER}caps.inpatient.pooled.counts`, when: '', after: 'fund' },
    ]);
    const lines = text(before, after).split('\n');
    expect(lines[1]).toBe(`${LAYER}deductible.standard: 100.00 → —`);
    expect(lines[4]).toBe(`${LAYER}caps.inpatient.pooled.amount: — → 900.00`);
  });

  it('says when a number is for others now', () => {
    const ratio = (when: object) => ({ ratio: { cases: [{ when, value: '90%' }, { value: '80%' }] } });
    expect(text(tinyPack(ratio({ age: '70+' })), tinyPack(ratio({ age: '65+' })))).toBe(
      `${RATIO} (age 70+): 90% → —\n${RATIO} (age 65+): — → 90%`,
    );
  });

  it.each([
    [
      'a threshold instead of a deductible',
      { deductible: { standard: 100 } },
      { deductible: { standard: 100, deducts: false } },
      'deductible.deducts: — → false',
    ],
    [
      'one of two caps of the same layer',
      { caps: [{ amount: 900 }, { per: 'month', amount: 90 }] },
      { caps: [{ amount: 800 }, { per: 'month', amount: 90 }] },
      'caps.inpatient.pooled per year.amount: 900.00 → 800.00',
    ],
    [
      'the bands of a change',
      { adjust: [{ bands: [1], points: '1%' }] },
      { adjust: [{ bands: [2], points: '1%' }] },
      'adjust.1.bands: 1 → 2',
    ],
  ])('tells %s', (_, before, after, line) => {
    expect(text(tinyPack(before), tinyPack(after))).toBe(`${LAYER}${line}`);
  });

  it.each([
    [{ rounding: { digits: 0 } }, 'rounding.digits: 2 → 0'],
    [{ gapDaysAllowed: 30 }, 'gapDaysAllowed: 0 → 30'],
    [{ benefitYear: { startsOn: '07-01' } }, 'benefitYear.startsOn: 01-01 → 07-01'],
    [{ corrections: { later: 'resettle' } }, 'corrections.later: lifo → resettle'],
    [{ counters: { prefix: 'r.' } }, 'counters.prefix: — → r.'],
  ])('tells what is said of the whole pack: %j', (more, line) => {
    expect(text(tinyPack(), tinyPack({}, more))).toBe(line);
  });

  it('finds nothing between equal policies, whatever their dates and sources', () => {
    const other = { from: '2021-01-01', sources: { own: { title: 'another', tier: 'A' } } };
    expect(differences(tinyPack(), tinyPack({}, other))).toEqual([]);
    expect(diffText([])).toBe('');
  });

  it('compares two days of one pack: the first day of a version is its own', () => {
    const pack = tinyPack({ ratio: [{ value: '80%' }, { value: '85%', from: '2022-01-01' }] });
    expect(diffPacks(pack, '2021-12-31', pack, '2022-01-01')).toEqual([
      { where: RATIO, when: '', before: '80%', after: '85%' },
    ]);
    expect(diffPacks(pack, '2022-01-01', pack, '2030-01-01')).toEqual([]);
    expect(diffPacks(pack, '2019-12-31', pack, '2020-01-01').map(({ before }) => before)).not.toContain(
      '80%',
    );
  });

  it('says what changed in a shipped pack', () => {
    const pack = shippedPack('guangzhou/employee');
    const lines = diffText(diffPacks(pack, '2010-01-01', pack, '2023-01-01'));
    expect(lines).toContain('deductible.standard (class retired, level 3): 1,400.00 → 1,120.00');
    expect(lines).not.toContain('ratio');
    expect(diffPacks(pack, '2023-01-01', pack, '2024-01-01')).toEqual([]);
  });
});
