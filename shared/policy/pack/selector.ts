// `when:` of a pack: for whom, where and under what circumstances something holds. One vocabulary for deductibles,
// ratios, caps, layers, rules and lines. Every key given must hold; a list under a key means any of them.

import * as z from 'zod';
import { Encounter, OffSite, Referral } from '../../claim/claim.ts';
import { CatalogueItem, ItemVersion } from '../../reference/catalogue.ts';
import { Provider } from '../../reference/providers.ts';
import { parseMoney, parseRange, Share } from './values.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const oneOrMore = z.union([scalar, z.array(scalar).min(1)]);

const words = (description: string) => oneOrMore.meta({ description });
const range = (description: string) =>
  oneOrMore
    .refine(
      (value) => listOf(value).every((text) => parseRange(text) !== undefined),
      'not a range: write 3, 2+, <70 or 60-69',
    )
    .meta({ description: `${description}: 3, 2+, <70, 60-69` });
const money = (description: string) =>
  oneOrMore
    .refine(
      (value) => listOf(value).every((text) => parseRange(text, parseMoney) !== undefined),
      'not a range of money: write 10万+, <3000',
    )
    .meta({ description: `${description}, a range of yuan: 10万+, <3000` });
const flag = (description: string) => z.boolean().meta({ description });

/** Keys whose words are given: a misspelt one would never hold, and nobody would be told. */
export const GIVEN_WORDS: Readonly<Record<string, readonly string[]>> = {
  sex: ['F', 'M'],
  encounter: Encounter.options,
  referral: ['none', ...Referral.shape.direction.options],
  offSite: ['none', ...OffSite.shape.reason.options],
  providerType: Provider.shape.type.options,
  fromProviderType: Provider.shape.type.options,
  itemClass: ItemVersion.shape.class.options,
  special: CatalogueItem.shape.special.unwrap().options,
  origin: CatalogueItem.shape.origin.unwrap().options,
};
const given = (key: string, description = '') => words(`${description}${GIVEN_WORDS[key]?.join(', ')}`);

/** Keys that compare words: equal to one of them. */
const WORDS = {
  scheme: words('Scheme of the coverage: 310, 390 ...'),
  class: words('Person class (人员类别) as the pack names it'),
  sex: given('sex'),
  level: words('Deductible level of the institution (起付线等级)'),
  hospitalLevel: words('Hospital level (医院等级)'),
  priceLimitLevel: words('Price-limit level (限价等级)'),
  providerType: given('providerType'),
  provider: words("Institution's number"),
  creditGrade: words('Credit grade of the institution'),
  encounter: given('encounter', 'Encounter: '),
  referral: given('referral', '转诊方向 '),
  offSite: given('offSite', '异地就医 '),
  fromLevel: words(
    'Deductible level of the institution that referred the member or wrote the prescription (referral.fromProviderId)',
  ),
  fromProviderType: given('fromProviderType', 'The type of that institution: '),
  department: words("Department's code"),
  disease: words('The filed chronic or special disease the claim falls under, exactly'),
} as const;

/** Keys that compare the beginning of a code. */
const PREFIXES = {
  diagnosis: words('Prefix of any diagnosis code of the claim'),
  principalDiagnosis: words('Prefix of the first diagnosis code'),
  careArea: words('Prefix of the 6-digit code of the area where care was given: 13 is Hebei'),
} as const;

/** Keys that compare whole numbers. */
const NUMBERS = {
  age: range('Completed years of age on the service date'),
  ordinal: range('The how-manieth of its kind in the benefit year, this one included (住院次数)'),
  days: range('Days of stay'),
  years: range('Contribution years, actual and deemed: facts `paid-years` and `deemed-years`'),
  coveredDays: range('Days of coverage without a gap, up to the service date'),
  gapDays: range('Length of the gap before the present run of coverage; 0 when there was none'),
  daysSinceStay: range('Days from the last discharge to this admission'),
  daysSinceStayHere: range('The same, at this institution'),
} as const;

const MONEY = {
  billed: money('Total of the bill'),
} as const;

const FLAGS = {
  referralFiled: flag('The referral is filed (转诊备案)'),
  offSiteFiled: flag('The off-site care is filed (异地备案)'),
  interim: flag('Mid-way settlement (中途结算)'),
  continued: flag('The stay continues an earlier one (merged: interim or transfer)'),
  hasAccount: flag('The member has a personal account'),
  overlapsStay: flag('The stay overlaps another stay of the member'),
  diseaseFiled: flag('The disease of the claim is filed: a fact `chronic-disease` with that value'),
} as const;

/** Keys about a line: only where lines are classified. */
const ITEM_WORDS = {
  itemClass: given('itemClass', '甲 乙 丙 '),
  category: words('Category of the item'),
  special: given('special'),
  origin: given('origin'),
} as const;
const ITEM_PREFIXES = { item: words('Prefix of the catalogue code') } as const;

export type Selector = {
  readonly [key: string]: unknown;
  readonly any?: readonly Selector[] | undefined;
  readonly all?: readonly Selector[] | undefined;
  readonly not?: Selector | undefined;
};

const shape = {
  ...WORDS,
  ...PREFIXES,
  ...NUMBERS,
  ...MONEY,
  ...FLAGS,
  fact: words(
    'A fact of the member in force on the service date: poor, or with its value: enterprise-plan=steel',
  ),
  lineFlag: words('A flag raised by the lines: impossible-quantity'),
  sample: Share.meta({ description: 'A share of claims chosen by their number, always the same ones: 5%' }),
};

const partial = (raw: z.ZodRawShape) =>
  Object.fromEntries(Object.entries(raw).map(([key, type]) => [key, (type as z.ZodType).optional()]));

export const When: z.ZodType<Selector> = z.lazy(() =>
  z.strictObject({
    ...partial(shape),
    any: z.array(When).min(1).optional().meta({ description: 'At least one of these' }),
    all: z.array(When).min(1).optional().meta({ description: 'All of these' }),
    not: When.optional().meta({ description: 'Not this' }),
  }),
);

export const LineWhen: z.ZodType<Selector> = z.lazy(() =>
  z.strictObject({
    ...partial({ ...shape, ...ITEM_WORDS, ...ITEM_PREFIXES }),
    any: z.array(LineWhen).min(1).optional(),
    all: z.array(LineWhen).min(1).optional(),
    not: LineWhen.optional(),
  }),
);

/** Keys a table may be laid out by. */
export const TABLE_KEYS = [
  ...Object.keys(WORDS),
  ...Object.keys(NUMBERS),
  ...Object.keys(PREFIXES),
  ...Object.keys(FLAGS),
  'fact',
] as const;

export const isWordKey = (key: string): boolean => key in WORDS || key in ITEM_WORDS;
export const isPrefixKey = (key: string): boolean => key in PREFIXES || key in ITEM_PREFIXES;
export const isNumberKey = (key: string): boolean => key in NUMBERS;
export const isMoneyKey = (key: string): boolean => key in MONEY;
export const isFlagKey = (key: string): boolean => key in FLAGS;
export const isItemKey = (key: string): boolean => key in ITEM_WORDS || key in ITEM_PREFIXES;

/** A scalar or a list of scalars, as a list of texts. */
export const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : [String(value)];
