// What is wrong with a pack before a claim meets it: what does not compile, gaps, overlaps, non-monotone results,
// caps that never bind, dates that leave a hole. Complete over whole fen, not sampled: for every kind of claim the
// pack can tell apart, the amounts at which the computation changes its course are found by bisection; between two of
// them every fund pays along a rounded, non-falling line, so its ends say everything. The person bears what the funds
// leave: where several round up at one fen, that is a fen less for each but one, which is rounding and not looked for.

import { AMOUNT_FEN_MAX, type Fen, yuanForPeople } from '../../money/fen.ts';
import { applyEffects } from '../../ledger/apply-effects.ts';
import type { Effects } from '../../ledger/position.ts';
import { adjudicateBasis } from '../adjudicate.ts';
import type { Adjudication, Amounts, Basis } from '../adjudication.ts';
import { type CompiledPack, compilePack } from '../pack/compile.ts';
import { PackError } from '../pack/pack-error.ts';
import { checkPackDocument } from '../pack/parse.ts';
import {
  type BenefitOn,
  type Case,
  type Cases,
  NO_LIMIT,
  type PolicyOn,
  resolveOn,
  UNKNOWN,
} from '../pack/resolve.ts';
import { isNumberKey, isPrefixKey, isWordKey, listOf, type Selector } from '../pack/selector.ts';
import { parseRange } from '../pack/values.ts';
import { eligibility, isDenial } from '../rules/eligibility.ts';
import { isCase } from './policy-rows.ts';
import { type Profile, profilesOf, profileText, type Staged, stage } from './profiles.ts';

export interface Finding {
  /** error: the pack must not be published; warning: look at it; note: known and declared. */
  readonly severity: 'error' | 'warning' | 'note';
  readonly kind:
    | 'does-not-compile'
    | 'gap'
    | 'unknown'
    | 'overlap'
    | 'never-applies'
    | 'fund-pays-less'
    | 'person-pays-less'
    | 'unreachable-cap'
    | 'date-hole'
    | 'not-all-checked'
    | 'unverified-source';
  /** Where in the pack. */
  readonly where: string;
  readonly message: string;
  /** First day of the period in which it shows. */
  readonly on?: string;
  /** The smallest example. */
  readonly example?: string;
}

/** Checks a pack document. No findings of severity `error` means it may be published. Pure. */
export function checkPack(document: unknown): Finding[] {
  let pack: CompiledPack;
  try {
    pack = compilePack(checkPackDocument(document));
  } catch (error) {
    if (!(error instanceof PackError)) throw error;
    return error.issues.map(({ path, message, on }) => ({
      severity: 'error',
      kind: 'does-not-compile',
      where: path,
      message,
      ...(on !== undefined && { on }),
    }));
  }
  const findings: Finding[] = [];
  const periods = pack.days.map((on) => ({ on, policy: resolveOn(pack.pack, on) }));
  findings.push(...dateHoles(periods));
  for (const { on, policy } of periods) {
    findings.push(...staticFindings(policy, on));
    for (const benefit of policy.benefits) findings.push(...benefitFindings(pack, policy, benefit, on));
  }
  findings.push(...tierFindings(pack));
  return unique(findings);
}

/** The first of findings that say the same of the same place. */
function unique(findings: readonly Finding[]): Finding[] {
  const first = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${finding.kind} ${finding.where} ${finding.message}`;
    if (!first.has(key)) first.set(key, finding);
  }
  return [...first.values()];
}

// What can be seen without computing anything.

function staticFindings(policy: PolicyOn, on: string): Finding[] {
  const findings: Finding[] = [];
  const neverApplies = (where: string, other: string): Finding => ({
    severity: 'warning',
    kind: 'never-applies',
    where,
    message: `never counts: ${other} always comes first`,
    on,
  });
  policy.benefits.forEach((later, i) => {
    const before = policy.benefits
      .slice(0, i)
      .find(
        (earlier) =>
          later.encounters.every((encounter) => earlier.encounters.includes(encounter)) &&
          covers(earlier, later),
      );
    if (before !== undefined) findings.push(neverApplies(later.id, before.id));
  });
  const { pack: _pack, ...said } = policy;
  for (const cases of allCases(said)) {
    cases.forEach((later, i) => {
      const where = later.citations[0]?.parameter ?? '';
      for (const earlier of cases.slice(0, i)) {
        const other = earlier.citations[0]?.parameter ?? '';
        if (covers(earlier, later)) findings.push(neverApplies(where, other));
        else if (later.ofTable && meet(earlier, later)) {
          findings.push({
            severity: 'error',
            kind: 'overlap',
            where,
            message: `overlaps with ${other}`,
            on,
            example: profileText(meetingPoint(earlier, later)),
          });
        }
      }
    });
  }
  return findings;
}

/** Every list of cases under a resolved block. */
function allCases(node: unknown): Cases<number>[] {
  if (Array.isArray(node)) return isCase(node[0]) ? [node as Cases<number>] : node.flatMap(allCases);
  if (typeof node !== 'object' || node === null) return [];
  return Object.values(node).flatMap(allCases);
}

type Conditional = Pick<Case<number>, 'when'>;

/** Whether wherever `later` fits, `earlier` fits too. */
const covers = (earlier: Conditional, later: Conditional): boolean =>
  earlier.when.every((one) => later.when.some((other) => narrower(other, one)));

/** Whether a selector of one key is at least as narrow as another of the same key. */
function narrower(inner: Selector, outer: Selector): boolean {
  return Object.entries(outer).every(([key, wide]) => {
    const narrow = inner[key];
    if (narrow === undefined) return false;
    if (isWordKey(key)) return listOf(narrow).every((word) => listOf(wide).includes(word));
    if (isPrefixKey(key))
      return listOf(narrow).every((code) => listOf(wide).some((prefix) => code.startsWith(prefix)));
    if (!isNumberKey(key)) return JSON.stringify(narrow) === JSON.stringify(wide);
    return listOf(narrow).every((a) =>
      listOf(wide).some((b) => {
        const [one, other] = [parseRange(a)!, parseRange(b)!];
        return other.from <= one.from && one.to <= other.to;
      }),
    );
  });
}

/** Whether two cells of a table hold for some claim both. Prefixes nest on purpose and are not compared. */
function meet(a: Case<number>, b: Case<number>): boolean {
  if (a.when.length !== b.when.length) return false;
  return a.when.every((selector, i) => {
    const [key, value] = Object.entries(selector)[0]!;
    const [otherKey, otherValue] = Object.entries(b.when[i]!)[0]!;
    if (key !== otherKey) return false;
    if (isWordKey(key)) return listOf(value).some((word) => listOf(otherValue).includes(word));
    return isNumberKey(key) && intersection(String(value), String(otherValue)) !== undefined;
  });
}
function intersection(a: string, b: string): number | undefined {
  const [one, other] = [parseRange(a)!, parseRange(b)!];
  const from = Math.max(one.from, other.from);
  return from <= Math.min(one.to, other.to) ? from : undefined;
}
const meetingPoint = (a: Case<number>, b: Case<number>): Profile =>
  Object.fromEntries(
    a.when.map((selector, i) => {
      const [key, value] = Object.entries(selector)[0]!;
      const otherValue = Object.values(b.when[i]!)[0];
      return [
        key,
        isNumberKey(key)
          ? String(intersection(String(value), String(otherValue)))
          : listOf(value).find((word) => listOf(otherValue).includes(word))!,
      ];
    }),
  );

function dateHoles(periods: readonly { readonly on: string; readonly policy: PolicyOn }[]): Finding[] {
  const findings: Finding[] = [];
  const namesOn = periods.map(
    ({ policy }) =>
      new Set(policy.benefits.flatMap((b) => [b.id, ...b.layers.map((l) => `${b.id}.${l.id}`)])),
  );
  namesOn.forEach((names, i) => {
    for (const name of namesOn[i - 1] ?? []) {
      const back = namesOn.findIndex((later, j) => j > i && later.has(name));
      if (!names.has(name) && back > i) {
        findings.push({
          severity: 'error',
          kind: 'date-hole',
          where: name,
          message: `is not in force from ${periods[i]!.on} until ${periods[back]!.on}`,
          on: periods[i]!.on,
        });
      }
    }
  });
  return findings;
}

function tierFindings({ pack }: CompiledPack): Finding[] {
  return Object.entries(pack.sources)
    .filter(([, { tier }]) => tier === 'D')
    .map(([key, { title }]) => ({
      severity: 'note',
      kind: 'unverified-source',
      where: `sources.${key}`,
      message: `tier D, unverified: ${title}`,
    }));
}

// What shows only when claims are settled.

function benefitFindings(pack: CompiledPack, policy: PolicyOn, benefit: BenefitOn, on: string): Finding[] {
  const findings: Finding[] = [];
  const { profiles, amounts, truncated } = profilesOf(policy, benefit);
  if (truncated)
    findings.push({
      severity: 'warning',
      kind: 'not-all-checked',
      where: benefit.id,
      message: `only the first ${profiles.length} combinations were tried`,
      on,
    });
  const bound = new Set<string>();
  let responsible = false;
  for (const profile of profiles) {
    const staged = stage(pack, benefit, profile, on);
    if (![1, ...amounts].some((x) => isResponsible(staged, benefit, x, pack.area))) continue;
    responsible = true;
    findings.push(
      ...courseFindings(staged, benefit, profile, on, amounts, 10 ** (2 - pack.pack.rounding.digits)),
    );
    bindCaps(staged, benefit, pack.area, bound);
  }
  if (!responsible) return findings;
  for (const layer of benefit.layers) {
    // Claims of one day cannot fill a year through a cap of the month: such layers are left alone.
    if (layer.caps.some(({ per }) => ['day', 'month', 'quarter'].includes(per))) continue;
    for (const cap of layer.caps) {
      if (cap.amount.every(({ value }) => value === NO_LIMIT) || bound.has(`${layer.id} ${cap.name}`))
        continue;
      findings.push({
        severity: 'warning',
        kind: 'unreachable-cap',
        where: `${benefit.id}.${layer.id}.caps`,
        message: `the cap "${cap.name}" never binds, however large and however many the claims`,
        on,
      });
    }
  }
  return findings;
}

/** Whether a claim comes to this benefit, and not to one that the pack names before it. */
function isResponsible(
  { header, position, release }: Staged,
  { id }: BenefitOn,
  x: number,
  area: string,
): boolean {
  const eligible = eligibility({ ...header, billedFen: x as Fen }, position, release, area);
  return !isDenial(eligible) && eligible.benefit.id === id;
}

function settle(
  staged: Staged,
  inScope: number,
  area: string,
  mix: Pick<Basis, 'categories'> = {},
): Adjudication {
  const basis: Basis = {
    selfPaid: 0 as Fen,
    overLimit: 0 as Fen,
    firstPay: 0 as Fen,
    inScope: inScope as Fen,
    ...mix,
  };
  return adjudicateBasis(
    { ...staged.header, billedFen: inScope as Fen },
    basis,
    staged.position,
    staged.release,
    { area, reviewed: true },
  );
}

/** What course the computation took: which deductibles, bands, caps and totals; none where it was denied or pended. */
const courseOf = ({ steps }: Adjudication): string => steps.map(({ rule, of }) => `${rule} ${of}`).join();

function courseFindings(
  staged: Staged,
  benefit: BenefitOn,
  profile: Profile,
  on: string,
  amounts: readonly number[],
  unit: number,
): Finding[] {
  const findings: Finding[] = [];
  const area = staged.release.areas[0]!;
  const at = (x: number): Adjudication => settle(staged, x, area);
  const example = (x: number): string => `${profileText(profile)}; in scope ${yuanForPeople(x as Fen)}`;
  const edges: number[] = [];
  const search = (low: number, lowCourse: string, high: number, highCourse: string): void => {
    if (lowCourse === highCourse) return;
    if (high - low === 1) {
      edges.push(low);
      return;
    }
    const middle = low + Math.floor((high - low) / 2);
    const course = courseOf(at(middle));
    search(low, lowCourse, middle, course);
    search(middle, course, high, highCourse);
  };
  // What the pack asks of the bill may change the course and change it back: between two such amounts it does not.
  const marks = [1, ...amounts, AMOUNT_FEN_MAX];
  const courses = marks.map((mark) => courseOf(at(mark)));
  marks.slice(1).forEach((mark, i) => search(marks[i]!, courses[i]!, mark, courses[i + 1]!));

  // Payments rounded to the jiao or the yuan fall by less than that unit when the bill grows by a fen; that is rounding.
  const slack = (unit - 1) * benefit.layers.length;
  // Both ends of every course: 1 | edge, edge + 1 | edge, edge + 1 | ... | the largest amount.
  const ends = [...new Set([...marks, ...edges.flatMap((edge) => [edge, edge + 1])])].sort((a, b) => a - b);
  let before: { funds: number; person: number } | undefined;
  for (const x of ends) {
    if (!isResponsible(staged, benefit, x, area)) {
      before = undefined;
      continue;
    }
    const result = at(x);
    if (result.outcome === 'pended') {
      const parameter = String(result.reasons[0]?.facts?.['parameter'] ?? '');
      const declared = isDeclaredUnknown(benefit, parameter);
      findings.push({
        severity: declared ? 'note' : 'error',
        kind: declared ? 'unknown' : 'gap',
        where: declared ? parameter : `${benefit.id}.${parameter}`,
        message: declared
          ? 'declared unknown: such claims go to a person'
          : 'says nothing for such claims: they would go to a person',
        on,
        example: example(x),
      });
      return findings;
    }
    if (result.outcome !== 'payable') return findings; // The rules deny so much: nothing is computed.
    const now = { funds: fundsOf(result.amounts), person: result.amounts.cash };
    if (before !== undefined) {
      if (now.funds < before.funds - slack) {
        findings.push({
          severity: 'error',
          kind: 'fund-pays-less',
          where: benefit.id,
          message: 'the funds pay less for a larger in-scope amount',
          on,
          example: example(x),
        });
      }
      if (now.person < before.person - slack) {
        const threshold = benefit.layers.some(({ deductible }) => deductible?.deducts === false);
        findings.push({
          severity: threshold ? 'note' : 'error',
          kind: 'person-pays-less',
          where: benefit.id,
          message: threshold
            ? 'the person pays less for a larger in-scope amount: a threshold that does not deduct does that'
            : 'the person pays less for a larger in-scope amount',
          on,
          example: example(x),
        });
      }
    }
    before = now;
  }
  return findings;
}

const fundsOf = ({ funds }: Amounts): number => Object.values(funds).reduce((sum, amount) => sum + amount, 0);

/** Whether the silence comes from a value the pack declares unknown. */
const isDeclaredUnknown = (benefit: BenefitOn, parameter: string): boolean =>
  allCases(benefit).some((cases) =>
    cases.some(({ value, citations }) => value === UNKNOWN && citations[0]?.parameter === parameter),
  );

/** So many claims of one year that whatever grows with each of them has reached its limit. */
const CLAIMS_MANY = 10_000;

/** Notes which caps bind for a member who keeps coming with the largest claims. */
function bindCaps(staged: Staged, benefit: BenefitOn, area: string, bound: Set<string>): void {
  const categories = benefit.layers.flatMap((layer) => layer.categories ?? []);
  const mixes = [
    {},
    ...categories.map((category) => ({ categories: { [category]: AMOUNT_FEN_MAX as Fen } })),
  ];
  let position = staged.position;
  for (const [inScope, times] of [
    [50_000_000, 1],
    [AMOUNT_FEN_MAX, 1],
    [AMOUNT_FEN_MAX, CLAIMS_MANY],
    [AMOUNT_FEN_MAX, 1],
  ] as const) {
    for (const mix of mixes) {
      const now = { ...staged, position };
      const result = settle(now, inScope, area, mix);
      if (result.outcome === 'denied' && settle(now, 1, area).outcome === 'denied') return;
      if (result.outcome !== 'payable' || result.benefit !== benefit.id) {
        // Unknown, or so much is denied or another benefit's: whether a cap would bind cannot be told.
        for (const layer of benefit.layers)
          for (const cap of layer.caps) bound.add(`${layer.id} ${cap.name}`);
        return;
      }
      for (const { rule, of, facts } of result.steps)
        if (rule === 'cap') bound.add(`${String(facts?.['layer'])} ${of}`);
      position = applyEffects(position, repeated(result.effects, times));
    }
  }
}

/** What many claims alike would add to the running totals. */
const repeated = ({ counters }: Effects, times: number): Effects => ({
  counters: Object.fromEntries(
    Object.entries(counters).map(([year, moved]) => [
      year,
      Object.fromEntries(Object.entries(moved).map(([counter, amount]) => [counter, amount * times])),
    ]),
  ),
});
