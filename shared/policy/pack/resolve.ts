// What a pack says on one day: every dated parameter reduced to the version in force, every number whole, every
// number with its citation. Plain data: the evaluator is compiled from it, and show, check and diff read it.

import type { Encounter } from '../../claim/claim.ts';
import { addDays, isLocalDate } from '../../time/dates.ts';
import { multiplyDivideHalfUp } from '../../money/ratio.ts';
import type { Citation, Fund } from '../adjudication.ts';
import { PackError, type PackIssue } from './pack-error.ts';
import type { BenefitDocument, Cited, Pack, Part } from './schema.ts';
import {
  GIVEN_WORDS,
  isFlagKey,
  isNumberKey,
  isPrefixKey,
  isWordKey,
  listOf,
  type Selector,
} from './selector.ts';
import { parseMoney, parsePercent, parseRange } from './values.ts';

/** One possible value: it counts where all its selectors hold and no case before it did. */
export interface Case<T> {
  readonly when: readonly Selector[];
  readonly value: T;
  readonly citations: readonly Citation[];
  /** Of a table: its cells should not overlap. `cases` are in order on purpose. */
  readonly ofTable?: true;
}
export type Cases<T> = readonly Case<T>[];
/** An amount that may be absent: no limit. */
export const NO_LIMIT = Number.MAX_SAFE_INTEGER;
/** A value the pack declares unknown: nobody invents it, a person has to look. */
export const UNKNOWN = Number.MIN_SAFE_INTEGER;

interface InForce {
  readonly when: readonly Selector[];
  readonly citations: readonly Citation[];
}
export interface DeductibleChangeOn extends InForce {
  readonly value?: Cases<number>;
  readonly times?: Cases<number>;
  readonly less?: Cases<number>;
  readonly lessEach?: Cases<number>;
  readonly lessEachShare?: Cases<number>;
  readonly waive: boolean;
  readonly atLeast?: Cases<number>;
}
export interface DeductibleOn {
  readonly per: 'claim' | 'stay' | 'day' | 'month' | 'quarter' | 'year';
  readonly each: readonly string[];
  readonly standard: Cases<number>;
  readonly adjust: readonly DeductibleChangeOn[];
  readonly yearlyMax?: Cases<number>;
  readonly everyDays?: number;
  readonly deducts: boolean;
  readonly counter: string;
}
export interface RatioChangeOn extends InForce {
  readonly bands?: readonly number[];
  readonly value?: Cases<number>;
  readonly points?: Cases<number>;
  readonly pointsPerYearOfAge?: Cases<number>;
  readonly selfPayTimes?: Cases<number>;
  readonly times?: Cases<number>;
  readonly atLeast?: Cases<number>;
  readonly atMost?: Cases<number>;
}
export interface BandsOn {
  readonly per: 'claim' | 'stay' | 'month' | 'quarter' | 'year';
  readonly thresholds: 'gross' | 'above-deductible';
  readonly counter: string;
  readonly each: readonly string[];
  readonly table: readonly { readonly upTo?: Cases<number>; readonly ratio: Cases<number> }[];
}
export interface CapOn {
  readonly name: string;
  readonly per: 'claim' | 'stay' | 'day' | 'month' | 'quarter' | 'year' | 'ever';
  readonly each: readonly string[];
  readonly amount: Cases<number>;
  readonly counts: readonly ('fund' | 'share' | 'deductible' | 'first-share')[];
}
export interface LayerOn extends InForce {
  readonly id: string;
  readonly name: string | undefined;
  readonly fund: Fund | 'hospital';
  readonly base: 'in-scope' | readonly Part[];
  readonly categories?: readonly string[];
  readonly firstShare?: Cases<number>;
  readonly deductible?: DeductibleOn;
  readonly bands: BandsOn;
  readonly adjust: readonly RatioChangeOn[];
  readonly caps: readonly CapOn[];
}
export interface RuleOn extends InForce {
  readonly deny?: string;
  readonly pend?: string;
  readonly times?: number;
}
export interface LimitOn extends InForce {
  readonly name: string;
  readonly counts: 'claims' | 'amount' | 'quantity' | 'days-between';
  readonly categories: readonly string[];
  readonly per: CapOn['per'];
  readonly each: readonly string[];
  readonly max: Cases<number>;
  readonly beyond: 'deny' | 'pend' | 'member';
}
export interface AccountOn extends InForce {
  readonly use: 'on-request' | 'always' | 'never';
  readonly order: readonly { readonly balance: 'earlier' | 'this-year'; readonly pays: readonly Part[] }[];
}
export interface MergeOn {
  readonly interim: boolean;
  readonly transfer:
    | { readonly up: TransferOn; readonly down: TransferOn; readonly level: TransferOn }
    | undefined;
  readonly withinDays: number;
  readonly filedOnly: boolean;
  readonly differenceOf: 'standard' | 'paid';
  readonly bands: 'continue' | 'restart';
  readonly citations: readonly Citation[];
}
type TransferOn = 'full' | 'difference' | 'none';
export interface TotalOn extends InForce {
  readonly atMost?: Cases<number>;
  readonly atLeast?: Cases<number>;
  readonly of: 'billed' | 'in-scope';
  readonly fund: Fund;
}
export interface BenefitOn extends InForce {
  readonly id: string;
  readonly name: string | undefined;
  readonly encounters: readonly Encounter[];
  readonly crossYear: Pack['benefitYear']['crossYear'];
  readonly rules: readonly RuleOn[];
  readonly limits: readonly LimitOn[];
  readonly ordinal:
    | { readonly counter: string; readonly each: readonly string[]; readonly when: readonly Selector[] }
    | undefined;
  readonly merge: MergeOn | undefined;
  readonly layers: readonly LayerOn[];
  readonly total: TotalOn | undefined;
  readonly account: AccountOn | undefined;
}
export interface LineRuleOn extends InForce {
  readonly firstPay?: number;
  readonly selfPaid: boolean;
}
export interface LinesOn {
  readonly rules: readonly LineRuleOn[];
  readonly firstPayBase: 'within-limit' | 'whole';
  readonly restricted: 'self-paid' | 'pend' | 'ignore';
  readonly takeHomeDaysMax?: Cases<number>;
  readonly daysSupplyMax?: Cases<number>;
  readonly quantities: 'pend' | 'ignore';
  readonly citations: readonly Citation[];
}
/** All that a pack says on the days from `from` until the next change. */
export interface PolicyOn {
  readonly pack: Pack;
  readonly from: string;
  readonly personClass: readonly (InForce & { readonly class: string })[];
  readonly rules: readonly RuleOn[];
  readonly lines: LinesOn;
  readonly benefits: readonly BenefitOn[];
}

/** Every day on which something in the pack begins or ceases, in order. Between two of them nothing changes. */
export function changeDays(pack: Pack): string[] {
  const days = new Set<string>();
  const walk = (node: unknown): void => {
    for (const [key, value] of Object.entries(node ?? {})) {
      // A class or a level may be called `from`, too.
      if (typeof value !== 'string') walk(value);
      else if (!isLocalDate(value)) continue;
      else if (key === 'from') days.add(value);
      else if (key === 'to') days.add(addDays(value, 1));
    }
  };
  walk(pack);
  return [...days].sort();
}

interface Around extends Cited {
  readonly path: string;
}

/** Reduces a pack to one day. Throws a PackError that lists everything missing, undated or uncited. */
export function resolveOn(pack: Pack, on: string): PolicyOn {
  const issues: PackIssue[] = [];
  const fail = (where: string, message: string): void => void issues.push({ path: where, message, on });
  const top: Around = { path: '', from: pack.from, source: pack.source, clause: pack.clause };

  const inside = (around: Around, block: Cited, path: string): Around => ({
    path: around.path === '' ? path : `${around.path}.${path}`,
    from: block.from ?? around.from,
    to: block.to, // Nobody looks inside a block that has ended: its end is not handed down.
    source: block.source ?? around.source,
    clause: block.clause ?? (block.source === undefined ? around.clause : undefined),
  });
  const inForce = ({ path, from, to }: Around): boolean => {
    if (from === undefined) {
      fail(path, 'has no `from`: say since when it holds, here or on a block around it');
      return false;
    }
    if (to !== undefined && to < from) fail(path, `ends on ${to}, before it begins on ${from}`);
    return from <= on && (to === undefined || on <= to);
  };
  const cite = (around: Around, detail = ''): readonly Citation[] => {
    const { path, source: key, clause } = around;
    const source = pack.sources[key ?? ''];
    if (key !== undefined && source !== undefined)
      return [
        {
          source: key,
          title: source.title,
          ...named('clause', clause),
          parameter: path + detail,
          tier: source.tier,
        },
      ];
    fail(
      path,
      key === undefined
        ? 'cites no source: name one of `sources`, here or on a block around it'
        : `cites "${key}", which is not among \`sources\``,
    );
    return [];
  };
  const selectors = (when: Selector | undefined, path: string): readonly Selector[] => {
    if (when === undefined) return [];
    checkWords(when, path);
    return [when];
  };
  const checkWords = (when: Selector, path: string): void => {
    for (const [key, value] of Object.entries(when)) {
      if (value === undefined) continue;
      if (key === 'any' || key === 'all') for (const each of value as Selector[]) checkWords(each, path);
      else if (key === 'not') checkWords(value as Selector, path);
      else if (key === 'level' || key === 'fromLevel')
        for (const name of listOf(value)) {
          if (!Object.hasOwn(pack.levels, name)) fail(path, `${key} "${name}" is not among \`levels\``);
        }
      else if (key === 'class') for (const name of listOf(value)) checkClass(name, path);
      const words = GIVEN_WORDS[key];
      for (const word of words ? listOf(value) : [])
        if (!words?.includes(word)) fail(path, `${key} "${word}" is none of ${words?.join(', ')}`);
    }
  };
  const checkClass = (name: string, path: string): void => {
    if (!Object.hasOwn(pack.classes, name)) fail(path, `class "${name}" is not among \`classes\``);
  };
  /** Blocks of a list that are in force; of several with one name, the one that began last. */
  const current = <B extends Cited>(
    blocks: readonly B[] | undefined,
    around: Around,
    pathOf: (block: B, i: number) => string,
    nameOf?: (block: B) => string | undefined,
  ): [B, Around][] => {
    const found: [B, Around, string | undefined][] = [];
    (blocks ?? []).forEach((block, i) => {
      const here = inside(around, block, pathOf(block, i));
      if (!inForce(here)) return;
      const name = nameOf?.(block);
      const before = name === undefined ? -1 : found.findIndex(([, , other]) => other === name);
      if (before < 0) found.push([block, here, name]);
      else if (found[before]![1].from === here.from)
        fail(here.path, `two versions of "${name}" begin on ${here.from}`);
      else if (found[before]![1].from! < here.from!) found[before] = [block, here, name];
    });
    return found.map(([block, here]) => [block, here]);
  };

  type Parameter = unknown;
  /** The cases of a parameter in force; undefined (and an issue, when required) where it has none on this day. */
  const cases = <T>(
    parameter: Parameter,
    read: (raw: unknown, path: string) => T,
    around: Around,
    name: string,
    required = true,
  ): Cases<T> | undefined => {
    if (parameter === undefined) return undefined;
    const versions = (Array.isArray(parameter) ? parameter : [parameter]) as unknown[];
    let best: { version: Record<string, unknown>; here: Around } | undefined;
    for (const raw of versions) {
      const version = isVersion(raw) ? raw : { value: raw };
      const its = inside(around, version, name);
      if (!inForce(its)) continue;
      if (best !== undefined && best.here.from === its.from)
        fail(its.path, `two versions begin on ${its.from}`);
      if (best === undefined || best.here.from! < its.from!) best = { version, here: its };
    }
    if (best === undefined) {
      if (required) fail(inside(around, {}, name).path, `has no value on ${on}`);
      return undefined;
    }
    const { version } = best;
    const found: Case<T>[] = [];
    if (version['cases'] !== undefined) {
      (version['cases'] as ({ when?: Selector; value: unknown } & Cited)[]).forEach((c, i) => {
        const its = inside(best.here, c, `cases[${i}]`);
        if (!inForce(its)) return;
        found.push({
          when: selectors(c.when, its.path),
          value: read(c.value, its.path),
          citations: cite(its),
        });
      });
    } else if (version['table'] !== undefined) {
      const by = version['by'] as string[];
      const walk = (node: unknown, depth: number, when: Selector[], keys: string[]): void => {
        const cell = keys.length === 0 ? '' : `[${keys.join(', ')}]`;
        const where = best.here.path + cell;
        if (depth === by.length) {
          if (isTable(node)) return fail(where, 'the table is deeper than `by`');
          found.push({
            when,
            value: read(node, where),
            citations: cite(best.here, cell),
            ofTable: true,
          });
          return;
        }
        if (!isTable(node)) return fail(where, `the table is not as deep as \`by\`: ${by.join(', ')}`);
        const key = by[depth]!;
        const { '*': otherwise, ...told } = node;
        const texts = Object.keys(told);
        // Of prefixes the longer ones come first; JavaScript would put number-like keys in its own order.
        if (isPrefixKey(key)) texts.sort((a, b) => b.length - a.length);
        for (const text of texts) {
          const selector: Selector = { [key]: asked(key, text) };
          if (isNumberKey(key) && parseRange(text) === undefined)
            fail(where, `${key} "${text}" is not a range: write 3, 2+, <70 or 60-69`);
          if (isFlagKey(key) && typeof selector[key] !== 'boolean')
            fail(where, `${key} "${text}" is neither true nor false`);
          checkWords(selector, where);
          walk(told[text], depth + 1, [...when, selector], [...keys, `${key} ${text}`]);
        }
        if (otherwise !== undefined) walk(otherwise, depth + 1, when, [...keys, `${key} *`]);
      };
      walk(version['table'], 0, [], []);
    } else
      found.push({ when: [], value: read(version['value'], best.here.path), citations: cite(best.here) });
    return found;
  };
  /** The cases of a parameter that the schema asks for. */
  const given = <T>(...parameter: Parameters<typeof cases<T>>): Cases<T> => cases(...parameter) ?? [];

  const percent = (raw: unknown): number => (raw === 'unknown' ? UNKNOWN : (parsePercent(String(raw)) ?? 0));
  const money = (raw: unknown, path: string): number => {
    if (raw === 'none') return NO_LIMIT;
    if (raw === 'unknown') return UNKNOWN;
    if (typeof raw === 'object') {
      const part = raw as { of: string } & ({ share: string } | { times: number });
      const where = `references.${part.of}`;
      const reference = pack.references?.[part.of];
      if (reference === undefined) fail(path, `"${part.of}" is not among \`references\``);
      const [amount, ...others] = cases(reference, money, top, where) ?? [];
      if (amount === undefined) return 0;
      if (others.length > 0 || amount.when.length > 0)
        fail(where, 'one amount for everybody (it may be dated); write tables where it is used');
      if (amount.value === UNKNOWN) return UNKNOWN;
      return 'share' in part
        ? multiplyDivideHalfUp(amount.value, percent(part.share), 10_000)
        : amount.value * part.times;
    }
    return parseMoney(raw as string | number) ?? 0;
  };
  const count = (raw: unknown): number => (raw === 'unknown' ? UNKNOWN : Number(raw));

  const deductible = (
    d: NonNullable<Extract<BenefitDocument['layers'][number], { id: string }>['deductible']>,
    around: Around,
    scope: string,
  ): DeductibleOn | undefined => {
    const here = inside(around, d, 'deductible');
    if (!inForce(here)) return undefined;
    return {
      per: d.per,
      each: d.each ?? [],
      standard: given(d.standard, money, here, 'standard'),
      adjust: current(d.adjust, here, (_, i) => `adjust[${i}]`).map(([change, its]) => {
        const lessEach = cases(change.lessEach, String, its, 'lessEach');
        const inShares = lessEach?.some(({ value }) => value.endsWith('%'));
        return {
          when: selectors(change.when, its.path),
          citations: cite(its),
          waive: change.waive ?? false,
          ...named('value', cases(change.value, money, its, 'value')),
          ...named('times', cases(change.times, percent, its, 'times')),
          ...named('less', cases(change.less, money, its, 'less')),
          ...(inShares
            ? named('lessEachShare', cases(change.lessEach, percent, its, 'lessEach'))
            : named('lessEach', cases(change.lessEach, money, its, 'lessEach'))),
          ...named('atLeast', cases(change.atLeast, money, its, 'atLeast')),
        };
      }),
      ...named('yearlyMax', cases(d.yearlyMax, money, here, 'yearlyMax', false)),
      ...named('everyDays', d.everyDays),
      deducts: d.deducts,
      counter: d.counter ?? `${scope}.ded`,
    };
  };

  type LayerDocument = Omit<Extract<BenefitDocument['layers'][number], { id: string }>, 'id'>;
  /** `scope` names the layer's counters: the benefit and the layer, so that two benefits never share by accident. */
  const layer = (
    id: string,
    scope: string,
    l: LayerDocument,
    here: Around,
    when: readonly Selector[],
  ): LayerOn => ({
    id,
    name: l.name,
    fund: l.fund,
    when: [...when, ...selectors(l.when, here.path)],
    citations: cite(here),
    base: l.base,
    ...named('categories', l.categories),
    ...named('firstShare', cases(l.firstShare, percent, here, 'firstShare', false)),
    ...named('deductible', l.deductible && deductible(l.deductible, here, scope)),
    bands: bands(scope, l, here),
    adjust: current(l.adjust, here, (_, i) => `adjust[${i}]`).map(([change, its]) => ({
      when: selectors(change.when, its.path),
      citations: cite(its),
      ...named(
        'bands',
        change.bands?.map((n) => n - 1),
      ),
      ...named('value', cases(change.value, percent, its, 'value')),
      ...named('points', cases(change.points, percent, its, 'points')),
      ...named('pointsPerYearOfAge', cases(change.pointsPerYearOfAge, percent, its, 'pointsPerYearOfAge')),
      ...named('selfPayTimes', cases(change.selfPayTimes, percent, its, 'selfPayTimes')),
      ...named('times', cases(change.times, percent, its, 'times')),
      ...named('atLeast', cases(change.atLeast, percent, its, 'atLeast')),
      ...named('atMost', cases(change.atMost, percent, its, 'atMost')),
    })),
    caps: current(
      l.caps,
      here,
      (cap, i) => `caps[${cap.name ?? i}]`,
      (cap) => `${cap.name ?? scope} per ${cap.per}`,
    ).map(([cap, its]) => ({
      name: cap.name ?? scope,
      per: cap.per,
      each: cap.each ?? [],
      amount: given(cap.amount, money, its, 'amount'),
      counts: cap.counts,
    })),
  });
  const bands = (scope: string, l: LayerDocument, around: Around): BandsOn => {
    if (l.bands === undefined) {
      return {
        per: 'stay',
        thresholds: 'above-deductible',
        counter: `${scope}.base`,
        each: [],
        table: [{ ratio: given(l.ratio, percent, around, 'ratio') }],
      };
    }
    const here = inside(around, l.bands, 'bands');
    const rows = inForce(here) ? current(l.bands.table, here, (_, i) => `table[${i}]`) : [];
    if (rows.length === 0) fail(here.path, `has no value on ${on}`);
    const table = rows.map(([band, its]) => ({
      ...named('upTo', cases(band.upTo, money, its, 'upTo')),
      ratio: given(band.ratio, percent, its, 'ratio'),
    }));
    rows.forEach(([, { path }], i) => {
      const { upTo } = table[i]!;
      if (upTo === undefined && i < rows.length - 1) fail(path, 'only the last band may be open: give upTo');
      if (!rises(table[i - 1]?.upTo ?? [], upTo ?? []))
        fail(path, 'its upTo is not above that of the band before');
    });
    return {
      per: l.bands.per,
      thresholds: l.bands.thresholds,
      counter: l.bands.counter ?? `${scope}.base`,
      each: l.bands.each ?? [],
      table,
    };
  };
  const rules = (list: Pack['rules'], around: Around): RuleOn[] =>
    current(list, around, (_, i) => `rules[${i}]`).map(([rule, here]) => ({
      when: selectors(rule.when, here.path),
      citations: cite(here),
      ...named('deny', rule.deny),
      ...named('pend', rule.pend),
      ...named('times', rule.times === undefined ? undefined : percent(rule.times)),
    }));
  const account = (a: Pack['account'], around: Around): AccountOn | undefined => {
    if (a === undefined) return undefined;
    const here = inside(around, a, 'account');
    return inForce(here)
      ? { use: a.use, when: selectors(a.when, here.path), order: a.order, citations: cite(here) }
      : undefined;
  };

  const nameOfLayer = (l: BenefitDocument['layers'][number]): string => ('id' in l ? l.id : l.use);
  const benefit = (b: BenefitDocument, here: Around): BenefitOn => ({
    id: b.id,
    name: b.name,
    encounters: b.encounters,
    when: selectors(b.when, here.path),
    citations: cite(here),
    crossYear: b.crossYear ?? pack.benefitYear.crossYear,
    rules: rules(b.rules, here),
    limits: current(
      b.limits,
      here,
      (limit) => `limits[${limit.name}]`,
      (limit) => limit.name,
    ).map(([limit, its]) => ({
      name: limit.name,
      when: selectors(limit.when, its.path),
      citations: cite(its),
      counts: limit.counts,
      categories: limit.categories ?? [],
      per: limit.per,
      each: limit.each ?? [],
      max:
        limit.counts === 'amount'
          ? given(limit.amount, money, its, 'amount')
          : given(limit.max, count, its, 'max'),
      beyond: limit.beyond,
    })),
    ordinal: b.ordinal && {
      counter: b.ordinal.counter,
      each: b.ordinal.each ?? [],
      when: selectors(b.ordinal.when, `${here.path}.ordinal`),
    },
    merge:
      b.merge &&
      (() => {
        const its = inside(here, b.merge, 'merge');
        const { interim, transfer, withinDays, filedOnly, differenceOf, bands: bandsOn } = b.merge;
        return inForce(its)
          ? { interim, transfer, withinDays, filedOnly, differenceOf, bands: bandsOn, citations: cite(its) }
          : undefined;
      })(),
    layers: current(b.layers, here, nameOfLayer, nameOfLayer).flatMap(([l, its]) => {
      if ('id' in l) return [layer(l.id, `${b.id}.${l.id}`, l, its, [])];
      const shared = pack.layers?.[l.use];
      if (shared === undefined) {
        fail(its.path, `uses "${l.use}", which is not among \`layers\``);
        return [];
      }
      const at = inside(top, shared, `layers.${l.use}`);
      return inForce(at) ? [layer(l.use, l.use, shared, at, selectors(l.when, its.path))] : [];
    }),
    total:
      b.total &&
      (() => {
        const its = inside(here, b.total, 'total');
        if (!inForce(its)) return undefined;
        return {
          when: selectors(b.total.when, its.path),
          citations: cite(its),
          of: b.total.of,
          fund: b.total.fund,
          ...named('atMost', cases(b.total.atMost, percent, its, 'atMost', false)),
          ...named('atLeast', cases(b.total.atLeast, percent, its, 'atLeast', false)),
        };
      })(),
    account: b.account === undefined ? account(pack.account, top) : account(b.account, here),
  });

  const lines = (l: Pack['lines']): LinesOn | undefined => {
    if (l === undefined) return undefined;
    const here = inside(top, l, 'lines');
    if (!inForce(here)) return undefined;
    return {
      rules: current(l.rules, here, (_, i) => `rules[${i}]`).map(([rule, its]) => ({
        when: selectors(rule.when, its.path),
        citations: cite(its),
        selfPaid: rule.selfPaid ?? false,
        ...named('firstPay', rule.firstPay === undefined ? undefined : percent(rule.firstPay)),
      })),
      firstPayBase: l.firstPayBase,
      restricted: l.restricted,
      ...named('takeHomeDaysMax', cases(l.takeHomeDaysMax, count, here, 'takeHomeDaysMax', false)),
      ...named('daysSupplyMax', cases(l.daysSupplyMax, count, here, 'daysSupplyMax', false)),
      quantities: l.quantities,
      citations: cite(here),
    };
  };
  const policy: PolicyOn = {
    pack,
    from: on,
    personClass: current(pack.personClass, top, (_, i) => `personClass[${i}]`).map(([rule, here]) => {
      checkClass(rule.class, here.path);
      return { when: selectors(rule.when, here.path), citations: cite(here), class: rule.class };
    }),
    rules: rules(pack.rules, top),
    lines: lines(pack.lines) ?? NO_LINES,
    benefits: current(
      pack.benefits,
      top,
      (b) => b.id,
      (b) => b.id,
    ).map(([b, here]) => benefit(b, here)),
  };
  if (issues.length > 0) throw new PackError(pack, issues);
  return policy;
}

/** Without the block the format's defaults hold. */
const NO_LINES: LinesOn = {
  rules: [],
  firstPayBase: 'within-limit',
  restricted: 'self-paid',
  quantities: 'pend',
  citations: [],
};

/** What a key of a table asks: words may be several, flags are true or false, all else stands as it is written. */
const asked = (key: string, text: string): unknown =>
  isWordKey(key)
    ? text.split(',').map((word) => word.trim())
    : text === 'true'
      ? true
      : text === 'false'
        ? false
        : text;

/** Whether a band ends above the one before it, as far as the two can be told to speak of the same claims. */
const rises = (below: Cases<number>, upTo: Cases<number>): boolean =>
  upTo.every((high) =>
    below.every(
      (low) =>
        high.value === UNKNOWN ||
        high.value > low.value ||
        !(isPlain(upTo) || isPlain(below) || JSON.stringify(high.when) === JSON.stringify(low.when)),
    ),
  );
const isPlain = (cases: Cases<number>): boolean => cases.every(({ when }) => when.length === 0);

const named = <K extends string, V>(key: K, value: V | undefined): { [k in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { [k in K]?: V };

const isTable = (node: unknown): node is Record<string, unknown> =>
  typeof node === 'object' && node !== null && !('of' in node && ('share' in node || 'times' in node));
const isVersion = (raw: unknown): raw is Record<string, unknown> =>
  typeof raw === 'object' && raw !== null && ('value' in raw || 'table' in raw || 'cases' in raw);
