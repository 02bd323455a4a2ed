// The rule as a decision of @gorules/zen-engine: one table (level and ordinal give the deductible and the ratios), one
// node of expressions. Its numbers are decimals of 28 digits, so products of fen and basis points are exact; `round`
// takes a half away from zero, but we write floor((n + 5000) / 10000), which says so itself. Constructed once.

import type { Facts, FactsOfLines, FundShare, Level } from './rule.ts';

/** As much of the package as is used here: it may not be installed when types are checked. */
export interface ZenModule {
  readonly ZenEngine: new () => { createDecision(content: object): Decision };
  /** Content that is compiled beforehand: a third faster here than the plain object. */
  readonly ZenDecisionContent: new (
    content: object,
  ) => object;
}
interface Decision {
  evaluate(context: object): Promise<{ readonly result: FundShare; readonly performance: string }>;
}

export interface ZenRule {
  readonly ofTotal: (facts: Facts) => Promise<FundShare>;
  readonly ofLines: (facts: FactsOfLines) => Promise<FundShare>;
  /** A decision that decides nothing: what the way into the engine and back costs. */
  readonly nothing: (facts: Facts) => Promise<unknown>;
  /** Microseconds of one evaluation by the engine's own clock. */
  readonly ownClock: (facts: Facts) => Promise<number>;
}

export function zenRule({ ZenEngine, ZenDecisionContent }: ZenModule): ZenRule {
  const engine = new ZenEngine();
  const compiled = (content: object) => engine.createDecision(new ZenDecisionContent(content));
  const ofTotal = compiled(decision('inScope', []));
  const ofLines = compiled(decision('$.inScope', [['inScope', 'sum(lines)']]));
  const nothing = compiled(
    document([node('claim', 'inputNode', { schema: '' }), node('paid', 'outputNode', { schema: '' })]),
  );
  return {
    ofTotal: async (facts) => (await ofTotal.evaluate(facts)).result,
    ofLines: async (facts) => (await ofLines.evaluate(facts)).result,
    nothing: (facts) => nothing.evaluate(facts),
    ownClock: async (facts) => microseconds((await ofTotal.evaluate(facts)).performance),
  };
}

/** "24.7µs", "1.2ms", "830ns". */
function microseconds(text: string): number {
  const factor = text.endsWith('ns')
    ? 0.001
    : text.endsWith('µs')
      ? 1
      : text.endsWith('ms')
        ? 1_000
        : 1_000_000;
  return Number.parseFloat(text) * factor;
}

interface Node {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly content: object;
  readonly position: { readonly x: number; readonly y: number };
}
const node = (id: string, type: string, content: object): Node => ({
  id,
  name: id,
  type,
  content,
  position: { x: 0, y: 0 },
});

/** Nodes in a row, each leading to the next. */
const document = (nodes: readonly Node[]): object => ({
  contentType: 'application/vnd.gorules.decision',
  nodes,
  edges: nodes.slice(1).map(({ id }, at) => ({
    id: `to-${id}`,
    sourceId: nodes[at]?.id,
    targetId: id,
    type: 'edge',
  })),
});

/** Basis points of the three bands. */
const RATIOS: Readonly<Record<Level, readonly [number, number, number]>> = {
  '1': [9_000, 9_500, 9_700],
  '2': [8_700, 9_200, 9_700],
  '3': [8_500, 9_000, 9_500],
};

const halfUp = (numerator: string): string => `floor((${numerator} + 5000) / 10000)`;

function decision(inScope: string, before: readonly (readonly [string, string])[]): object {
  const expressions: readonly (readonly [string, string])[] = [
    ...before,
    ['charged', `min([${inScope}, standard])`],
    ['b1', `max([0, min([${inScope}, 3000000]) - $.charged])`],
    ['b2', `max([0, min([${inScope}, 4000000]) - 3000000])`],
    ['b3', `max([0, min([${inScope}, 10000000]) - 4000000])`],
    ['p1', halfUp('$.b1 * r1')],
    ['p2', halfUp('$.b1 * r1 + $.b2 * r2')],
    ['p3', halfUp('$.b1 * r1 + $.b2 * r2 + $.b3 * r3')],
    ['room', 'max([0, 10000000 - usedPooled])'],
    ['pooled', 'min([$.p3, $.room])'],
    // The band in which the cap is reached covers only what it takes to fill it.
    [
      'covered',
      '$.p3 <= $.room ? $.b1 + $.b2 + $.b3 : ' +
        '($.p1 > $.room ? min([$.b1, ceil($.room * 10000 / r1)]) : ' +
        '($.p2 > $.room ? $.b1 + min([$.b2, ceil(($.room - $.p1) * 10000 / r2)]) : ' +
        '$.b1 + $.b2 + min([$.b3, ceil(($.room - $.p2) * 10000 / r3)])))',
    ],
    [
      'large',
      `min([${halfUp(`(${inScope} - $.charged - $.covered) * 8500`)}, max([0, 40000000 - usedLarge])])`,
    ],
  ];
  const rules = Object.entries(RATIOS).flatMap(([level, [r1, r2, r3]]) =>
    [
      { ordinal: '1', standard: '130000' },
      { ordinal: '>= 2', standard: '65000' },
    ].map(({ ordinal, standard }) => ({
      _id: `${level} ${ordinal}`,
      'in-level': `'${level}'`,
      'in-ordinal': ordinal,
      'out-standard': standard,
      'out-r1': String(r1),
      'out-r2': String(r2),
      'out-r3': String(r3),
    })),
  );
  const field = (kind: string) => (name: string) => ({ id: `${kind}-${name}`, name, field: name });
  return document([
    node('claim', 'inputNode', { schema: '' }),
    node('table', 'decisionTableNode', {
      hitPolicy: 'first',
      inputs: ['level', 'ordinal'].map(field('in')),
      outputs: ['standard', 'r1', 'r2', 'r3'].map(field('out')),
      rules,
      passThrough: true,
      executionMode: 'single',
    }),
    node('money', 'expressionNode', {
      expressions: expressions.map(([key, value]) => ({ id: key, key, value })),
      passThrough: false,
    }),
    node('paid', 'outputNode', { schema: '' }),
  ]);
}
