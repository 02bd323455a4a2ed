// Synthetic members and claims in a realistic mix: pharmacy, outpatient, chronic, emergency, day surgery, inpatient
// with up to 500 lines. Pure: the same options give the same bytes. Every number and name is invented, and every
// member's number begins with DEMO, which no real one does.

import type * as z from 'zod';
import type { Claim, Encounter } from '../../../shared/claim/claim.ts';
import type { PostedAccountCreditSchema, PostedEnrolmentSchema } from '../../../shared/claim/enrolment.ts';
import { amountOf, quantity, unitPrice } from '../../../shared/money/quantity.ts';
import { addDays, daysBetween, type LocalDate, localDate } from '../../../shared/time/dates.ts';
import { type Chance, chance } from './chance.ts';
import { SAMPLE_ITEMS, type SampleCategory, type SampleItem } from './items.ts';
import { SAMPLE_PROVIDERS } from './providers.ts';

export interface GenerateOptions {
  readonly seed: string | number;
  readonly members: number;
  readonly claims: number;
  /** First and last day of service. */
  readonly from: string;
  readonly to: string;
  /** Most lines of one claim; 500 when left out. */
  readonly linesMax?: number;
  /** How many of ten thousand claims fall on a member who is not covered (they are denied); 100 when left out. */
  readonly uncoveredBasisPoints?: number;
  /** How many of ten thousand claims cannot be read (intake rejects them); none when left out. */
  readonly unreadableBasisPoints?: number;
  /** Only these institutions; all of the sample when left out. */
  readonly providerIds?: readonly string[];
}

/** A claim as its provider posts it. */
export type PostableClaim = z.input<typeof Claim>;

/** An enrolment, an account credit as the agency posts them. */
export type PostableEnrolment = z.input<typeof PostedEnrolmentSchema>;
export type PostableCredit = z.input<typeof PostedAccountCreditSchema>;

export interface GeneratedClaim {
  readonly providerId: string;
  /** Day of service: what the batches are made by. */
  readonly servedOn: LocalDate;
  readonly claim: PostableClaim;
}
export interface Generated {
  readonly enrolments: readonly PostableEnrolment[];
  readonly accountCredits: readonly PostableCredit[];
  /** In the order of their service dates. */
  readonly claims: readonly GeneratedClaim[];
  /** Synthetic names, for people who look at the sample; they are never posted. */
  readonly names: Readonly<Record<string, string>>;
}

/** Makes members, their account credits, and claims on them. */
export function generate(options: GenerateOptions): Generated {
  const [from, to] = [localDate(options.from), localDate(options.to)];
  const roll = chance(`${options.seed}/members`);
  const people = Array.from({ length: options.members }, (_, index) => makeMember(roll, index, from, to));
  const claims = makeClaims(chance(`${options.seed}/claims`), people, from, to, options);
  return {
    enrolments: people.map(({ memberId, enrolment }, index) => ({
      enrolmentNo: numbered('EN', index),
      memberId,
      ...enrolment,
    })),
    accountCredits: people
      .filter(({ creditFen }) => creditFen > 0)
      .map(({ memberId, creditFen }, index) => ({
        creditNo: numbered('AC', index),
        memberId,
        amountFen: creditFen,
        creditedOn: from,
      })),
    claims,
    names: Object.fromEntries(people.map(({ memberId, name }) => [memberId, name])),
  };
}

const numbered = (prefix: string, index: number): string => `${prefix}${String(index + 1).padStart(7, '0')}`;

// ---- Members

interface Member {
  readonly memberId: string;
  readonly name: string;
  readonly enrolment: Omit<PostableEnrolment, 'enrolmentNo' | 'memberId'>;
  readonly creditFen: number;
  readonly diseases: readonly ChronicDisease[];
}

/** Family names and given names put together by chance. */
const FAMILY_NAMES = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'.split('');
const GIVEN_NAMES = '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红建文'.split('');

type PersonClass = 'active' | 'retired' | 'adult' | 'minor' | 'student';
const CLASSES: readonly (readonly [number, PersonClass])[] = [
  [36, 'active'],
  [20, 'retired'],
  [32, 'adult'],
  [8, 'minor'],
  [4, 'student'],
];
const AGES: Record<PersonClass, readonly [number, number]> = {
  active: [22, 59],
  retired: [60, 92],
  adult: [19, 85],
  minor: [0, 17],
  student: [18, 23],
};

interface ChronicDisease {
  readonly code: string;
  readonly diagnosis: string;
  readonly items: readonly string[];
}
/** Filed chronic diseases with what is prescribed for them. */
const DISEASES: readonly ChronicDisease[] = [
  {
    code: 'M03900',
    diagnosis: 'I10.x00',
    items: ['XC08CA01', 'XC08CA02', 'XC09CA01', 'XC09AA01', 'XC07AB01'],
  }, // 高血压
  {
    code: 'M01600',
    diagnosis: 'E11.900',
    items: ['XA10BA01', 'XA10BB01', 'XA10BF01', 'XA10BK01', 'XA10AB01', 'XA10AE01'],
  }, // 糖尿病
  {
    code: 'M04600',
    diagnosis: 'I25.101',
    items: ['XB01AC01', 'XB01AC02', 'XC10AA01', 'XC01DA01', 'ZA12AB01'],
  }, // 冠心病
  { code: 'M05300', diagnosis: 'J44.900', items: ['XR03AC01', 'XR03AK01', 'XR05CB01'] }, // 慢性阻塞性肺疾病
  { code: 'M07800', diagnosis: 'N18.500', items: ['S311000001', 'C050101001', 'XB01AB01'] }, // 肾透析
];

function makeMember(roll: Chance, index: number, from: LocalDate, to: LocalDate): Member {
  const personClass = roll.weighted(CLASSES);
  const employee = personClass === 'active' || personClass === 'retired';
  const [youngest, oldest] = AGES[personClass];
  const born = addDays(from, -(roll.between(youngest, oldest) * 365 + roll.between(40, 300)));
  const old = daysBetween(born, from) > 45 * 365;
  const diseases = DISEASES.filter((_, rank) =>
    roll.happens(old ? [3_400, 2_200, 1_200, 500, 120][rank]! : [200, 150, 0, 0, 20][rank]!),
  );
  const coveredFrom = addDays(from, -roll.between(400, 2_500));
  const facts = [
    ...diseases.map(({ code }) => ({ fact: 'chronic-disease', value: code, from: coveredFrom })),
    ...(!employee && roll.happens(400) ? [{ fact: 'poor', from: coveredFrom }] : []),
    ...(employee && roll.happens(300) ? [{ fact: 'civil-servant', from: coveredFrom }] : []),
  ];
  return {
    memberId: `DEMO${String(index + 1).padStart(10, '0')}`,
    name: `${roll.of(FAMILY_NAMES)}${roll.of(GIVEN_NAMES)}${roll.happens(6_000) ? roll.of(GIVEN_NAMES) : ''}`,
    diseases,
    creditFen: employee ? roll.between(60, 480) * 1_000 + roll.below(100) : 0,
    enrolment: {
      born,
      sex: roll.happens(5_000) ? 'F' : 'M',
      hasAccount: employee,
      coverage: [
        {
          from: coveredFrom,
          ...(roll.happens(150) ? { to: addDays(from, roll.below(Math.max(1, daysBetween(from, to)))) } : {}),
          scheme: employee ? '310' : '390',
          personClass,
        },
      ],
      ...(facts.length > 0 ? { facts } : {}),
    },
  };
}

// ---- Claims

type Kind = Extract<
  Encounter,
  'pharmacy' | 'outpatient' | 'chronic-outpatient' | 'emergency' | 'day-surgery' | 'inpatient'
>;
const KINDS: readonly (readonly [number, Kind])[] = [
  [36, 'pharmacy'],
  [30, 'outpatient'],
  [16, 'chronic-outpatient'],
  [4, 'emergency'],
  [1, 'day-surgery'],
  [13, 'inpatient'],
];
const DIAGNOSES: Record<Kind, readonly string[]> = {
  pharmacy: ['Z76.001'],
  outpatient: [
    'J06.900',
    'K29.500',
    'M54.500',
    'J20.900',
    'I10.x00',
    'E11.900',
    'K21.001',
    'N39.000',
    'H10.900',
    'L20.900',
  ],
  'chronic-outpatient': [],
  emergency: ['R10.400', 'S06.000', 'J18.900', 'I20.000', 'R50.900', 'T14.900'],
  'day-surgery': ['H25.900', 'K80.200', 'D17.900', 'K40.900'],
  inpatient: [
    'J18.900',
    'I25.103',
    'I63.900',
    'K80.000',
    'S72.000',
    'E11.700',
    'J44.100',
    'K35.800',
    'C34.900',
    'N20.000',
  ],
};

/** Which institutions see which kind; the first number is the weight of a hospital level. */
const WHERE: Record<Kind, (level: string, type: string) => number> = {
  pharmacy: (_, type) => (type === 'pharmacy' ? 1 : 0),
  outpatient: (level, type) => (type === 'pharmacy' ? 0 : level === '3' ? 4 : level === '2' ? 3 : 2),
  'chronic-outpatient': (_, type) => (type === 'pharmacy' ? 0 : type === 'community' ? 3 : 2),
  emergency: (level, type) => (type === 'pharmacy' ? 0 : level === '3' ? 4 : level === '2' ? 2 : 0),
  'day-surgery': (level, type) => (type === 'pharmacy' ? 0 : level === '3' ? 2 : level === '2' ? 1 : 0),
  inpatient: (level, type) =>
    type === 'pharmacy' || type === 'community' ? 0 : level === '3' ? 5 : level === '2' ? 4 : 1,
};

const byCode = new Map(SAMPLE_ITEMS.map((item) => [item.code, item]));
const byCategory = Map.groupBy(SAMPLE_ITEMS, (item) => item.category);
const itemsOf = (...categories: SampleCategory[]): SampleItem[] =>
  categories.flatMap((category) => byCategory.get(category) ?? []);
/** Everyday items: what nobody writes down by chance (a 4,980 yuan box, a PET-CT) is left to `RARE`. */
const everyday = (items: readonly SampleItem[]) =>
  items.filter(({ price, itemClass }) => Number.parseInt(price, 10) < 700 && itemClass !== 'C');
const DRUGS = everyday(itemsOf('drug', 'tcm-drug'));
const HERBS = itemsOf('herbal');
const TESTS = everyday(itemsOf('lab', 'exam'));
const WARD_DRUGS = DRUGS.filter(({ name }) => name.includes('注射'));
const WARD_MATERIALS = everyday(itemsOf('material'));
const TREATMENTS = everyday(itemsOf('treatment'));
const RARE = SAMPLE_ITEMS.filter(
  ({ special, itemClass }) => special === 'drug' || special === 'material' || itemClass === 'C',
);
const OPERATIONS = itemsOf('surgery').filter(({ itemClass }) => itemClass !== 'C');

function makeClaims(
  roll: Chance,
  people: readonly Member[],
  from: LocalDate,
  to: LocalDate,
  options: GenerateOptions,
): GeneratedClaim[] {
  if (people.length === 0) return [];
  const providers = SAMPLE_PROVIDERS.filter(({ id }) => options.providerIds?.includes(id) ?? true);
  const places = Object.fromEntries(
    KINDS.map(([, kind]) => [
      kind,
      providers
        .map((p) => [WHERE[kind](p.history.at(-1)!.level, p.type), p.id] as const)
        .filter(([weight]) => weight > 0),
    ]),
  ) as Record<Kind, (readonly [number, string])[]>;
  const withAccount = people.filter(({ enrolment }) => enrolment.hasAccount);
  const chronic = people.filter(({ diseases }) => diseases.length > 0);
  const chronicWithAccount = chronic.filter(({ enrolment }) => enrolment.hasAccount);
  const kinds = KINDS.filter(
    ([, kind]) => places[kind].length > 0 && (kind !== 'chronic-outpatient' || chronic.length > 0),
  );
  if (kinds.length === 0) return [];
  /** Stays are anybody's; what is paid from an account is claimed mostly by those who have one. */
  const patientFor = (kind: Kind): Member => {
    const anybody = kind === 'chronic-outpatient' ? chronic : people;
    if (kind === 'inpatient' || kind === 'day-surgery') return roll.of(anybody);
    const holders = kind === 'chronic-outpatient' ? chronicWithAccount : withAccount;
    return roll.of(holders.length > 0 && roll.happens(9_000) ? holders : anybody);
  };
  const days = daysBetween(from, to);
  const made: GeneratedClaim[] = [];
  for (let index = 0; index < options.claims; index++) {
    const kind = roll.weighted(kinds);
    const uncovered = roll.happens(options.uncoveredBasisPoints ?? 100);
    const member = patientFor(kind);
    const memberId = uncovered
      ? `DEMO9${String(roll.below(1_000_000_000)).padStart(9, '0')}`
      : member.memberId;
    const servedOn = addDays(from, roll.below(days + 1));
    const claim = makeClaim(
      roll,
      kind,
      { ...member, memberId },
      numbered(PREFIX[kind], index),
      servedOn,
      options.linesMax ?? 500,
    );
    const unreadable = roll.happens(options.unreadableBasisPoints ?? 0);
    made.push({
      providerId: roll.weighted(places[kind]),
      servedOn,
      claim: unreadable ? { ...claim, billedFen: claim.billedFen + 1 } : claim,
    });
  }
  return made.sort((a, b) => (a.servedOn < b.servedOn ? -1 : a.servedOn > b.servedOn ? 1 : 0));
}

const PREFIX: Record<Kind, string> = {
  pharmacy: 'YD',
  outpatient: 'MZ',
  'chronic-outpatient': 'MB',
  emergency: 'JZ',
  'day-surgery': 'RJ',
  inpatient: 'ZY',
};

function makeClaim(
  roll: Chance,
  kind: Kind,
  member: Member,
  claimNo: string,
  servedOn: LocalDate,
  linesMax: number,
): PostableClaim {
  const common = { claimNo, memberId: member.memberId, encounter: kind };
  const account =
    member.enrolment.hasAccount && roll.happens(kind === 'pharmacy' ? 9_500 : 5_000)
      ? { useAccount: true }
      : {};
  if (kind === 'inpatient' || kind === 'day-surgery') {
    const nights =
      kind === 'day-surgery' ? 1 : roll.between(2, 9) + (roll.happens(2_500) ? roll.between(3, 20) : 0);
    const lines = stay(roll, kind, addDays(servedOn, -nights), nights, linesMax);
    return {
      ...common,
      admittedOn: addDays(servedOn, -nights),
      dischargedOn: servedOn,
      diagnoses: diagnosesOf(roll, kind),
      departmentCode: `D0${roll.between(101, 340)}`,
      doctorCode: `DR${roll.between(10_001, 10_900)}`,
      ...account,
      billedFen: sum(lines),
      lines,
    };
  }
  const disease = kind === 'chronic-outpatient' ? roll.of(member.diseases) : undefined;
  const lines = visit(roll, kind, servedOn, disease).slice(0, linesMax);
  return {
    ...common,
    servedOn,
    diagnoses: disease === undefined ? diagnosesOf(roll, kind) : [disease.diagnosis],
    ...(disease === undefined ? {} : { chronicDisease: disease.code }),
    ...(kind === 'pharmacy'
      ? {}
      : { departmentCode: `D0${roll.between(101, 340)}`, doctorCode: `DR${roll.between(10_001, 10_900)}` }),
    ...account,
    billedFen: sum(lines),
    lines,
  };
}

function diagnosesOf(roll: Chance, kind: Kind): string[] {
  const first = roll.of(DIAGNOSES[kind]);
  return kind === 'inpatient' && roll.happens(6_000)
    ? [...new Set([first, roll.of(DIAGNOSES.inpatient)])]
    : [first];
}

type Line = PostableClaim['lines'][number];
const sum = (lines: readonly Line[]): number => lines.reduce((total, { amountFen }) => total + amountFen, 0);

/** Collects lines, numbering them and computing each amount from its quantity and price. */
function lineBook(roll: Chance, linesMax = Number.POSITIVE_INFINITY) {
  const lines: Line[] = [];
  const add = (
    item: SampleItem | undefined,
    count: string,
    servedOn: LocalDate,
    more: Partial<Line> = {},
  ) => {
    if (item === undefined || lines.length >= linesMax) return;
    const price = priceNear(roll, item);
    lines.push({
      lineNo: lines.length + 1,
      itemCode: item.code,
      itemName: item.name,
      quantity: count,
      unitPrice: price,
      amountFen: amountOf(quantity(count), unitPrice(price)),
      servedOn,
      ...more,
    });
  };
  return { lines, add };
}

/** The item's price, or in a third of the cases one up to 8 % beside it, with at most four decimals. */
function priceNear(roll: Chance, item: SampleItem): string {
  if (item.category !== 'drug' && item.category !== 'tcm-drug' && item.category !== 'material')
    return item.price;
  if (!roll.happens(3_300)) return item.price;
  const [whole = '0', decimals = ''] = item.price.split('.');
  const tenThousandths = Number(whole + decimals.padEnd(4, '0'));
  const varied = Math.max(
    1,
    tenThousandths + Math.trunc((tenThousandths * roll.between(-800, 800)) / 10_000),
  );
  const digits = String(varied).padStart(5, '0');
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`.replace(/\.?0+$/, '');
}

function visit(roll: Chance, kind: Kind, on: LocalDate, disease: ChronicDisease | undefined): Line[] {
  const { lines, add } = lineBook(roll);
  if (kind === 'pharmacy') {
    for (let n = roll.between(1, 4); n > 0; n--) add(roll.of(DRUGS), String(roll.between(1, 3)), on);
    if (roll.happens(600)) add(byCode.get('XV03AB01'), '1', on);
    return lines;
  }
  if (disease !== undefined) {
    const dialysis = disease.items.includes('S311000001');
    if (!dialysis) add(byCode.get('S110200001'), '1', on);
    for (const code of disease.items.slice(0, dialysis ? 3 : roll.between(1, disease.items.length))) {
      add(
        byCode.get(code),
        String(dialysis ? 1 : roll.between(1, 4)),
        on,
        dialysis ? {} : { daysSupply: roll.of([14, 28, 30]) },
      );
    }
    if (roll.happens(2_500)) add(roll.of(TESTS), '1', on);
    return lines;
  }
  add(
    byCode.get(kind === 'emergency' ? 'S110200003' : roll.happens(3_000) ? 'S110200002' : 'S110200001'),
    '1',
    on,
  );
  for (let n = roll.between(0, kind === 'emergency' ? 5 : 3); n > 0; n--) add(roll.of(TESTS), '1', on);
  if (roll.happens(1_200)) {
    // A herbal prescription: grams per dose times doses, prices of a few fen a gram.
    const doses = roll.of([3, 5, 7]);
    for (const herb of HERBS.slice(0, roll.between(4, HERBS.length - 1)))
      add(herb, `${doses * roll.between(6, 30)}.${roll.of(['0', '5'])}`, on);
    add(byCode.get('S470000001'), String(doses), on);
  } else {
    for (let n = roll.between(1, 4); n > 0; n--) add(roll.of(DRUGS), String(roll.between(1, 3)), on);
  }
  if (kind === 'emergency') {
    add(byCode.get('S120100004'), '1', on);
    add(byCode.get('S120100006'), `${roll.between(1, 12)}.5`, on);
  }
  return lines;
}

/** A stay: bed, nursing, drips and tests for every day, an operation in the middle of some, drugs to take home. */
function stay(roll: Chance, kind: Kind, admitted: LocalDate, nights: number, linesMax: number): Line[] {
  const { lines, add } = lineBook(roll, linesMax);
  // Most stays have a few lines a day; one in twelve is intensive and reaches the hundreds.
  const perDay = kind === 'day-surgery' ? 4 : roll.happens(850) ? roll.between(16, 34) : roll.between(1, 5);
  const operated = kind === 'day-surgery' || roll.happens(3_500);
  const bed = roll.weighted([
    [80, 'S110400001'],
    [14, 'S110400002'],
    [4, 'S110400003'],
    [2, 'S110400004'],
  ]);
  for (let day = 0; day < nights; day++) {
    const on = addDays(admitted, day);
    add(byCode.get(bed), '1', on);
    add(byCode.get('S110200004'), '1', on);
    add(byCode.get(perDay > 12 ? 'S120100001' : 'S120100002'), '1', on);
    for (let n = 0; n < perDay; n++) {
      const what = roll.weighted([
        [46, WARD_DRUGS],
        [20, TESTS],
        [16, WARD_MATERIALS],
        [10, TREATMENTS],
        [8, DRUGS],
      ]);
      const item = roll.of(what);
      add(item, item.category === 'exam' || item.category === 'lab' ? '1' : String(roll.between(1, 4)), on);
    }
    if (day === 0 || roll.happens(1_500))
      for (let n = roll.between(2, 5); n > 0; n--) add(roll.of(TESTS), '1', on);
    if (operated && day === Math.trunc(nights / 2)) {
      add(roll.of(OPERATIONS), '1', on);
      add(byCode.get('S330100001'), '1', on);
      if (roll.happens(3_500)) add(roll.of(RARE), '1', on);
    }
  }
  for (let n = roll.between(0, 3); n > 0; n--)
    add(roll.of(DRUGS), String(roll.between(1, 4)), addDays(admitted, nights), { takeHome: true });
  return lines;
}
