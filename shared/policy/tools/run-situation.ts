// Situations: members, institutions, a catalogue and a sequence of claims in; settlements with explanations out.
// With `expect:` a situation is a test. Offline and pure: packs are handed in, positions live in memory.

import { parse } from 'yaml';
import * as z from 'zod';
import { Claim, ClaimLine, Encounter, OffSite, Referral, STAYS } from '../../claim/claim.ts';
import { areaCode, birthDate, date, diseaseCode, unitPrice } from '../../claim/fields.ts';
import { creditAccount } from '../../ledger/credit-account.ts';
import { EMPTY_POSITION, type MemberFact, type Position } from '../../ledger/position.ts';
import { type Fen, plus, yuan, ZERO } from '../../money/fen.ts';
import type { LocalDate } from '../../time/dates.ts';
import { Catalogue, ItemVersion } from '../../reference/catalogue.ts';
import { Provider, Providers } from '../../reference/providers.ts';
import { compileRelease, type Release } from '../../reference/release.ts';
import { adjudicate, adjudicateBasis } from '../adjudicate.ts';
import { type Adjudication, type Basis, FUNDS, type Payable } from '../adjudication.ts';
import { packDocument } from '../pack/parse.ts';
import { FOR_PEOPLE, readableIssues } from '../pack/readable-issues.ts';
import { Pack, type PackDocument } from '../pack/schema.ts';
import { MoneyText, parseMoney, parsePercent, Percent } from '../pack/values.ts';
import { explainAsText } from './explain-as-text.ts';
import { type Corrections, SituationStream } from './situation-stream.ts';

const FIRST_DAY = '1990-01-01';
const ANY_YEAR = '9999';
const text = z.union([z.string(), z.number()]).transform(String);

/** A member, with everything a situation does not care about left out. */
const Member = z.strictObject({
  scheme: text.optional(),
  class: z.string().optional(),
  born: birthDate.optional(),
  sex: z.enum(['F', 'M']).optional(),
  coverage: z
    .array(z.strictObject({ from: date, to: date.optional(), scheme: text, class: z.string() }))
    .optional(),
  facts: z
    .array(
      z.union([
        z.string(),
        z.strictObject({
          fact: z.string(),
          value: text.optional(),
          from: date.default(FIRST_DAY as LocalDate),
          to: date.optional(),
        }),
      ]),
    )
    .optional(),
  hasAccount: z.boolean().optional(),
  account: z
    .union([
      MoneyText,
      z.strictObject({
        year: text.optional(),
        earlier: MoneyText.default(0),
        thisYear: MoneyText.default(0),
      }),
    ])
    .optional(),
  used: z
    .record(z.string(), z.record(z.string(), z.int()))
    .optional()
    .meta({ description: 'Counters already used: benefit year -> counter -> fen or count' }),
});

const ShortProvider = z.strictObject({
  id: text.optional(),
  name: z.string().default('示例机构'),
  area: areaCode.optional(),
  level: text.default('3'),
  deductibleLevel: text.optional(),
  priceLimitLevel: text.optional(),
  type: Provider.shape.type.default('hospital'),
  creditGrade: z.string().optional(),
  status: z.enum(['designated', 'suspended', 'ended']).default('designated'),
});
const ShortItem = z.strictObject({
  code: text,
  name: z.string().default('示例项目'),
  ...ItemVersion.omit({ from: true, to: true, firstPayBasisPoints: true }).shape,
  priceLimit: z
    .union([text.pipe(unitPrice), z.record(z.string(), text.pipe(unitPrice))])
    .optional()
    .meta({ description: 'Price limit in yuan, or one per price-limit level; "*" for the other levels' }),
  firstPay: Percent.optional(),
  category: z.string().optional(),
  special: z.enum(['exam', 'treatment', 'material', 'drug']).optional(),
  origin: z.enum(['domestic', 'imported', 'joint-venture']).optional(),
});

const Amount = MoneyText.optional();
const Expect = z.strictObject({
  outcome: z.enum(['payable', 'denied', 'pended']).optional(),
  code: z.string().optional().meta({ description: 'Code of the denial, or of one reason to pend' }),
  benefit: z.string().optional(),
  benefitYear: text.optional(),
  billed: Amount,
  selfPaid: Amount,
  overLimit: Amount,
  firstPay: Amount,
  inScope: Amount,
  deductible: Amount,
  account: Amount,
  cash: Amount,
  hospital: Amount,
  funds: Amount.meta({ description: 'All funds together' }),
  person: Amount.meta({ description: 'Account and cash together' }),
  ...Object.fromEntries(FUNDS.map((fund) => [fund, Amount])),
  layers: z
    .record(z.string(), MoneyText)
    .optional()
    .meta({ description: 'What each layer pays, by its id, before a limit on the total' }),
  bands: z
    .record(z.string(), z.array(MoneyText))
    .optional()
    .meta({ description: 'What each band of a layer comes to, by the id of the layer' }),
});
export type Expectation = z.output<typeof Expect>;

const SituationClaim = z
  .strictObject({
    claimNo: text.optional(),
    note: z.string().optional(),
    member: z.string().optional(),
    provider: z.union([text, ShortProvider]).optional(),
    level: text.optional().meta({ description: 'Short for an institution of this level' }),
    encounter: Encounter.default('inpatient'),
    on: date.meta({ description: 'Day of discharge or of service' }),
    admitted: date.optional(),
    interim: z.boolean().optional(),
    diagnoses: z.array(diseaseCode).optional(),
    disease: diseaseCode.optional(),
    referral: Referral.optional(),
    offSite: OffSite.optional(),
    department: z.string().optional(),
    useAccount: z.boolean().optional(),
    reviewed: z.boolean().optional(),
    lines: z
      .array(
        z.strictObject({
          item: text,
          amount: MoneyText,
          quantity: text.optional(),
          price: text.optional(),
          on: date.optional(),
          approval: ClaimLine.shape.approval,
          takeHome: z.boolean().optional(),
          daysSupply: z.int().optional(),
        }),
      )
      .optional(),
    inScope: Amount,
    selfPaid: Amount,
    overLimit: Amount,
    firstPay: Amount,
    expect: Expect.optional(),
  })
  .refine(
    (c) => (c.lines === undefined) !== (c.inScope === undefined),
    'give either lines, or inScope (with selfPaid, overLimit, firstPay)',
  )
  .refine((c) => c.admitted === undefined || c.admitted <= c.on, {
    path: ['admitted'],
    message: 'after the day of discharge (on)',
  });
const Reverse = z.strictObject({
  reverse: text.meta({ description: 'Number of the claim that is taken back' }),
  note: z.string().optional(),
  expect: z
    .strictObject({ code: z.enum(['later-claims-stand-in-the-way', 'nothing-to-reverse']) })
    .optional()
    .meta({ description: 'Left out: the reversal is accepted' }),
});
const Now = z.strictObject({
  now: text.meta({ description: 'Number of a claim above: what it comes to by now' }),
  note: z.string().optional(),
  expect: Expect,
});
const Credit = z.strictObject({ credit: MoneyText, member: z.string().optional(), year: text });

export const Situation = z.strictObject({
  title: z.string(),
  source: z.string().optional().meta({ description: 'Where the expected numbers were published' }),
  note: z.string().optional(),
  packs: z
    .array(z.string())
    .optional()
    .meta({ description: 'Pack files, for runners that can read them: beijing/employee' }),
  pack: z
    .unknown()
    .optional()
    .meta({ description: 'A pack written into the situation itself, or a list of them' }),
  area: areaCode.optional(),
  providers: z.array(z.union([ShortProvider, Provider])).optional(),
  catalogue: z.array(z.union([ShortItem, Catalogue.element])).optional(),
  members: z.record(z.string(), Member).optional(),
  claims: z.array(z.union([SituationClaim, Reverse, Now, Credit])).min(1),
});
export type SituationDocument = z.output<typeof Situation>;
type OneClaim = z.output<typeof SituationClaim>;

export interface Difference {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}
export interface SituationResult {
  readonly claimNo: string;
  readonly adjudication: Adjudication;
  readonly explanation: string;
  readonly differences: readonly Difference[];
}
export interface SituationReport {
  readonly title: string;
  /** No expectation failed. */
  readonly holds: boolean;
  readonly results: readonly SituationResult[];
  /** Positions of the members at the end. */
  readonly positions: Readonly<Record<string, Position>>;
}

/** Reads a situation. Throws a ZodError or a YAML error that says where. */
export function parseSituation(yamlText: string): SituationDocument {
  const result = Situation.safeParse(parse(yamlText), FOR_PEOPLE);
  if (result.success) return result.data;
  throw unreadable(readableIssues(result.error));
}

/** What is wrong with a situation, and where. */
const unreadable = (issues: readonly { readonly path: string; readonly message: string }[]): z.ZodError =>
  new z.ZodError(
    issues.map(({ path, message }) => ({ code: 'custom', path: [path], message, input: undefined })),
  );

/** Runs a situation on packs (documents as parsePackText gives them). Pure. */
export function runSituation(
  situation: SituationDocument | string,
  given: readonly PackDocument[],
): SituationReport {
  const s = typeof situation === 'string' ? parseSituation(situation) : situation;
  const own = s.pack === undefined ? [] : Array.isArray(s.pack) ? s.pack : [s.pack];
  const packs = [...given, ...own.map((document: unknown) => packDocument(document, s.title))];
  const area = s.area ?? packs[0]?.area ?? '000000';
  const release = releaseOf(s, packs, area);
  const correctionsOf = (scheme: string): Corrections =>
    Pack.parse(packs.find((pack) => pack.scheme === scheme)).corrections;
  const streams: Record<string, SituationStream> = {};
  for (const [name, member] of Object.entries(s.members ?? { member: Member.parse({}) }))
    streams[name] = new SituationStream(positionOf(member, packs), correctionsOf);
  const results: SituationResult[] = [];
  const wrong = (i: number, message: string): z.ZodError => unreadable([{ path: `claims[${i}]`, message }]);
  const streamOf = (name: string | undefined, i: number): SituationStream => {
    const found = streams[name ?? Object.keys(streams)[0] ?? ''];
    if (found === undefined)
      throw wrong(
        i,
        name === undefined ? 'the situation has no members' : `the situation has no member "${name}"`,
      );
    return found;
  };
  const streamWith = (claimNo: string): SituationStream | undefined =>
    Object.values(streams).find((stream) => stream.standing(claimNo) !== undefined);
  const result = (claimNo: string, adjudication: Adjudication, expected: Expectation): void => {
    const explanation = explainAsText(adjudication);
    results.push({ claimNo, adjudication, explanation, differences: compare(expected, adjudication) });
  };

  s.claims.forEach((each, i) => {
    if ('reverse' in each) {
      const stream = streamWith(each.reverse);
      const code = stream === undefined ? 'nothing-to-reverse' : stream.reverse(each.reverse);
      if (code !== each.expect?.code)
        throw wrong(
          i,
          `the reversal of "${each.reverse}": expected ${each.expect?.code ?? 'accepted'}, found ${code ?? 'accepted'}`,
        );
      return;
    }
    if ('now' in each) {
      const standing = streamWith(each.now)?.standing(each.now);
      if (standing === undefined) throw wrong(i, `nothing stands under "${each.now}" by now`);
      result(`${each.now} now`, standing, each.expect);
      return;
    }
    if ('credit' in each) {
      const amount = parseMoney(each.credit) ?? ZERO;
      streamOf(each.member, i).change((position) => credited(position, amount, each.year));
      return;
    }
    const claimNo = each.claimNo ?? `C${i + 1}`;
    if (!['denied', undefined].includes(streamWith(claimNo)?.standing(claimNo)?.outcome))
      throw wrong(i, `a claim "${claimNo}" stands already: reverse it, or give this one another number`);
    const adjudication = streamOf(each.member, i).settle({
      claimNo,
      servedOn: each.on,
      decide: (position, reviewed) =>
        settleOne(reviewed ? { ...each, reviewed } : each, i, claimNo, position, release, area),
    });
    result(claimNo, adjudication, each.expect ?? {});
  });
  return {
    title: s.title,
    holds: results.every(({ differences }) => differences.length === 0),
    results,
    positions: Object.fromEntries(Object.entries(streams).map(([name, { position }]) => [name, position])),
  };
}

/** The differences as a person reads them; empty when everything holds. */
export const differencesText = (report: SituationReport): string =>
  report.results
    .flatMap(({ claimNo, differences, explanation }) =>
      differences.length === 0
        ? []
        : [
            `${report.title} · ${claimNo}`,
            ...differences.map((d) => `  ${d.what}: expected ${d.expected}, found ${d.found}`),
            explanation.replace(/^/gm, '    '),
          ],
    )
    .join('\n');

function settleOne(
  claim: OneClaim,
  index: number,
  claimNo: string,
  position: Position,
  release: Release,
  area: string,
): Adjudication {
  const providerId = providerIdOf(claim);
  const stay = STAYS.has(claim.encounter);
  const optional = {
    ...(claim.interim !== undefined && { interim: claim.interim }),
    ...(claim.diagnoses && { diagnoses: claim.diagnoses }),
    ...(claim.disease !== undefined && { chronicDisease: claim.disease }),
    ...(claim.referral && { referral: claim.referral }),
    ...(claim.offSite && { offSite: claim.offSite }),
    ...(claim.department !== undefined && { departmentCode: claim.department }),
    ...(claim.useAccount !== undefined && { useAccount: claim.useAccount }),
    ...(stay ? { admittedOn: claim.admitted ?? claim.on, dischargedOn: claim.on } : { servedOn: claim.on }),
  };
  const header = { claimNo, providerId, encounter: claim.encounter, ...optional };
  const context = { area, ...(claim.reviewed !== undefined && { reviewed: claim.reviewed }) };
  if (claim.lines !== undefined) {
    const lines = claim.lines.map((line, i) => ({
      lineNo: i + 1,
      itemCode: line.item,
      quantity: line.quantity ?? '1',
      unitPrice: line.price ?? yuan(fenOf(line.amount)),
      amountFen: fenOf(line.amount),
      servedOn: line.on ?? claim.on,
      ...(line.approval !== undefined && { approval: line.approval }),
      ...(line.takeHome !== undefined && { takeHome: line.takeHome }),
      ...(line.daysSupply !== undefined && { daysSupply: line.daysSupply }),
    }));
    const billedFen = lines.reduce((sum, { amountFen }) => sum + amountFen, 0);
    const { providerId: _, ...posted } = { ...header, memberId: 'SITUATION', billedFen, lines };
    const read = Claim.safeParse(posted);
    if (!read.success) throw unreadableClaim(index, read.error);
    const { memberId: _member, ...checked } = read.data;
    return adjudicate({ ...checked, providerId }, position, release, context);
  }
  const basis: Basis = {
    selfPaid: fenOf(claim.selfPaid),
    overLimit: fenOf(claim.overLimit),
    firstPay: fenOf(claim.firstPay),
    inScope: fenOf(claim.inScope),
  };
  const billedFen = (basis.selfPaid + basis.overLimit + basis.firstPay + basis.inScope) as Fen;
  return adjudicateBasis({ ...header, billedFen }, basis, position, release, context);
}

/** What a claim as posted calls what a situation calls otherwise. */
const AS_WRITTEN: Readonly<Record<string, string>> = {
  chronicDisease: 'disease',
  departmentCode: 'department',
  billedFen: 'lines',
  itemCode: 'item',
  amountFen: 'amount',
  unitPrice: 'price',
  servedOn: 'on',
};
const unreadableClaim = (index: number, error: z.ZodError): z.ZodError =>
  unreadable(
    readableIssues(error).map(({ path, message }) => ({
      path: `claims[${index}].${path.replace(/\w+/g, (name) => AS_WRITTEN[name] ?? name)}`,
      message,
    })),
  );

const fenOf = (amount: string | number = 0): Fen => parseMoney(amount) ?? ZERO;

function compare(expected: Expectation, found: Adjudication): Difference[] {
  const differences: Difference[] = [];
  const differs = (what: string, want: string | number | undefined, got: string | number): void => {
    if (want !== undefined && String(want) !== String(got))
      differences.push({ what, expected: String(want), found: String(got) });
  };
  const { outcome, code, benefit, benefitYear, funds, person, layers, bands, ...amounts } = expected;
  const asksMoney = [benefit, benefitYear, funds, person, layers, bands, ...Object.values(amounts)].some(
    (value) => value !== undefined,
  );
  differs('outcome', outcome ?? (code === undefined && asksMoney ? 'payable' : undefined), found.outcome);
  if (code !== undefined) {
    const codes =
      found.outcome === 'denied'
        ? [found.denial.code]
        : found.outcome === 'pended'
          ? found.reasons.map((reason) => reason.code)
          : ['none'];
    if (!codes.includes(code)) differs('code', code, codes.join(', '));
  }
  if (found.outcome !== 'payable') return differences;
  differs('benefit', benefit, found.benefit);
  differs('benefitYear', benefitYear, found.benefitYear);
  const money = (what: string, want: string | number | undefined, got: number): void =>
    differs(what, want === undefined ? undefined : yuan(fenOf(want)), yuan(got as Fen));
  const paid = found.amounts.funds;
  money(
    'funds',
    funds,
    Object.values(paid).reduce((sum, amount) => sum + amount, 0),
  );
  money('person', person, found.amounts.account + found.amounts.cash);
  for (const [name, want] of Object.entries(amounts)) {
    money(name, want, name in found.amounts ? found.amounts[name as 'cash'] : (paid[name as 'pooled'] ?? 0));
  }
  for (const [id, want] of Object.entries(layers ?? {})) money(`layer ${id}`, want, layerPaid(found, id));
  for (const [id, wanted] of Object.entries(bands ?? {})) {
    const steps = found.steps.filter((step) => step.rule === 'bands' && step.of === id);
    wanted.forEach((want, i) => money(`band ${i + 1} of ${id}`, want, steps[i]?.amountOut ?? 0));
  }
  return differences;
}

/** What a layer pays: its bands, or its cap where that was reached. */
function layerPaid({ steps }: Payable, id: string): number {
  const capped = steps.find((step) => step.rule === 'cap' && step.facts?.['layer'] === id);
  if (capped !== undefined) return capped.amountOut;
  return steps
    .filter((step) => step.rule === 'bands' && step.of === id)
    .reduce((sum, step) => sum + step.amountOut, 0);
}

const providerIdOf = (claim: OneClaim): string =>
  typeof claim.provider === 'string'
    ? claim.provider
    : claim.provider !== undefined
      ? (claim.provider.id ?? `P${shortHash(JSON.stringify(claim.provider))}`)
      : `L${shortHash(claim.level ?? '3')}`;

/** A short id made of what it stands for. */
const shortHash = (content: string): string =>
  Array.from(content)
    .reduce((hash, letter) => (Math.imul(hash, 31) + letter.codePointAt(0)!) >>> 0, 7)
    .toString(36);

function releaseOf(s: SituationDocument, packs: readonly PackDocument[], area: string): Release {
  const providers = new Map<string, z.input<typeof Provider>>();
  const register = (short: z.output<typeof ShortProvider>, id: string): void => {
    const { name, level, deductibleLevel, priceLimitLevel, type, creditGrade, status } = short;
    providers.set(id, {
      id,
      name,
      area: short.area ?? area,
      type,
      history: [
        {
          from: FIRST_DAY,
          status,
          level,
          ...(deductibleLevel && { deductibleLevel }),
          ...(priceLimitLevel && { priceLimitLevel }),
          ...(creditGrade && { creditGrade }),
        },
      ],
    });
  };
  for (const provider of s.providers ?? []) {
    if ('history' in provider) providers.set(provider.id, provider);
    else register(provider, provider.id ?? 'P1');
  }
  for (const claim of s.claims) {
    if (!('on' in claim)) continue;
    const id = providerIdOf(claim);
    if (typeof claim.provider === 'object') register(claim.provider, id);
    else if (!providers.has(id) && claim.provider === undefined)
      register(ShortProvider.parse({ level: claim.level ?? '3' }), id);
  }
  const catalogue = (s.catalogue ?? []).map((item) => {
    if ('versions' in item) return item;
    const { code, name, category, special, origin, firstPay, ...version } = item;
    return {
      code,
      name,
      ...(category !== undefined && { category }),
      ...(special && { special }),
      ...(origin && { origin }),
      versions: [
        {
          from: FIRST_DAY,
          ...version,
          ...(firstPay !== undefined && { firstPayBasisPoints: parsePercent(firstPay) ?? 0 }),
        },
      ],
    };
  });
  return compileRelease({
    id: 'situation',
    packs: [...packs],
    catalogue,
    providers: [...providers.values()] as z.input<typeof Providers>,
  });
}

function positionOf(member: z.output<typeof Member>, packs: readonly PackDocument[]): Position {
  const pack = packs.find(({ scheme }) => scheme === member.scheme) ?? packs[0];
  const scheme = member.scheme ?? pack?.scheme ?? '310';
  const personClass = member.class ?? Object.keys(pack?.classes ?? {})[0] ?? 'active';
  const coverage = member.coverage?.map(({ class: its, ...spell }) => ({ ...spell, personClass: its })) ?? [
    { from: FIRST_DAY as LocalDate, scheme, personClass },
  ];
  const facts = member.facts?.map((fact): MemberFact => {
    if (typeof fact !== 'string') return fact as MemberFact;
    const [name = '', value] = fact.split('=');
    return { fact: name, ...(value !== undefined && { value }), from: FIRST_DAY as LocalDate };
  });
  const account = member.account;
  const balance =
    account === undefined
      ? undefined
      : typeof account === 'object'
        ? account
        : { thisYear: account, earlier: 0 };
  return {
    ...EMPTY_POSITION,
    enrolment: {
      hasAccount: member.hasAccount ?? account !== undefined,
      coverage: coverage as NonNullable<Position['enrolment']>['coverage'],
      // An adult, where a situation does not care: a policy that asks for an unknown age sends the claim to a person.
      born: member.born ?? ('1980-01-01' as LocalDate),
      ...(member.sex && { sex: member.sex }),
      ...(facts && { facts }),
    },
    ...(balance && {
      account: {
        year: ('year' in balance ? balance.year : undefined) ?? ANY_YEAR,
        thisYear: fenOf(balance.thisYear),
        earlier: fenOf(balance.earlier),
      },
    }),
    years: member.used ?? {},
  };
}

/** As the ledger credits an account; a balance that names no year is always this year's. */
const credited = (position: Position, amount: Fen, year: string): Position => {
  const { account } = position;
  return account?.year === ANY_YEAR
    ? { ...position, account: { ...account, thisYear: plus(account.thisYear, amount) } }
    : creditAccount(position, amount, `${year}-01-01` as LocalDate);
};
