// A pack that is not written as the format asks: one change to a small pack that is right, and what its analyst is told,
// where and in which words. What the format allows is README.md beside the packs.

import { describe, expect, it } from 'vitest';
import { PackError } from '../../../shared/policy/pack/pack-error.ts';
import {
  checkPackDocument,
  packDocument,
  parsePackText,
  parseYaml,
} from '../../../shared/policy/pack/parse.ts';
import { FOR_PEOPLE, readableIssues } from '../../../shared/policy/pack/readable-issues.ts';
import { Pack } from '../../../shared/policy/pack/schema.ts';
import { tinyPack } from './support.ts';

/** What is said, each as "path: message"; nothing of a pack that is right. */
function told(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof PackError) return error.issues.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
}
const toldOf = (document: unknown): string[] => told(() => checkPackDocument(document));

/** The one layer of the small pack, written otherwise; paths are from this layer. */
const toldOfLayer = (layer: object): string[] =>
  toldOf(tinyPack(layer)).map((text) => {
    expect(text).toMatch(/^benefits\[0\]\.layers\[0\]/);
    return text.replace(/^benefits\[0\]\.layers\[0\]\.?/, '');
  });
/** Its one benefit; paths are from there. */
const toldOfBenefit = (benefit: object): string[] =>
  toldOf(tinyPack({}, {}, benefit)).map((text) => {
    expect(text).toMatch(/^benefits\[0\]/);
    return text.replace(/^benefits\[0\]\.?/, '');
  });

const AMOUNT = 'not an amount: write yuan such as 1300, 404.20 or 15万';
const PERCENTAGE = 'not a percentage: write 85% or 7.2%, with the percent sign';
const RANGE = 'not a range: write 3, 2+, <70 or 60-69';
const RANGE_OF_MONEY = 'not a range of money: write 10万+, <3000';
const VERSION = 'give exactly one of value, table (with by), cases';
const KEYS_OF_VERSION = 'known here: from, to, source, clause, note, value, by, table, cases';
const DAY = 'not a day between 1990 and 2099: write 2024-01-01';
const NAME = 'not a short name: small letters, digits, hyphens; a letter first, 24 at most';
const QUOTES = 'expected text: put it in quotes';

type Row = [change: object, told: string[]];

describe('the text of a pack', () => {
  const text = (yaml: string): string[] => told(() => parsePackText(yaml));
  const RIGHT = `
    area: 130300
    name: tiny
    scheme: 310
    sources: { own: { title: own, tier: D } }
    levels: { 3: three }
    classes: { active: active }
    benefits: [{ id: inpatient, encounters: [inpatient] }]`;

  it('is a document, with codes as texts however they were written', () => {
    const document = parsePackText(RIGHT);
    expect([document.area, document.scheme, Object.keys(document.levels)]).toEqual(['130300', '310', ['3']]);
    expect(document).toEqual(packDocument({ ...document, area: 130300, scheme: 310 }));
    expect(checkPackDocument({ ...document, area: 130300, scheme: 310 }).scheme).toBe('310');
  });

  it('that is not YAML says where', () => {
    expect(text('name: a\narea: [1')).toEqual([
      expect.stringMatching(/^: Flow sequence .* must .* end with a \] at line 2, column 9:/),
    ]);
    expect(text('area: 130300\narea: 130400')).toEqual([
      expect.stringContaining(': Map keys must be unique at line 2, column 1:'),
    ]);
    expect(text('a: [1\nb: ]')).toHaveLength(2);
    expect(text('ratio: *usual')).toEqual([
      ': Unresolved alias (the anchor must be set before the alias): usual',
    ]);
  });

  it('that is YAML but no pack', () => {
    expect(text('')).toEqual([': is empty']);
    expect(text('- area')).toEqual([': expected keys with values']);
    expect(text('words')).toEqual([': expected keys with values']);
    expect(text('{}')).toEqual([
      'area: is missing',
      'name: is missing',
      'scheme: is missing',
      'sources: is missing',
      'levels: is missing',
      'classes: is missing',
      'benefits: is missing',
    ]);
    expect(text(`${RIGHT}\n    gapDaysAllowed:`)).toEqual(['gapDaysAllowed: is empty']);
  });

  it('is named in the message, by its file where there is one', () => {
    const sentence = (read: () => unknown): string => {
      try {
        return String(read());
      } catch (error) {
        return String(error);
      }
    };
    const right = { ...parsePackText(RIGHT) };
    const nameless = (name?: string) => sentence(() => checkPackDocument({ ...right, name: '' }, name));
    expect(nameless('city.yaml')).toBe('PackError: the pack city.yaml does not compile:\n  name: is empty');
    expect(nameless()).toBe('PackError: the pack ? does not compile:\n  name: is empty');
    const unknown = '(top): Unresolved alias (the anchor must be set before the alias): x';
    expect(sentence(() => parseYaml('*x', 'city.yaml'))).toBe(
      `PackError: the pack city.yaml does not compile:\n  ${unknown}`,
    );
    expect(sentence(() => parsePackText('*x', 'city.yaml'))).toContain('the pack city.yaml');
    expect(sentence(() => packDocument(null, 'city.yaml'))).toBe(
      'PackError: the pack city.yaml does not compile:\n  (top): is empty',
    );
  });

  it('reads the same of anything that is checked like a pack', () => {
    expect(readableIssues(Pack.safeParse({ ...tinyPack(), name: 1 }, FOR_PEOPLE).error!)).toEqual([
      { path: 'name', message: QUOTES },
    ]);
  });
});

describe('the head of a pack', () => {
  it.each<Row>([
    [{ area: '1303' }, ['area: has to be: Pooling area (统筹地区), 6-digit division code, such as 130300']],
    [{ area: true }, [`area: ${QUOTES}`]],
    [{ name: 2024 }, [`name: ${QUOTES}`]],
    [{ scheme: '31' }, ['scheme: not a scheme: three digits, such as 310']],
    [{ scheme: {} }, ['scheme: expected text']],
    [{ from: '2023-02-29' }, [`from: ${DAY}`]],
    [{ from: '1989-12-31' }, [`from: ${DAY}`]],
    [{ sources: ['own'] }, ['sources: expected keys with values']],
    [
      { sources: { own: { title: '', tier: 'E' } } },
      ['sources.own.title: is empty', 'sources.own.tier: not one of S, A, B, C, D'],
    ],
    [{ sources: { own: { title: 'own' } } }, ['sources.own.tier: is missing: one of S, A, B, C, D']],
    [{ levels: { '1': 1 } }, [`levels.1: ${QUOTES}`]],
    [{ benefits: [] }, ['benefits: is an empty list']],
    [{ benefits: {} }, ['benefits: expected a list']],
    [{ gapDaysAllowed: -1 }, ['gapDaysAllowed: has to be at least 0']],
    [{ gapDaysAllowed: 1.5 }, ['gapDaysAllowed: expected a whole number']],
    [{ gapDaysAllowed: '3' }, ['gapDaysAllowed: expected a number']],
    [{ rounding: { digits: 3 } }, ['rounding.digits: expected 0 or 1 or 2']],
    [
      { counters: { prefix: 'r' } },
      ['counters.prefix: not a prefix: up to four small letters and a dot, such as r.'],
    ],
    [{ references: { Wage: 1 } }, [`references.Wage: ${NAME}`]],
    [{ references: { wage: 'much' } }, [`references.wage: ${AMOUNT}`]],
    [
      { lines: { takeHomeDaysMax: 'x' } },
      ['lines.takeHomeDaysMax: expected a number or "unknown" or keys with values or a list'],
    ],
    [{ rounding: { moed: 'up' } }, ['rounding: Unrecognized key: "moed"; known here: mode, digits, each']],
    [
      { rounding: { moed: 'up', digit: 1 } },
      ['rounding: Unrecognized keys: "moed", "digit"; known here: mode, digits, each'],
    ],
    [{ rounding: null }, ['rounding: is empty']],
  ])('%j', (change, expected) => {
    expect(toldOf(tinyPack({}, change))).toEqual(expected);
  });

  it('begins its year on a day that every year has', () => {
    const startingOn = (startsOn: string) => toldOf(tinyPack({}, { benefitYear: { startsOn } }));
    const wrong =
      'benefitYear.startsOn: not a day of every year: write month and day, such as 01-01 or 07-01';
    for (const day of ['1-1', '02-29', '04-31', '13-01', '00-10', '01-01x', 'x01-01'])
      expect(startingOn(day)).toEqual([wrong]);
    for (const day of ['01-01', '07-01', '02-28', '12-31']) expect(startingOn(day)).toEqual([]);
  });
});

describe('a number of a pack', () => {
  it.each<Row>([
    [{ ratio: 0.8 }, [`ratio: ${PERCENTAGE}`]],
    [{ ratio: '80' }, [`ratio: ${PERCENTAGE}`]],
    [{ ratio: '180%' }, ['ratio: a share above 100%']],
    [{ ratio: true }, [`ratio: ${PERCENTAGE}`]],
    [{ ratio: null }, ['ratio: is empty']],
    [{ ratio: [] }, ['ratio: is an empty list']],
    [{ ratio: ['80%'] }, ['ratio[0]: expected keys with values']],
    [{ ratio: {} }, [`ratio: ${VERSION}`]],
    [{ ratio: { value: 0.8 } }, [`ratio.value: ${PERCENTAGE}`]],
    [
      { ratio: { valu: '80%' } },
      [`ratio: Unrecognized key: "valu"; ${KEYS_OF_VERSION}`, `ratio: ${VERSION}`],
    ],
    [{ ratio: { value: '80%', form: 'x' } }, [`ratio: Unrecognized key: "form"; ${KEYS_OF_VERSION}`]],
    [{ ratio: { value: '80%', from: '2024-1-1' } }, [`ratio.from: ${DAY}`]],
    [{ ratio: { by: ['level'], table: '80%' } }, ['ratio.table: expected keys with values']],
    [{ ratio: { by: 'level', table: {} } }, ['ratio.by: expected a list']],
    [{ ratio: { by: [], table: {} } }, ['ratio.by: is an empty list']],
    [{ ratio: { by: ['level'], table: { '3': null } } }, ['ratio.table.3: is empty']],
    [
      { ratio: { by: ['level'], table: { '1': '80', '3': { active: '180%' } } } },
      [`ratio.table.1: ${PERCENTAGE}`, 'ratio.table.3.active: a share above 100%'],
    ],
    [{ ratio: { cases: [] } }, ['ratio.cases: is an empty list']],
    [{ ratio: { cases: [{ when: { level: 1 } }] } }, ['ratio.cases[0].value: is missing']],
    [
      { ratio: { cases: [{ wen: {}, value: 80 }] } },
      [
        `ratio.cases[0].value: ${PERCENTAGE}`,
        'ratio.cases[0]: Unrecognized key: "wen"; known here: from, to, source, clause, note, when, value',
      ],
    ],
    [
      {
        ratio: [
          { from: '2020-01-01', value: '80%', by: ['level'] },
          { from: '2021-01-01', value: 85 },
        ],
      },
      ['ratio[0]: by and table belong together', `ratio[1].value: ${PERCENTAGE}`],
    ],
    [{ adjust: [{ points: 3 }] }, ['adjust[0].points: not percentage points: write 3%, +3% or -15%']],
    [{ adjust: [{ points: '3' }] }, ['adjust[0].points: not percentage points: write 3%, +3% or -15%']],
    [{ adjust: [{ times: '120%' }] }, ['adjust[0].times: a share above 100%']],
    [{ adjust: [{ bands: [0] }] }, ['adjust[0].bands[0]: has to be at least 1']],
  ])('a ratio: %j', (change, expected) => {
    expect(toldOfLayer(change)).toEqual(expected);
  });

  it.each<[standard: unknown, told: string[]]>([
    ['some', [`: ${AMOUNT}`]],
    ['none', [`: ${AMOUNT}`]],
    ['1.234', [`: ${AMOUNT}`]],
    [-1, [`: ${AMOUNT}`]],
    [true, [`: ${AMOUNT}`]],
    [undefined, [': is missing']],
    [null, [': is empty']],
    // A share or a multiple is meant where its keys are, wherever a number may stand.
    [{ share: 5, of: 'wage' }, [`.share: ${PERCENTAGE}`]],
    [{ share: '5%' }, ['.of: is missing']],
    [{ share: '5%', of: 1 }, [`.of: ${QUOTES}`]],
    [{ times: 6 }, ['.of: is missing']],
    [{ times: 1.5, of: 'wage' }, ['.times: expected a whole number']],
    [{ times: 0, of: 'wage' }, ['.times: has to be more than 0']],
    [
      { share: '5%', times: 6, of: 'wage' },
      [
        ': Unrecognized key: "times"; known here: share, of; or Unrecognized key: "share"; known here: times, of',
      ],
    ],
    [{ value: { times: 0, of: 'wage' } }, ['.value.times: has to be more than 0']],
    [
      { value: { share: 5, off: 'wage' } },
      [
        `.value.share: ${PERCENTAGE}`,
        '.value.of: is missing',
        '.value: Unrecognized key: "off"; known here: share, of',
      ],
    ],
    [{ by: ['level'], table: { '3': { times: 0, of: 'wage' } } }, ['.table.3.times: has to be more than 0']],
    [
      { by: ['level', 'class'], table: { '3': { active: 'x', retired: 'y' } } },
      [`.table.3.active: ${AMOUNT}`, `.table.3.retired: ${AMOUNT}`],
    ],
    // A version is meant where its keys are, however much is wrong inside.
    [
      { cases: [{ vlaue: 1, wen: 2, form: 3 }] },
      [
        '.cases[0].value: is missing',
        '.cases[0]: Unrecognized keys: "vlaue", "wen", "form"; known here: from, to, source, clause, note, when, value',
      ],
    ],
  ])('an amount: %j', (standard, expected) => {
    const at = expected.map((text) => `deductible.standard${text}`);
    expect(toldOfLayer({ deductible: { standard } })).toEqual(at);
  });

  it('that is an amount or a share says both, until it is clear which', () => {
    const lessEach = (value: unknown) =>
      toldOfLayer({ deductible: { standard: 1, adjust: [{ lessEach: value }] } }).map((text) =>
        text.replace('deductible.adjust[0].lessEach', ''),
      );
    expect(lessEach('x')).toEqual([`: ${AMOUNT}; or ${PERCENTAGE}`]);
    expect(lessEach(true)).toEqual([`: ${AMOUNT}; or ${PERCENTAGE}`]);
    expect(lessEach('180%')).toEqual([`: ${AMOUNT}; or a share above 100%`]);
    expect(lessEach(-3)).toEqual([`: ${AMOUNT}`]);
    expect(lessEach({ value: 'x' })).toEqual([`.value: ${AMOUNT}; or ${PERCENTAGE}`]);
    expect(lessEach({})).toEqual([`: ${VERSION}`]);
    expect(lessEach({ share: 1, of: 'wage' })).toEqual([`.share: ${PERCENTAGE}`]);
    for (const right of [100, '10%', 'unknown', { value: '10%' }, { share: '5%', of: 'wage' }])
      expect(lessEach(right)).toEqual([]);
  });

  it('gives exactly one of value, table, cases; by comes with table', () => {
    const value = '80%';
    const by = ['level'];
    const table = { '*': '80%' };
    const cases = [{ value: '80%' }];
    for (const right of [{ value }, { by, table }, { cases }])
      expect(toldOfLayer({ ratio: right })).toEqual([]);
    for (const wrong of [
      { value, cases },
      { value, by, table },
      { by, table, cases },
      { by },
      { clause: '第一条' },
    ])
      expect(toldOfLayer({ ratio: wrong })).toEqual([`ratio: ${VERSION}`]);
    for (const wrong of [{ table }, { by, value }, { by, cases }])
      expect(toldOfLayer({ ratio: wrong })).toEqual(['ratio: by and table belong together']);
  });
});

describe('a layer', () => {
  it.each<Row>([
    [
      { fund: undefined },
      [
        'fund: is missing: one of pooled, large, critical, civil-servant, enterprise, relief, maternity, special, other, hospital',
      ],
    ],
    [{ base: 'in_scope' }, ['base: expected "in-scope" or a list']],
    [
      { base: ['deductable'] },
      [
        'base[0]: not one of deductible, share, first-share, above-cap, beyond-limit, first-pay, over-limit, self-paid',
      ],
    ],
    [{ base: [] }, ['base: is an empty list']],
    [{ caps: [{}] }, ['caps[0].amount: is missing']],
    [{ caps: [{ amount: 'non' }] }, [`caps[0].amount: ${AMOUNT}`]],
    [{ caps: [{ amount: null }] }, ['caps[0].amount: is empty']],
    [{ caps: [{ amount: 1, each: 'provider' }] }, ['caps[0].each: expected a list']],
    [
      { ratio: undefined, bands: { table: [] } },
      ['bands.thresholds: is missing: one of gross, above-deductible', 'bands.table: is an empty list'],
    ],
    [
      { deductible: { standard: 1, adjust: [{ waive: false }] } },
      ['deductible.adjust[0].waive: expected true'],
    ],
  ])('%j', (change, expected) => {
    expect(toldOfLayer(change)).toEqual(expected);
  });

  it('gives either its ratio or bands, wherever it is written', () => {
    const ratio = '80%';
    const bands = { thresholds: 'gross', table: [{ ratio: '80%' }] };
    const shared = (layer: object) =>
      toldOf(tinyPack({}, { layers: { large: { fund: 'large', ...layer } } }));
    for (const right of [
      { ratio, bands: undefined },
      { ratio: undefined, bands },
    ])
      expect([toldOfLayer(right), shared(right)]).toEqual([[], []]);
    for (const wrong of [{ ratio, bands }, { ratio: undefined }])
      expect([toldOfLayer(wrong), shared(wrong)]).toEqual([
        [': give either ratio or bands'],
        ['layers.large: give either ratio or bands'],
      ]);
  });

  it('is written out or is one of the shared, whichever its keys say', () => {
    const layers = (layer: unknown) => toldOfBenefit({ layers: [layer] });
    const keysOfUse = 'known here: from, to, source, clause, note, use, when';
    expect(layers({ use: 3 })).toEqual([`layers[0].use: ${QUOTES}`]);
    expect(layers({ use: 'large', ratio: '80%' })).toEqual([
      `layers[0]: Unrecognized key: "ratio"; ${keysOfUse}`,
    ]);
    expect(layers({ use: 'large', when: { clas: 'a', leve: 1 } })).toEqual([
      expect.stringMatching(
        /^layers\[0\]\.when: Unrecognized keys: "clas", "leve"; known here: scheme, class, /,
      ),
    ]);
    expect(layers({ id: 'a', fund: 'large', ratio: '80%', wen: {} })).toEqual([
      expect.stringMatching(/^layers\[0\]: Unrecognized key: "wen"; known here: id, name, /),
    ]);
    expect(layers({ fund: 'large', ratio: '80%' })).toEqual(['layers[0].id: is missing']);
    expect(layers({ id: 'Large', fund: 'large', ratio: '80%' })).toEqual([`layers[0].id: ${NAME}`]);
    const wrong = { per: 'x', each: 'x', standard: null, everyDays: 0, deducts: 1, counter: 'X' };
    expect(layers({ id: 'a', fund: 'large', ratio: '80%', deductible: wrong })).toEqual(
      Object.keys(wrong).map((key): unknown => expect.stringContaining(`layers[0].deductible.${key}: `)),
    );
    expect(layers('large')).toEqual(['layers[0]: expected keys with values']);
    expect(layers(null)).toEqual(['layers[0]: is empty']);
    expect(layers({ use: 'large', when: { level: 1 } })).toEqual([]);
  });

  it('changes its deductible in one way at a time', () => {
    const change = (adjust: object) => toldOfLayer({ deductible: { standard: 300, adjust: [adjust] } });
    const ways = { value: 100, times: '50%', less: 100, lessEach: 100, waive: true };
    const all = Object.entries(ways);
    for (const [key, value] of all) {
      expect(change({ [key]: value, atLeast: 50, when: { level: 1 } })).toEqual([]);
      for (const [other, its] of all)
        if (other !== key)
          expect(change({ [key]: value, [other]: its })).toEqual([
            'deductible.adjust[0]: one change at a time: value, times, less, lessEach or waive',
          ]);
    }
  });
});

describe('rules and limits', () => {
  it('a rule denies, sends to a person or pays a part: one of them', () => {
    const deny = 'level-not-covered';
    const pend = 'large-bill';
    const times = '50%';
    const rule = (outcome: object) => toldOf(tinyPack({}, { rules: [{ when: { level: 1 }, ...outcome }] }));
    for (const right of [{ deny }, { pend }, { times }]) expect(rule(right)).toEqual([]);
    for (const wrong of [{}, { deny, pend }, { deny, times }, { pend, times }])
      expect(rule(wrong)).toEqual(['rules[0]: give exactly one of deny, pend, times']);
    expect(rule({ when: undefined, deny })).toEqual(['rules[0].when: is missing']);
    expect(rule({ deny: 'no' })).toEqual([
      expect.stringMatching(/^rules\[0\]\.deny: not one of .*, diagnosis-excluded, /),
    ]);
  });

  it('a rule of lines gives a first-pay share or takes the line out', () => {
    const rule = (outcome: object) =>
      toldOf(tinyPack({}, { lines: { rules: [{ when: { itemClass: 'B' }, ...outcome }] } }));
    expect([rule({ firstPay: '10%' }), rule({ selfPaid: true })]).toEqual([[], []]);
    for (const wrong of [{}, { firstPay: '10%', selfPaid: true }])
      expect(rule(wrong)).toEqual(['lines.rules[0]: give exactly one of firstPay, selfPaid']);
  });

  const limit = (given: object) => toldOfBenefit({ limits: [{ name: 'l', ...given }] });
  const categories = ['herbal'];

  it('a limit of amounts gives an amount, any other a count', () => {
    for (const right of [
      { counts: 'amount', amount: 100, categories },
      { counts: 'quantity', max: 3, categories },
      { counts: 'claims', max: 3 },
      { counts: 'days-between', max: 3 },
    ])
      expect(limit(right)).toEqual([]);
    for (const wrong of [
      { counts: 'amount', categories },
      { counts: 'amount', max: 3, categories },
      { counts: 'amount', amount: 100, max: 3, categories },
      { counts: 'quantity', categories },
      { counts: 'quantity', amount: 100, categories },
      { counts: 'quantity', amount: 100, max: 3, categories },
      { counts: 'claims' },
      { counts: 'claims', amount: 100 },
    ])
      expect(limit(wrong)).toEqual(['limits[0]: amount limits give amount, the others max']);
  });

  it('a limit of amounts or quantities names categories, and only it has an excess', () => {
    const named = ['limits[0]: amount and quantity limits name categories, the others do not'];
    expect(limit({ counts: 'amount', amount: 100 })).toEqual(named);
    expect(limit({ counts: 'quantity', max: 3 })).toEqual(named);
    expect(limit({ counts: 'claims', max: 3, categories })).toEqual(named);
    expect(limit({ counts: 'days-between', max: 3, categories })).toEqual(named);
    const excess = ['limits[0]: only amounts and quantities have an excess'];
    expect(limit({ counts: 'claims', max: 3, beyond: 'member' })).toEqual(excess);
    expect(limit({ counts: 'days-between', max: 3, beyond: 'member' })).toEqual(excess);
    expect(limit({ counts: 'claims', max: 3, beyond: 'pend' })).toEqual([]);
    expect(limit({ counts: 'amount', amount: 100, categories, beyond: 'member' })).toEqual([]);
    expect(limit({ counts: 'quantity', max: 3, categories, beyond: 'member' })).toEqual([]);
  });

  it('days between two are counted within the year, or for ever', () => {
    const per = (each: string) => limit({ counts: 'days-between', max: 3, per: each });
    expect([per('year'), per('ever')]).toEqual([[], []]);
    for (const each of ['claim', 'stay', 'day', 'month', 'quarter'])
      expect(per(each)).toEqual([
        'limits[0]: days between two are counted within the year, or for ever: per year, per ever',
      ]);
    expect(limit({ counts: 'claims', max: 3, per: 'month' })).toEqual([]);
  });
});

describe('for whom something holds', () => {
  it.each<[when: unknown, told: string[]]>([
    [{ age: 'old' }, [`.age: ${RANGE}`]],
    [{ age: ['60+', 'old'] }, [`.age: ${RANGE}`]],
    [{ age: ['old', '60+'] }, [`.age: ${RANGE}`]],
    [{ days: true }, [`.days: ${RANGE}`]],
    [{ billed: 'much' }, [`.billed: ${RANGE_OF_MONEY}`]],
    [{ billed: ['10万+', '60-50'] }, [`.billed: ${RANGE_OF_MONEY}`]],
    [{ age: '10万+' }, [`.age: ${RANGE}`]],
    [{ age: [] }, ['.age: is an empty list']],
    [{ level: null }, ['.level: is empty']],
    [{ level: {} }, ['.level: expected text or a number or true or false or a list']],
    [{ level: [['1']] }, ['.level[0]: expected text or a number or true or false']],
    [{ sample: 5 }, [`.sample: ${PERCENTAGE}`]],
    [{ sample: '5' }, [`.sample: ${PERCENTAGE}`]],
    [{ sample: '-5%' }, [`.sample: ${PERCENTAGE}`]],
    [{ sample: '500%' }, ['.sample: a share above 100%']],
    [{ interim: 'yes' }, ['.interim: expected true or false']],
    [{ any: [] }, ['.any: is an empty list']],
    [{ all: [] }, ['.all: is an empty list']],
    [{ any: { level: 1 } }, ['.any: expected a list']],
    [{ all: [{ level: 1 }, { any: [{ age: 'old' }] }] }, [`.all[1].any[0].age: ${RANGE}`]],
    [{ not: { age: 'old' } }, [`.not.age: ${RANGE}`]],
    ['active', [': expected keys with values']],
  ])('%j', (when, expected) => {
    expect(toldOfBenefit({ when })).toEqual(expected.map((text) => `when${text}`));
  });

  it('any number of conditions may be combined, of any kind', () => {
    const three = [{ level: 1 }, { age: ['60-69', '>80', 3] }, { not: { billed: ['10万+', 3000] } }];
    expect(toldOfBenefit({ when: { any: three, all: three, sample: '5%', interim: true } })).toEqual([]);
    const lines = (when: object) => toldOf(tinyPack({}, { lines: { rules: [{ when, selfPaid: true }] } }));
    expect(lines({ any: three, all: three, not: { item: 'X', itemClass: ['A', 'B'] } })).toEqual([]);
    expect(lines({ any: [] })).toEqual(['lines.rules[0].when.any: is an empty list']);
    expect(lines({ all: [] })).toEqual(['lines.rules[0].when.all: is an empty list']);
  });

  it('what is about a line is known only where lines are classified', () => {
    expect(toldOfBenefit({ when: { itemClass: 'A' } })).toEqual([
      expect.stringMatching(
        /^when: Unrecognized key: "itemClass"; known here: .*, billed, .*, any, all, not$/,
      ),
    ]);
    expect(toldOf(tinyPack({}, { lines: { rules: [{ when: { itemClas: 'A' }, selfPaid: true }] } }))).toEqual(
      [
        expect.stringMatching(
          /"itemClas"; known here: .*, itemClass, category, special, origin, item, any, all, not$/,
        ),
      ],
    );
  });
});
