// Every kind of claim that a pack can tell apart: from the selectors of one benefit, the values that matter for each
// key, and claims built from them that the real engine can settle. For checking packs; nothing here is a rule.

import { type ClaimHeader, OffSite, Referral, STAYS } from '../../claim/claim.ts';
import { EMPTY_POSITION, type MemberFact, type Position } from '../../ledger/position.ts';
import { AMOUNT_FEN_MAX, ZERO } from '../../money/fen.ts';
import { addDays, type LocalDate } from '../../time/dates.ts';
import { type CompiledProvider, Provider, type ProviderOn } from '../../reference/providers.ts';
import type { Release } from '../../reference/release.ts';
import type { CompiledPack } from '../pack/compile.ts';
import type { BenefitOn, PolicyOn } from '../pack/resolve.ts';
import { isFlagKey, isMoneyKey, isNumberKey, listOf, type Selector } from '../pack/selector.ts';
import { parseMoney, parseRange } from '../pack/values.ts';
import { eligibility, isDenial } from '../rules/eligibility.ts';

/** One value for every key that matters: `{ class: retired, level: "3", ordinal: "2" }`. */
export type Profile = Readonly<Record<string, string>>;

/** More combinations than this are not tried; the check says so. */
export const PROFILES_MAX = 4_000;

/** Keys that a profile can set. Sums of money are varied by the check itself. */
const SETTABLE = new Set([
  'class',
  'sex',
  'level',
  'hospitalLevel',
  'priceLimitLevel',
  'providerType',
  'creditGrade',
  'encounter',
  'referral',
  'offSite',
  'fromLevel',
  'fromProviderType',
  'department',
  'disease',
  'diagnosis',
  'principalDiagnosis',
  'careArea',
  'age',
  'ordinal',
  'days',
  'referralFiled',
  'offSiteFiled',
  'hasAccount',
  'diseaseFiled',
  'interim',
  'fact',
]);

export interface Profiles {
  readonly profiles: readonly Profile[];
  /** Whether there were too many to list. */
  readonly truncated: boolean;
  /** Bills at which what the pack asks of them changes its answer, in fen and in order. */
  readonly amounts: readonly number[];
}

/** All profiles of a benefit, the plainest first. */
export function profilesOf(policy: PolicyOn, benefit: BenefitOn): Profiles {
  const values = new Map<string, Set<string>>();
  const add = (key: string, value: string): void => {
    if (SETTABLE.has(key)) values.set(key, (values.get(key) ?? new Set()).add(value));
  };
  for (const [key, value] of [...selectorsIn(benefit), ...selectorsIn(policy.rules)].flatMap(askedOf)) {
    if (isFlagKey(key)) ['false', 'true'].forEach((flag) => add(key, flag));
    else if (isNumberKey(key)) {
      for (const n of edgesOf(value)) if (n >= (key === 'age' ? 0 : 1) && n < 1_000) add(key, String(n));
    } else listOf(value).forEach((text) => add(key, text));
  }
  for (const { deductible } of benefit.layers) {
    const every = deductible?.everyDays;
    if (every !== undefined) for (const days of [every, every + 1]) add('days', String(days));
  }
  const levels = Object.keys(policy.pack.levels);
  for (const [key, words] of Object.entries({ ...OTHERS, hospitalLevel: levels, priceLimitLevel: levels })) {
    const named = values.get(key);
    const other = words.find((word) => named?.has(word) === false);
    if (other !== undefined) named!.add(other);
  }
  if (values.has('class')) values.set('class', new Set(Object.keys(policy.pack.classes)));
  if (values.has('level')) values.set('level', new Set(levels));
  if (values.has('careArea')) values.get('careArea')!.add(policy.pack.area);
  values.set(
    'encounter',
    new Set(values.has('encounter') ? benefit.encounters : benefit.encounters.slice(0, 1)),
  );

  let profiles: Profile[] = [{}];
  let truncated = false;
  for (const [key, set] of values) {
    profiles = profiles.flatMap((profile) => [...set].map((value) => ({ ...profile, [key]: value })));
    if (profiles.length > PROFILES_MAX) {
      profiles = profiles.slice(0, PROFILES_MAX);
      truncated = true;
    }
  }
  return { profiles, truncated, amounts: amountsAsked(policy, benefit) };
}

/** Which benefit a claim comes to is asked of the others too. */
function amountsAsked(policy: PolicyOn, benefit: BenefitOn): number[] {
  const selectors = [benefit, policy.rules, policy.benefits.map(({ when }) => ({ when }))].flatMap(
    selectorsIn,
  );
  const amounts = selectors
    .flatMap(askedOf)
    .flatMap(([key, value]) => (isMoneyKey(key) ? edgesOf(value, parseMoney) : []))
    .filter((amount) => amount > 1 && amount < AMOUNT_FEN_MAX);
  return [...new Set(amounts)].sort((a, b) => a - b);
}

/** What a selector asks, whatever it is nested in. */
const askedOf = (selector: Selector): (readonly [key: string, value: unknown])[] =>
  Object.entries(selector).flatMap(([key, value]) => {
    if (value === undefined) return [];
    if (key === 'any' || key === 'all') return (value as Selector[]).flatMap(askedOf);
    return key === 'not' ? askedOf(value as Selector) : [[key, value] as const];
  });

/** The last numbers inside of ranges, and the first ones outside. */
const edgesOf = (ranges: unknown, read?: (end: string) => number | undefined): number[] =>
  listOf(ranges).flatMap((text) => {
    const { from, to } = parseRange(text, read)!;
    return [from - 1, from, to, to + 1];
  });

/** What "something else" may be where a pack names words of a key, the plainest first: the first that it does not name. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  sex: ['F', 'M'],
  providerType: Provider.shape.type.options,
  creditGrade: [''],
  referral: ['none', ...Referral.shape.direction.options],
  offSite: ['none', ...OffSite.shape.reason.options],
  fromLevel: [''],
  fromProviderType: [''],
  department: [''],
  disease: ['OTHER'],
  diagnosis: ['OTHER'],
  principalDiagnosis: ['OTHER'],
  careArea: ['990000'],
  fact: [''],
};

/** All selectors under a resolved block, wherever they stand. */
function selectorsIn(node: unknown): Selector[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'when' && Array.isArray(value) ? (value as Selector[]) : selectorsIn(value),
  );
}

/** A claim and a member that fit a profile, and a release that knows the institution. */
export interface Staged {
  readonly header: Omit<ClaimHeader, 'billedFen'>;
  readonly position: Position;
  readonly release: Release;
}

export function stage(pack: CompiledPack, benefit: BenefitOn, profile: Profile, on: string): Staged {
  const staged: Staged = {
    header: headerOf(pack, benefit, profile, on),
    position: positionOf(pack, profile, on),
    release: releaseOf(pack, profile),
  };
  const ordinal = Number(profile['ordinal'] ?? 1);
  if (ordinal === 1) return staged;
  // The engine itself says under which counter, of which year, it will look for those before.
  const eligible = eligibility(
    { ...staged.header, billedFen: ZERO },
    staged.position,
    staged.release,
    pack.area,
  );
  if (isDenial(eligible) || eligible.benefit.ordinal === undefined) return staged;
  const counter = eligible.benefit.ordinal.counter.key(eligible.c);
  return {
    ...staged,
    position: { ...staged.position, years: { [eligible.year]: { [counter]: ordinal - 1 } } },
  };
}

const SINCE = '1990-01-01' as LocalDate;
const careAreaOf = (pack: CompiledPack, profile: Profile): string =>
  (profile['careArea'] ?? pack.area).padEnd(6, '0');
const cameFrom = (profile: Profile): boolean => Boolean(profile['fromLevel'] || profile['fromProviderType']);
/** Where a pack asks only whether something is filed, there is something to file. */
const filable = (profile: Profile, key: string, filedKey: string, otherwise: string): string | undefined =>
  profile[key] ?? (profile[filedKey] === undefined ? undefined : otherwise);
const diseaseOf = (profile: Profile): string | undefined =>
  filable(profile, 'disease', 'diseaseFiled', 'OTHER');

function headerOf(pack: CompiledPack, benefit: BenefitOn, profile: Profile, on: string): Staged['header'] {
  const encounter = (profile['encounter'] ?? benefit.encounters[0]!) as ClaimHeader['encounter'];
  const day = on as LocalDate;
  const disease = diseaseOf(profile);
  const referral =
    filable(profile, 'referral', 'referralFiled', 'up') ?? (cameFrom(profile) ? 'level' : 'none');
  const offSite = filable(profile, 'offSite', 'offSiteFiled', 'referred') ?? 'none';
  const diagnoses = [profile['principalDiagnosis'], profile['diagnosis']].filter(
    (code) => code !== undefined,
  );
  return {
    claimNo: 'CHECK',
    providerId: 'CHECK',
    encounter,
    ...(STAYS.has(encounter)
      ? { admittedOn: addDays(day, -Number(profile['days'] ?? 5)), dischargedOn: day }
      : { servedOn: day }),
    ...(diagnoses.length > 0 && { diagnoses }),
    ...(disease !== undefined && { chronicDisease: disease }),
    ...(profile['department'] && { departmentCode: profile['department'] }),
    ...(profile['interim'] === 'true' && { interim: true }),
    ...((referral !== 'none' || cameFrom(profile)) && {
      referral: {
        direction: referral as 'up',
        filed: profile['referralFiled'] !== 'false',
        ...(cameFrom(profile) && { fromProviderId: 'FROM' }),
      },
    }),
    ...(offSite !== 'none' && {
      offSite: {
        areaCode: careAreaOf(pack, profile),
        reason: offSite as 'referred',
        filed: profile['offSiteFiled'] !== 'false',
      },
    }),
  };
}

function positionOf(pack: CompiledPack, profile: Profile, on: string): Position {
  const facts: MemberFact[] = [];
  if (profile['fact']) {
    const [fact = '', value] = profile['fact'].split('=');
    facts.push({ fact, ...(value !== undefined && { value }), from: SINCE });
  }
  const disease = diseaseOf(profile);
  if (disease !== undefined && profile['diseaseFiled'] !== 'false')
    facts.push({ fact: 'chronic-disease', value: disease, from: SINCE });
  return {
    ...EMPTY_POSITION,
    enrolment: {
      born: `${Number(on.slice(0, 4)) - Number(profile['age'] ?? 40)}-01-01` as LocalDate,
      sex: (profile['sex'] ?? 'F') as 'F',
      hasAccount: profile['hasAccount'] === 'true',
      coverage: [
        {
          from: SINCE,
          scheme: pack.scheme,
          personClass: profile['class'] ?? Object.keys(pack.pack.classes)[0] ?? '',
        },
      ],
      facts,
    },
  };
}

function releaseOf(pack: CompiledPack, profile: Profile): Release {
  const level = profile['level'] ?? Object.keys(pack.pack.levels)[0] ?? '';
  const providerOn: ProviderOn = {
    status: 'designated',
    level: profile['hospitalLevel'] ?? level,
    deductibleLevel: level,
    priceLimitLevel: profile['priceLimitLevel'] ?? level,
    creditGrade: profile['creditGrade'],
    from: SINCE,
    to: undefined,
  };
  const provider: CompiledProvider = {
    id: 'CHECK',
    name: 'check',
    area: careAreaOf(pack, profile),
    type: (profile['providerType'] ?? 'hospital') as CompiledProvider['type'],
    on: () => providerOn,
  };
  const fromOn = { ...providerOn, deductibleLevel: profile['fromLevel'] ?? '' };
  const from = {
    ...provider,
    type: (profile['fromProviderType'] || 'hospital') as 'hospital',
    on: () => fromOn,
  };
  return {
    id: 'check',
    policy: () => [pack],
    provider: (id) => (id === 'FROM' ? from : provider),
    item: () => undefined,
    areas: [pack.area],
    itemCount: 0,
  };
}

/** A profile as people read it. */
export const profileText = (profile: Profile): string =>
  Object.entries(profile)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
