// From a selector to a function that answers yes or no for one claim (and one catalogue item, where lines are
// classified). Compiled once per pack and period; at run time no text is parsed and nothing is allocated.

import { assert } from '../../assert.ts';
import type { CompiledItem } from '../../reference/catalogue.ts';
import type { Circumstances } from '../circumstances.ts';
import { PolicySilent } from '../policy-silent.ts';
import { type Case, type Cases, UNKNOWN } from './resolve.ts';
import {
  isFlagKey,
  isItemKey,
  isMoneyKey,
  isNumberKey,
  isPrefixKey,
  isWordKey,
  listOf,
  type Selector,
} from './selector.ts';
import { parseMoney, parsePercent, parseRange } from './values.ts';

export type Predicate = (c: Circumstances, item?: CompiledItem) => boolean;

/** All of several selectors; undefined when there is nothing to ask. */
export function predicateOf(selectors: readonly Selector[]): Predicate | undefined {
  const tests = selectors.flatMap((selector) =>
    Object.entries(selector)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => testOf(key, value)),
  );
  return both(tests);
}

/** Whether a selector asks about the item of a line anywhere. */
export const asksAboutItem = (selector: Selector): boolean =>
  Object.entries(selector).some(([key, value]) =>
    key === 'any' || key === 'all'
      ? (value as Selector[]).some(asksAboutItem)
      : key === 'not'
        ? asksAboutItem(value as Selector)
        : isItemKey(key),
  );

function both(tests: readonly Predicate[]): Predicate | undefined {
  const [first, second, third, ...rest] = tests;
  if (first === undefined) return undefined;
  if (second === undefined) return first;
  if (third === undefined) return (c, item) => first(c, item) && second(c, item);
  if (rest.length === 0) return (c, item) => first(c, item) && second(c, item) && third(c, item);
  return (c, item) => tests.every((test) => test(c, item));
}

function testOf(key: string, value: unknown): Predicate {
  if (key === 'any') return anyOf((value as Selector[]).map((each) => predicateOf([each]) ?? always));
  if (key === 'all')
    return both((value as Selector[]).map((each) => predicateOf([each]) ?? always)) ?? always;
  if (key === 'not') {
    const inner = predicateOf([value as Selector]) ?? always;
    return (c, item) => !inner(c, item);
  }
  if (key === 'sample') {
    const share = parsePercent(String(value)) ?? 0;
    return (c) => c.lot < share;
  }
  if (isFlagKey(key)) {
    const read = FLAG_READERS[key]!;
    return (c) => read(c) === value;
  }
  const texts = listOf(value);
  if (key === 'fact') return anyOf(texts.map((text) => (c) => c.hasFact(text)));
  if (key === 'lineFlag') return (c) => texts.some((text) => c.flags?.includes(text) ?? false);
  if (isNumberKey(key) || isMoneyKey(key)) {
    const read = NUMBER_READERS[key]!;
    return anyOf(
      texts.map((text) => {
        const range = isMoneyKey(key) ? parseRange(text, parseMoney) : parseRange(text);
        assert(range !== undefined, `a range that can be read, at ${key}`);
        const { from, to } = range;
        return (c) => {
          const n = read(c);
          return from <= n && n <= to;
        };
      }),
    );
  }
  if (isPrefixKey(key)) {
    if (key === 'item')
      return (_c, item) => item !== undefined && texts.some((text) => item.code.startsWith(text));
    if (key === 'careArea') return (c) => texts.some((text) => c.careArea.startsWith(text));
    const all = key === 'diagnosis';
    return (c) => {
      const diagnoses = c.header.diagnoses;
      if (diagnoses === undefined) return false;
      return texts.some((text) =>
        all ? diagnoses.some((code) => code.startsWith(text)) : (diagnoses[0]?.startsWith(text) ?? false),
      );
    };
  }
  assert(isWordKey(key), `a selector key that is known, not ${key}`);
  const read = WORD_READERS[key]!;
  const [only, ...others] = texts;
  if (others.length === 0) return (c, item) => read(c, item) === only;
  return (c, item) => texts.includes(read(c, item));
}

const always: Predicate = () => true;
const anyOf = (tests: readonly Predicate[]): Predicate =>
  tests.length === 1 ? tests[0]! : (c, item) => tests.some((test) => test(c, item));

const WORD_READERS: Readonly<Record<string, (c: Circumstances, item?: CompiledItem) => string>> = {
  scheme: (c) => c.scheme,
  class: (c) => c.personClass,
  sex: (c) => c.sex,
  level: (c) => c.providerOn.deductibleLevel,
  hospitalLevel: (c) => c.providerOn.level,
  priceLimitLevel: (c) => c.providerOn.priceLimitLevel,
  providerType: (c) => c.provider.type,
  provider: (c) => c.provider.id,
  creditGrade: (c) => c.providerOn.creditGrade ?? '',
  encounter: (c) => c.header.encounter,
  referral: (c) => c.header.referral?.direction ?? 'none',
  offSite: (c) => c.header.offSite?.reason ?? 'none',
  fromLevel: (c) => c.cameFrom?.on?.deductibleLevel ?? '',
  fromProviderType: (c) => c.cameFrom?.provider.type ?? '',
  department: (c) => c.header.departmentCode ?? '',
  disease: (c) => c.header.chronicDisease ?? '',
  itemClass: (_c, item) => item?.itemClass ?? '',
  category: (_c, item) => item?.category ?? '',
  special: (_c, item) => item?.special ?? '',
  origin: (_c, item) => item?.origin ?? '',
};

const NUMBER_READERS: Readonly<Record<string, (c: Circumstances) => number>> = {
  age: (c) => c.age,
  ordinal: (c) => c.ordinal,
  days: (c) => c.days,
  years: (c) => c.years,
  coveredDays: (c) => c.coveredDays,
  gapDays: (c) => c.gapDays,
  daysSinceStay: (c) => c.daysSinceStay(),
  daysSinceStayHere: (c) => c.daysSinceStay(c.provider.id),
  billed: (c) => c.header.billedFen,
};

const FLAG_READERS: Readonly<Record<string, (c: Circumstances) => boolean>> = {
  referralFiled: (c) => c.header.referral?.filed ?? false,
  offSiteFiled: (c) => c.header.offSite?.filed ?? false,
  interim: (c) => c.header.interim ?? false,
  continued: (c) => c.continuation !== undefined,
  hasAccount: (c) => c.enrolment.hasAccount,
  overlapsStay: (c) => c.overlapsStay,
  diseaseFiled: (c) =>
    c.header.chronicDisease !== undefined && c.hasFact(`chronic-disease=${c.header.chronicDisease}`),
};

/** A case with its question compiled. */
export interface Choice<T> {
  readonly test: Predicate | undefined;
  readonly value: T;
  readonly citations: Case<T>['citations'];
}
export type Choices<T> = readonly Choice<T>[];

export const choicesOf = <T>(cases: Cases<T>): Choices<T> =>
  cases.map(({ when, value, citations }) => ({ test: predicateOf(when), value, citations }));

/** The first choice that fits. One that the pack declares unknown stops the computation. */
export function choose<T>(choices: Choices<T>, c: Circumstances): Choice<T> | undefined {
  for (let i = 0; i < choices.length; i++) {
    const choice = choices[i]!;
    if (choice.test !== undefined && !choice.test(c)) continue;
    if (choice.value === UNKNOWN) throw new PolicySilent(choice.citations[0]!.parameter!);
    return choice;
  }
  return undefined;
}

/** The first choice that fits; a gap in the pack stops the computation. */
export function required<T>(choices: Choices<T>, c: Circumstances, of: string, parameter: string): Choice<T> {
  const choice = choose(choices, c);
  if (choice === undefined) throw new PolicySilent(`${of}.${parameter}`);
  return choice;
}
