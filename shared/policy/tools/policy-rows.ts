// A policy on one day as plain rows: where, for whom, what, because of which clause. Showing and comparing packs
// both read these rows, so that what is shown is what is compared.

import { type Fen, yuanForPeople } from '../../money/fen.ts';
import { type BasisPoints, percent } from '../../money/ratio.ts';
import type { Citation } from '../adjudication.ts';
import { type Case, NO_LIMIT, type PolicyOn, UNKNOWN } from '../pack/resolve.ts';
import { listOf, type Selector } from '../pack/selector.ts';

export interface PolicyRow {
  /** From the benefit inwards: ["inpatient", "pooled", "deductible", "standard"]. */
  readonly path: readonly string[];
  /** For whom; empty for everybody. */
  readonly when: string;
  readonly value: string;
  readonly citations: readonly Citation[];
}

/** All rows of a policy, in the order of the pack: first what the pack says of all its benefits and days. */
export function policyRows(policy: PolicyOn): PolicyRow[] {
  const { pack, from: _from, ...rest } = policy;
  const { benefitYear, gapDaysAllowed, rounding, corrections, counters } = pack;
  return rowsOf({ benefitYear, gapDaysAllowed, rounding, corrections, counters, ...rest }, [], []);
}

const RATIO_KEYS = new Set([
  'ratio',
  'times',
  'selfPayTimes',
  'points',
  'pointsPerYearOfAge',
  'firstShare',
  'lessEachShare',
  'firstPay',
  'atMost',
]);
const COUNT_KEYS = new Set(['takeHomeDaysMax', 'daysSupplyMax', 'max']);
const TRUE_BY_DEFAULT = new Set(['deducts', 'interim']);
const NAMES = new Set(['id', 'name', 'citations', 'when']);

function rowsOf(node: unknown, path: readonly string[], around: readonly Selector[]): PolicyRow[] {
  if (node === undefined || node === null) return [];
  const key = path.at(-1) ?? '';
  if (Array.isArray(node)) {
    if (node.length === 0) return [];
    if (isCase(node[0])) {
      return (node as Case<number>[]).map(({ when, value, citations }) => ({
        path,
        when: [...around, ...when].map(selectorText).join(', '),
        value: valueText(value, path),
        citations,
      }));
    }
    if (typeof node[0] !== 'object') {
      const words = key === 'bands' ? node.map((band: number) => band + 1) : node;
      return [{ path, when: around.map(selectorText).join(', '), value: words.join(', '), citations: [] }];
    }
    return node.flatMap((each: Named, i) => rowsOf(each, [...path, nameOf(each, i, node)], around));
  }
  if (typeof node !== 'object') {
    if (node === TRUE_BY_DEFAULT.has(key)) return []; // What nobody would write.
    return [
      {
        path,
        when: around.map(selectorText).join(', '),
        value: RATIO_KEYS.has(key) ? percent(node as BasisPoints) : `${node as string | number | boolean}`,
        citations: [],
      },
    ];
  }
  const block = node as { when?: readonly Selector[]; citations?: readonly Citation[] };
  const inside = [...around, ...(Array.isArray(block.when) ? block.when : [])];
  const ofMoney = 'counts' in node && node.counts === 'amount';
  const rows = Object.entries(node).flatMap(([name, value]) =>
    NAMES.has(name) ? [] : rowsOf(value, [...path, ofMoney && name === 'max' ? 'amount' : name], inside),
  );
  // A plain value of a cited block carries the block's citation.
  return rows.map((row) =>
    row.citations.length === 0 && block.citations !== undefined
      ? { ...row, citations: block.citations }
      : row,
  );
}

/** Whether a node of a resolved policy is a case: a list that begins with one is a parameter. */
export const isCase = (node: unknown): node is Case<number> =>
  typeof node === 'object' &&
  node !== null &&
  'value' in node &&
  'when' in node &&
  typeof node.value === 'number';

interface Named {
  readonly id?: string;
  readonly name?: string;
  readonly deny?: string;
  readonly pend?: string;
  readonly per?: string;
}
/** What a block of a list is called; caps of one name hold for periods of their own. */
function nameOf(block: Named, i: number, all: readonly Named[]): string {
  const name = block.id ?? block.name ?? block.deny ?? block.pend;
  if (name === undefined) return String(i + 1);
  return block.per !== undefined && all.some((other) => other !== block && other.name === name)
    ? `${name} per ${block.per}`
    : name;
}

function valueText(value: number, path: readonly string[]): string {
  const key = path.at(-1) ?? '';
  if (value === UNKNOWN) return 'unknown';
  if (value === NO_LIMIT) return 'none';
  if (COUNT_KEYS.has(key)) return String(value);
  const ofDeductible = path.includes('deductible');
  if (RATIO_KEYS.has(key) || (!ofDeductible && (key === 'value' || key === 'atLeast')))
    return value < 0 ? `-${percent(-value as BasisPoints)}` : percent(value as BasisPoints);
  return yuanForPeople(value as Fen);
}

/** A selector as people read it: "class retired, age 70+". */
export function selectorText(selector: Selector): string {
  return Object.entries(selector)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      if (key === 'any') return `(${(value as Selector[]).map(selectorText).join(' or ')})`;
      if (key === 'all') return `(${(value as Selector[]).map(selectorText).join(' and ')})`;
      if (key === 'not') return `not (${selectorText(value as Selector)})`;
      return `${key} ${listOf(value).join(' or ')}`;
    })
    .join(', ');
}
