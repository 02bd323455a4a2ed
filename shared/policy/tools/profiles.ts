// Every kind of claim that a pack can tell apart: from the selectors of one benefit, the values that matter for each
// key, and claims built from them that the real engine can settle. For checking packs; nothing here is a rule.

import { STAYS } from '../../claim/claim.ts';
import { EMPTY_POSITION, type MemberFact, type Position } from '../../ledger/position.ts';
import { addDays, type LocalDate } from '../../time/dates.ts';
import type { CompiledProvider, ProviderOn } from '../../reference/providers.ts';
import type { Release } from '../../reference/release.ts';
import type { ClaimHeader } from '../../claim/claim.ts';
import type { CompiledPack } from '../pack/compile.ts';
import type { BenefitOn, PolicyOn } from '../pack/resolve.ts';
import { isFlagKey, isNumberKey, listOf, type Selector } from '../pack/selector.ts';
import { parseRange } from '../pack/values.ts';
import { benefitYearOf } from '../rules/eligibility.ts';

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

/** All profiles of a benefit, the plainest first, and whether there were too many to list. */
export function profilesOf(
  policy: PolicyOn,
  benefit: BenefitOn,
): { readonly profiles: readonly Profile[]; readonly truncated: boolean } {
  const values = new Map<string, Set<string>>();
  const add = (key: string, value: string): void => {
    if (SETTABLE.has(key)) values.set(key, (values.get(key) ?? new Set()).add(value));
  };
  const visit = (selector: Selector): void => {
    for (const [key, value] of Object.entries(selector)) {
      if (value === undefined) continue;
      if (key === 'any' || key === 'all') (value as Selector[]).forEach(visit);
      else if (key === 'not') visit(value as Selector);
      else if (isFlagKey(key)) ['false', 'true'].forEach((flag) => add(key, flag));
      else if (isNumberKey(key)) {
        for (const text of listOf(value)) {
          const { from, to } = parseRange(text)!;
          for (const n of [from - 1, from, to, to + 1])
            if (n >= (key === 'age' ? 0 : 1) && n < 1_000) add(key, String(n));
        }
      } else listOf(value).forEach((text) => add(key, text));
    }
  };
  selectorsIn(benefit).forEach(visit);
  for (const { deductible } of benefit.layers) {
    const every = deductible?.everyDays;
    if (every !== undefined) for (const days of [every, every + 1]) add('days', String(days));
  }
  selectorsIn(policy.rules).forEach(visit);
  for (const [key, other] of OTHERS) if (values.has(key)) values.get(key)!.add(other);
  if (values.has('class') || Object.keys(policy.pack.classes).length === 1)
    values.set('class', new Set(Object.keys(policy.pack.classes)));
  if (values.has('fromLevel'))
    Object.keys(policy.pack.levels).forEach((level) => values.get('fromLevel')!.add(level));
  if (values.has('level')) values.set('level', new Set(Object.keys(policy.pack.levels)));
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
  return { profiles, truncated };
}

/** A value that no selector names, for keys where "something else" is a case of its own. */
const OTHERS: readonly (readonly [string, string])[] = [
  ['providerType', 'hospital'],
  ['creditGrade', ''],
  ['referral', 'none'],
  ['offSite', 'none'],
  ['fromLevel', ''],
  ['fromProviderType', ''],
  ['department', ''],
  ['disease', 'OTHER'],
  ['diagnosis', 'OTHER'],
  ['principalDiagnosis', 'OTHER'],
  ['careArea', '990000'],
  ['fact', ''],
  ['sex', 'F'],
];

/** All selectors under a resolved block, wherever they stand. */
function selectorsIn(node: unknown): Selector[] {
  if (Array.isArray(node)) return node.flatMap(selectorsIn);
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

export function stage(
  pack: CompiledPack,
  benefit: BenefitOn,
  profile: Profile,
  on: string,
  counterOfOrdinal: string | undefined,
): Staged {
  const encounter = (profile['encounter'] ?? benefit.encounters[0]!) as ClaimHeader['encounter'];
  const day = on as LocalDate;
  const stay = STAYS.has(encounter);
  const level = profile['level'] ?? Object.keys(pack.pack.levels)[0] ?? '';
  const offSite = profile['offSite'] ?? (profile['offSiteFiled'] === undefined ? 'none' : 'referred');
  const careArea = (profile['careArea'] ?? pack.area).padEnd(6, '0');
  const cameFrom = Boolean(profile['fromLevel'] || profile['fromProviderType']);
  const diagnosis = profile['principalDiagnosis'] ?? profile['diagnosis'];
  const header: Staged['header'] = {
    claimNo: 'CHECK',
    providerId: 'CHECK',
    encounter,
    ...(stay
      ? { admittedOn: addDays(day, -Number(profile['days'] ?? 5)), dischargedOn: day }
      : { servedOn: day }),
    ...(diagnosis !== undefined && { diagnoses: [diagnosis] }),
    ...(profile['disease'] !== undefined && { chronicDisease: profile['disease'] }),
    ...(profile['department'] && { departmentCode: profile['department'] }),
    ...(profile['interim'] === 'true' && { interim: true }),
    ...(((profile['referral'] ?? 'none') !== 'none' || cameFrom) && {
      referral: {
        direction: (profile['referral'] ?? 'level') as 'up',
        filed: profile['referralFiled'] !== 'false',
        ...(cameFrom && { fromProviderId: 'FROM' }),
      },
    }),
    ...(offSite !== 'none' && {
      offSite: {
        areaCode: careArea,
        reason: offSite as 'referred',
        filed: profile['offSiteFiled'] !== 'false',
      },
    }),
  };
  const facts: MemberFact[] = [];
  const since = '1990-01-01' as LocalDate;
  if (profile['fact']) {
    const [fact = '', value] = profile['fact'].split('=');
    facts.push({ fact, ...(value !== undefined && { value }), from: since });
  }
  if (profile['disease'] !== undefined && profile['diseaseFiled'] !== 'false')
    facts.push({ fact: 'chronic-disease', value: profile['disease'], from: since });
  const ordinal = Number(profile['ordinal'] ?? 1);
  const age = Number(profile['age'] ?? 40);
  const year = benefitYearOf(on, pack.pack.benefitYear.startsOn);
  const providerOn: ProviderOn = {
    status: 'designated',
    level: profile['hospitalLevel'] ?? level,
    deductibleLevel: level,
    priceLimitLevel: profile['priceLimitLevel'] ?? level,
    creditGrade: profile['creditGrade'],
    from: since,
    to: undefined,
  };
  const provider: CompiledProvider = {
    id: 'CHECK',
    name: 'check',
    area: careArea,
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
    header,
    position: {
      ...EMPTY_POSITION,
      enrolment: {
        born: `${Number(on.slice(0, 4)) - age}-01-01` as LocalDate,
        sex: (profile['sex'] ?? 'F') as 'F',
        hasAccount: profile['hasAccount'] === 'true',
        coverage: [
          {
            from: since,
            scheme: pack.scheme,
            personClass: profile['class'] ?? Object.keys(pack.pack.classes)[0] ?? '',
          },
        ],
        facts,
      },
      years:
        ordinal > 1 && counterOfOrdinal !== undefined ? { [year]: { [counterOfOrdinal]: ordinal - 1 } } : {},
    },
    release: {
      id: 'check',
      policy: () => [pack],
      provider: (id) => (id === 'FROM' ? from : provider),
      item: () => undefined,
      areas: [pack.area],
      itemCount: 0,
    },
  };
}

/** A profile as people read it. */
export const profileText = (profile: Profile): string =>
  Object.entries(profile)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
