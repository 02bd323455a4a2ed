// The shape of a policy pack: one scheme of one pooling area. An analyst writes it as YAML; README.md beside the
// packs walks through every key. This file only says what may be written; resolve.ts says what it comes to on a day.

import * as z from 'zod';
import { Encounter } from '../../claim/claim.ts';
import { areaCode, date } from '../../claim/fields.ts';
import { isLocalDate } from '../../time/dates.ts';
import { FUNDS } from '../adjudication.ts';
import { DENIAL_CODES } from '../denials.ts';
import { LineWhen, TABLE_KEYS, When } from './selector.ts';
import { MoneyText, Percent, Share, SignedPercent } from './values.ts';

/** When something is in force and where it is written. What is left out is taken from the block around it. */
const cited = {
  from: date
    .optional()
    .meta({ description: 'First day in force; taken from the block around it when left out' }),
  to: date.optional().meta({ description: 'Last day in force; open when left out' }),
  source: z
    .string()
    .optional()
    .meta({ description: 'Key of `sources`; taken from the block around it when left out' }),
  clause: z.string().optional().meta({ description: 'Article or place in the source' }),
  note: z
    .string()
    .optional()
    .meta({ description: 'For readers of the pack: inferred, doubtful, how it was read' }),
};

/**
 * A parameter: a plain value, or a dated version of it, or a list of dated versions. A version gives one `value`,
 * a `table` laid out `by` selector keys, or `cases` of which the first that fits counts.
 */
function parameter<T extends z.ZodType>(sourced: T) {
  const value = z.union([
    sourced,
    z.literal('unknown').meta({ description: 'Not sourced: whoever needs it sends the claim to a person' }),
  ]);
  type Table = { [key: string]: z.output<T> | 'unknown' | Table };
  const Table: z.ZodType<Table> = z.lazy(() => z.record(z.string(), z.union([value, Table])));
  const Version = z
    .strictObject({
      ...cited,
      value: value.optional(),
      by: z
        .array(z.enum(TABLE_KEYS as unknown as [string, ...string[]]))
        .min(1)
        .optional()
        .meta({ description: 'Selector keys, outermost first' }),
      table: Table.optional().meta({ description: 'Nested by the keys of `by`; "*" for everything else' }),
      cases: z
        .array(z.strictObject({ ...cited, when: When.optional(), value }))
        .min(1)
        .optional(),
    })
    .refine(
      (v) => [v.value, v.table, v.cases].filter((given) => given !== undefined).length === 1,
      // It ends the check: zod would take a version with keys it does not know for what was meant.
      { error: 'give exactly one of value, table (with by), cases', abort: true },
    )
    .refine((v) => (v.by === undefined) === (v.table === undefined), 'by and table belong together');
  return z.union([value, Version, z.array(Version).min(1)]);
}

/** An amount: yuan, or a share or a multiple of a reference amount such as the average wage. */
const Money = z.union([
  MoneyText,
  z
    .strictObject({ share: Percent, of: z.string() })
    .meta({ description: 'A share of a reference amount: { share: 5%, of: wage }' }),
  z
    .strictObject({ times: z.int().positive(), of: z.string() })
    .meta({ description: 'A multiple of a reference amount: { times: 6, of: wage }' }),
]);
const Limit = z.union([z.literal('none'), Money]).meta({ description: 'An amount, or none for no limit' });

export const MoneyParameter = parameter(Money);
export const LimitParameter = parameter(Limit);
export const RatioParameter = parameter(Share);
const PercentParameter = parameter(Percent);
export const CountParameter = parameter(z.int().min(0));

const Per = z.enum(['claim', 'stay', 'day', 'month', 'quarter', 'year', 'ever']);
const Each = z
  .array(z.enum(['provider', 'level', 'disease', 'class', 'encounter']))
  .optional()
  .meta({ description: 'Counted apart for each of these: [provider] is "per institution"' });
const Name = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,23}$/,
    'not a short name: small letters, digits, hyphens; a letter first, 24 at most',
  );

/** One change to a deductible. All that apply are applied, in order. */
const DeductibleChange = z
  .strictObject({
    ...cited,
    when: When.optional(),
    value: MoneyParameter.optional().meta({ description: 'The standard is this instead' }),
    times: PercentParameter.optional().meta({ description: 'This share of the standard: 50%, 150%' }),
    less: MoneyParameter.optional().meta({ description: 'So many yuan less' }),
    lessEach: z.union([MoneyParameter, RatioParameter]).optional().meta({
      description:
        'So much less for every earlier one of the year: 100, or 10% of the standard (the third: 20%)',
    }),
    waive: z.literal(true).optional().meta({ description: 'No deductible' }),
    atLeast: MoneyParameter.optional().meta({ description: 'But never below this' }),
  })
  .refine(
    (c) =>
      ['value', 'times', 'less', 'lessEach', 'waive'].filter((key) => c[key as keyof typeof c] !== undefined)
        .length <= 1,
    'one change at a time: value, times, less, lessEach or waive',
  )
  .meta({ description: 'A change to the standard, for whom `when` holds' });

const Deductible = z.strictObject({
  ...cited,
  per: z.enum(['claim', 'stay', 'day', 'month', 'quarter', 'year']).default('stay').meta({
    description:
      'stay/claim: each time. year, quarter, month: what was paid in that period counts; a higher standard later pays the difference',
  }),
  each: Each,
  standard: MoneyParameter,
  adjust: z.array(DeductibleChange).optional(),
  yearlyMax: LimitParameter.optional().meta({
    description: 'All deductibles of the year together are at most this',
  }),
  everyDays: z.int().min(1).optional().meta({ description: 'A stay pays a new one after so many days' }),
  deducts: z
    .boolean()
    .default(true)
    .meta({ description: 'false: a threshold only; above it the base counts from zero (门槛)' }),
  counter: Name.optional().meta({
    description: 'Share what was paid with other benefits or layers that name the same counter',
  }),
});

/** One change to the fund's ratio. All that apply are applied, in order. */
const RatioChange = z
  .strictObject({
    ...cited,
    when: When.optional(),
    bands: z.array(z.int().min(1)).optional().meta({ description: 'Only these bands, counted from 1' }),
    value: RatioParameter.optional().meta({ description: 'The ratio is this instead' }),
    points: parameter(SignedPercent)
      .optional()
      .meta({ description: 'So many points more or less: 3%, -15%' }),
    pointsPerYearOfAge: parameter(SignedPercent)
      .optional()
      .meta({ description: 'Points for every completed year of age: 0.2%' }),
    selfPayTimes: RatioParameter.optional().meta({
      description: "The member's share becomes this part of itself: 60%",
    }),
    times: RatioParameter.optional().meta({
      description: "The fund's ratio becomes this part of itself: 50%",
    }),
    atLeast: RatioParameter.optional(),
    atMost: RatioParameter.optional(),
  })
  .meta({ description: 'A change to the ratio, for whom `when` holds' });

const Bands = z.strictObject({
  ...cited,
  per: z
    .enum(['claim', 'stay', 'month', 'quarter', 'year'])
    .default('stay')
    .meta({ description: 'Whether thresholds are reached anew each stay, or cumulate' }),
  thresholds: z.enum(['gross', 'above-deductible']).meta({
    description:
      'gross: measured on the whole base, the deductible uses up the first band. above-deductible: measured above it',
  }),
  each: Each,
  counter: Name.optional().meta({
    description: 'Cumulate together with other benefits or layers that name the same counter',
  }),
  table: z
    .array(
      z.strictObject({
        ...cited,
        upTo: MoneyParameter.optional().meta({
          description: 'Upper end of the band; left out on the last, open band',
        }),
        ratio: RatioParameter,
      }),
    )
    .min(1)
    .meta({
      description:
        'Bands in order. When the last has an upTo, what lies above goes to the next layers as above-cap',
    }),
});

const Cap = z.strictObject({
  ...cited,
  name: Name.optional().meta({ description: 'Counter of the cap; caps with one name are one joint cap' }),
  per: Per.default('year'),
  each: Each,
  amount: LimitParameter,
  counts: z
    .array(z.enum(['fund', 'share', 'deductible', 'first-share']))
    .min(1)
    .default(['fund'])
    .meta({
      description:
        'What uses the cap up: [fund] what the fund pays; [fund, share] fund and person together; [fund, share, deductible] the in-scope amount; with first-share too, before the first share is taken off it',
    }),
});

/** Parts of a bill that the member bears so far, from which a layer may take its base. */
const Part = z.enum([
  'deductible', // 起付线
  'share', // 比例自付
  'first-share', // first-pay on the in-scope amount (异地先自付)
  'above-cap', // in-scope amount above the cap or the last band
  'beyond-limit', // beyond a utilisation limit
  'first-pay', // 先行自付
  'over-limit', // 超限价
  'self-paid', // 全自费
]);
export type Part = z.infer<typeof Part>;
export const PARTS = Part.options;

const layerShape = {
  ...cited,
  fund: z
    .enum([...FUNDS, 'hospital'])
    .meta({ description: 'The book that pays, or the hospital itself (医院负担)' }),
  when: When.optional(),
  base: z
    .union([z.literal('in-scope'), z.array(Part).min(1)])
    .default('in-scope')
    .meta({
      description:
        'in-scope: what no layer has taken yet. A list: what the member still bears of these parts; payments reduce them in this order',
    }),
  categories: z
    .array(z.string())
    .min(1)
    .optional()
    .meta({ description: 'With base in-scope: only items of these categories (单行支付)' }),
  firstShare: RatioParameter.optional().meta({
    description: 'Share of the base the member pays before everything else (异地先自付)',
  }),
  deductible: Deductible.optional(),
  ratio: RatioParameter.optional().meta({ description: 'One ratio for the whole; or use bands' }),
  bands: Bands.optional(),
  adjust: z.array(RatioChange).optional(),
  caps: z.array(Cap).optional(),
};

const SharedLayer = z
  .strictObject({ name: z.string().optional(), ...layerShape })
  .refine((l) => (l.ratio === undefined) !== (l.bands === undefined), 'give either ratio or bands');
const Layer = z.union([
  z.strictObject({
    ...cited,
    use: z.string().meta({ description: "A layer of the pack's `layers`, by its key" }),
    when: When.optional(),
  }),
  z
    .strictObject({ id: Name, name: z.string().optional(), ...layerShape })
    .refine((l) => (l.ratio === undefined) !== (l.bands === undefined), 'give either ratio or bands'),
]);

/** A condition on a claim: deny it, send it to a person, or pay part of the benefit. */
const Rule = z
  .strictObject({
    ...cited,
    when: When,
    deny: z.enum(DENIAL_CODES).optional(),
    pend: z.enum(DENIAL_CODES).optional(),
    times: Share.optional().meta({ description: 'Every fund pays this part: 50% while waiting' }),
  })
  .refine(
    (r) => [r.deny, r.pend, r.times].filter((given) => given !== undefined).length === 1,
    'give exactly one of deny, pend, times',
  );

const UtilisationLimit = z
  .strictObject({
    ...cited,
    name: Name,
    when: When.optional(),
    counts: z.enum(['claims', 'amount', 'quantity', 'days-between']).meta({
      description:
        'claims: visits, admissions, deliveries. amount, quantity: of the categories. days-between: least days since the last one, within the year or, per: ever, since whenever it was',
    }),
    categories: z.array(z.string()).min(1).optional(),
    per: Per.default('year'),
    each: Each,
    max: CountParameter.optional().meta({
      description: 'Most claims or units in the period, or least days between two',
    }),
    amount: MoneyParameter.optional().meta({ description: 'Most in-scope yuan in the period' }),
    beyond: z
      .enum(['deny', 'pend', 'member'])
      .default('deny')
      .meta({ description: 'member: the excess is not covered' }),
  })
  .refine(
    (l) =>
      l.counts === 'amount'
        ? l.amount !== undefined && l.max === undefined
        : l.max !== undefined && l.amount === undefined,
    'amount limits give amount, the others max',
  )
  .refine(
    (l) => (l.counts === 'amount' || l.counts === 'quantity') === (l.categories !== undefined),
    'amount and quantity limits name categories, the others do not',
  )
  .refine(
    (l) => l.beyond !== 'member' || l.counts === 'amount' || l.counts === 'quantity',
    'only amounts and quantities have an excess',
  )
  .refine(
    (l) => l.counts !== 'days-between' || l.per === 'year' || l.per === 'ever',
    'days between two are counted within the year, or for ever: per year, per ever',
  );

const Ordinal = z.strictObject({
  counter: Name.default('stays').meta({
    description: 'Counter of the year; benefits that name the same one are counted together',
  }),
  each: Each,
  when: When.optional().meta({ description: 'Only these claims are counted (all have an ordinal)' }),
});

const Transfer = z.enum(['full', 'difference', 'none']);
const Merge = z.strictObject({
  ...cited,
  interim: z.boolean().default(true).meta({ description: 'Mid-way settlements of one stay are one stay' }),
  transfer: z
    .strictObject({
      up: Transfer.default('full'),
      down: Transfer.default('full'),
      level: Transfer.default('full'),
    })
    .optional()
    .meta({
      description: 'On a referral: full a new deductible, difference only what it is higher, none no new one',
    }),
  withinDays: z
    .int()
    .min(0)
    .default(1)
    .meta({ description: 'Most days from the discharge before to this admission' }),
  filedOnly: z.boolean().default(false).meta({ description: 'Only filed referrals are merged' }),
  differenceOf: z
    .enum(['standard', 'paid'])
    .default('standard')
    .meta({ description: 'The difference to the standard before, or to what was really paid of it' }),
  bands: z
    .enum(['continue', 'restart'])
    .default('continue')
    .meta({ description: 'Whether per-stay bands go on where the stay before ended' }),
});

const AccountBucket = z.strictObject({
  balance: z
    .enum(['earlier', 'this-year'])
    .meta({ description: "What is left of earlier years, or this year's credits" }),
  pays: z.array(Part).min(1),
});
const Account = z.strictObject({
  ...cited,
  use: z
    .enum(['on-request', 'always', 'never'])
    .meta({ description: 'on-request: when the claim asks for it' }),
  when: When.optional().meta({ description: 'Only then; otherwise never' }),
  order: z
    .array(AccountBucket)
    .min(1)
    .meta({ description: 'Balances in order, each with the parts it may pay, in order' }),
});

const LineRule = z
  .strictObject({
    ...cited,
    when: LineWhen,
    firstPay: Share.optional().meta({ description: "First-pay share instead of the catalogue's" }),
    selfPaid: z.literal(true).optional().meta({ description: 'Outside the scope here' }),
  })
  .refine(
    (r) => (r.firstPay === undefined) !== (r.selfPaid === undefined),
    'give exactly one of firstPay, selfPaid',
  );

const Lines = z.strictObject({
  ...cited,
  rules: z
    .array(LineRule)
    .optional()
    .meta({ description: 'The first that fits decides; otherwise the catalogue does' }),
  firstPayBase: z
    .enum(['within-limit', 'whole'])
    .default('within-limit')
    .meta({ description: 'First-pay share of the amount within the price limit, or of the whole line' }),
  restricted: z
    .enum(['self-paid', 'pend', 'ignore'])
    .default('self-paid')
    .meta({ description: 'A line outside its restricted use' }),
  takeHomeDaysMax: CountParameter.optional().meta({
    description: 'Discharge drugs beyond so many days of supply are outside the scope',
  }),
  daysSupplyMax: CountParameter.optional().meta({
    description: 'Other lines beyond so many days of supply are outside the scope',
  }),
  quantities: z
    .enum(['pend', 'ignore'])
    .default('pend')
    .meta({ description: 'Quantities above what the catalogue thinks possible' }),
});

const CrossYear = z.enum(['discharge', 'admission', 'split']).meta({
  description:
    'A stay over the end of the year: counted in the year of discharge, of admission, or split by the date of each line',
});

const Total = z.strictObject({
  ...cited,
  atMost: RatioParameter.optional().meta({
    description: 'All funds together pay at most this share; the last layers are cut first',
  }),
  atLeast: RatioParameter.optional().meta({
    description:
      'All funds together pay at least this share (保底), as far as the caps of the fund that tops up let it',
  }),
  of: z.enum(['billed', 'in-scope']).default('in-scope'),
  fund: z.enum(FUNDS).default('pooled').meta({ description: 'The fund that tops up' }),
  when: When.optional(),
});

export const Benefit = z.strictObject({
  ...cited,
  id: Name,
  name: z.string().optional(),
  encounters: z.array(Encounter).min(1),
  when: When.optional(),
  crossYear: CrossYear.optional(),
  rules: z.array(Rule).optional(),
  limits: z.array(UtilisationLimit).optional(),
  ordinal: Ordinal.optional(),
  merge: Merge.optional(),
  layers: z
    .array(Layer)
    .default([])
    .meta({ description: 'In the order in which they pay; none: personal account and cash only' }),
  total: Total.optional(),
  account: Account.optional(),
});

const Source = z.strictObject({
  title: z.string().min(1),
  url: z.string().optional().meta({ description: 'Address, or repository and commit' }),
  tier: z
    .enum(['S', 'A', 'B', 'C', 'D'])
    .meta({ description: 'S seed document, A official, B hospital or newspaper, C portal, D unverified' }),
  note: z.string().optional(),
});

const NOT_A_DAY = 'not a day of every year: write month and day, such as 01-01 or 07-01';

export const Pack = z.strictObject({
  $schema: z.string().optional(),
  area: areaCode,
  name: z.string().min(1),
  scheme: z
    .string()
    .regex(/^\d{3}$/, 'not a scheme: three digits, such as 310')
    .meta({ description: '310 employee, 390 resident, 510 maternity, 340 retired cadres ...' }),
  note: z.string().optional(),
  sources: z.record(z.string(), Source),
  from: date.optional().meta({ description: 'First day of every number that says no other' }),
  source: z.string().optional().meta({ description: 'Source of every number that names no other' }),
  clause: z.string().optional(),
  benefitYear: z
    .strictObject({
      startsOn: z
        .string()
        .regex(/^\d{2}-\d{2}$/, { error: NOT_A_DAY, abort: true })
        .refine((day) => isLocalDate(`2023-${day}`), NOT_A_DAY)
        .default('01-01'),
      crossYear: CrossYear.default('discharge'),
      splitDeductible: z.enum(['continues', 'again']).default('continues').meta({
        description:
          'With split: one deductible for both parts, of the ordinal in the year of admission, or one each',
      }),
      policyOn: z
        .enum(['discharge', 'admission'])
        .default('discharge')
        .meta({ description: 'The day of a stay whose policy applies' }),
    })
    .prefault({}),
  levels: z
    .record(z.string(), z.string())
    .meta({ description: 'Levels of institutions and what they are called' }),
  classes: z.record(z.string(), z.string()).meta({ description: 'Person classes and what they are called' }),
  personClass: z
    .array(z.strictObject({ ...cited, when: When, class: z.string() }))
    .optional()
    .meta({
      description:
        'The first that fits gives the class; otherwise the coverage spell does. Here `class` in `when` is the class of the spell',
    }),
  gapDaysAllowed: z
    .int()
    .min(0)
    .default(0)
    .meta({ description: 'A gap of coverage up to so many days does not interrupt it' }),
  corrections: z
    .strictObject({
      later: z.enum(['lifo', 'resettle']).default('lifo').meta({
        description:
          'A reversal while later settlements stand. lifo: refused when one of them moved the same counters. resettle: the later ones are decided again, in the same entry',
      }),
      order: z.enum(['arrival', 'service-date']).default('arrival').meta({
        description:
          'The order in which claims of a member are decided. service-date: a late claim re-settles what follows it, and a denied one may come to life',
      }),
    })
    .prefault({}),
  rounding: z
    .strictObject({
      mode: z.enum(['half-up', 'down', 'up']).default('half-up'),
      digits: z
        .union([z.literal(0), z.literal(1), z.literal(2)])
        .default(2)
        .meta({ description: 'Decimals of a yuan' }),
      each: z
        .enum(['fund', 'band'])
        .default('fund')
        .meta({ description: "Round each fund's payment once, or each band" }),
    })
    .prefault({}),
  counters: z
    .strictObject({
      prefix: z
        .string()
        .regex(/^[a-z]{1,4}\.$/, 'not a prefix: up to four small letters and a dot, such as r.')
        .optional()
        .meta({ description: 'Keeps the counters of this scheme apart: "r."' }),
      shared: z
        .array(Name)
        .default([])
        .meta({ description: 'Counters that are carried over from and to other schemes all the same' }),
    })
    .prefault({}),
  references: z
    .record(Name, parameter(MoneyText))
    .optional()
    .meta({ description: 'Amounts others are shares or multiples of: the average wage' }),
  rules: z.array(Rule).optional().meta({ description: 'Rules for every benefit of the pack' }),
  lines: Lines.optional(),
  account: Account.optional(),
  layers: z.record(Name, SharedLayer).optional().meta({ description: 'Layers that several benefits use' }),
  benefits: z.array(Benefit).min(1),
});
export type Pack = z.output<typeof Pack>;
export type PackDocument = z.input<typeof Pack>;
export type BenefitDocument = z.output<typeof Benefit>;
export type Cited = {
  from?: string | undefined;
  to?: string | undefined;
  source?: string | undefined;
  clause?: string | undefined;
  note?: string | undefined;
};
