// A planted change of any number of a pack changes exactly the steps that cite it, and what follows from them.

import { describe, expect, it } from 'vitest';
import { adjudicateBasis } from '../../../shared/policy/adjudicate.ts';
import type { Step } from '../../../shared/policy/adjudication.ts';
import { checkPackDocument } from '../../../shared/policy/pack/parse.ts';
import { changeDays, resolveOn } from '../../../shared/policy/pack/resolve.ts';
import type { PackDocument } from '../../../shared/policy/pack/schema.ts';
import { policyRows } from '../../../shared/policy/tools/policy-rows.ts';
import { aBasis, aMember, aStay, releaseOf, shippedPack } from './support.ts';

const ON = '2024-03-10';

/** Paths of the numbers of a document that money depends on. */
function numbersIn(node: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof node === 'object' && node !== null) {
    return Object.entries(node).flatMap(([key, value]) =>
      [
        'from',
        'to',
        'note',
        'clause',
        'source',
        'sources',
        'merge',
        'when',
        'area',
        'scheme',
        'id',
        'withinDays',
        'everyDays',
      ].includes(key)
        ? []
        : numbersIn(value, [...path, Array.isArray(node) ? Number(key) : key]),
    );
  }
  return typeof node === 'number' || (typeof node === 'string' && /^[\d.]+(%|万)?$/.test(node)) ? [path] : [];
}

const planted = (value: string | number): string | number =>
  typeof value === 'number'
    ? value + 7
    : value.endsWith('%')
      ? `${Math.max(1, Number.parseInt(value, 10) - 3)}%`
      : value.endsWith('万')
        ? `${Number.parseInt(value, 10) + 1}万`
        : String(Number(value) + 7);

function withPlanted(pack: PackDocument, path: readonly (string | number)[]): PackDocument {
  const copy = structuredClone(pack) as unknown as Record<string | number, unknown>;
  const parent = path.slice(0, -1).reduce((node, key) => node[key] as Record<string | number, unknown>, copy);
  const last = path.at(-1)!;
  parent[last] = planted(parent[last] as string | number);
  return copy as unknown as PackDocument;
}

const rowsOf = (document: PackDocument) => {
  const pack = checkPackDocument(document);
  return new Map(
    policyRows(resolveOn(pack, changeDays(pack).findLast((day) => day <= ON)!)).map((row) => [
      `${row.path.join('.')} ${row.when}`,
      row,
    ]),
  );
};

/** Steps of claims of every level, class and size, on empty and on used positions. */
function battery(pack: PackDocument): (readonly Step[])[] {
  const release = releaseOf([pack]);
  const runs: (readonly Step[])[] = [];
  for (const encounter of ['inpatient', 'outpatient']) {
    for (const level of ['1', '2', '3']) {
      for (const personClass of Object.keys(pack.classes)) {
        for (const years of [{}, { '2024': { stays: 2 } }]) {
          for (const inScope of [50_000, 5_000_000, 90_000_000]) {
            const header = aStay(
              inScope,
              ON,
              level,
              encounter === 'inpatient' ? {} : { encounter, servedOn: ON },
            );
            const result = adjudicateBasis(
              header,
              aBasis(inScope),
              aMember(pack.scheme, personClass, { years }),
              release,
              { area: pack.area },
            );
            runs.push(result.steps);
          }
        }
      }
    }
  }
  return runs;
}

describe('a planted number', () => {
  for (const name of [
    'guangzhou/employee',
    'qinhuangdao/employee',
    'beijing/employee',
    'chongqing/employee',
    'guangzhou/resident',
  ]) {
    it(`changes the steps that cite it and nothing before them: ${name}`, () => {
      const pack = shippedPack(name);
      const before = battery(pack);
      const rows = rowsOf(pack);
      let seen = 0;
      for (const path of numbersIn(pack)) {
        const changedPack = withPlanted(pack, path);
        let changedRows: ReturnType<typeof rowsOf>;
        try {
          changedRows = rowsOf(changedPack);
        } catch {
          continue; // The planted number does not even compile.
        }
        const parameters = [...rows]
          .filter(([key, row]) => changedRows.get(key)?.value !== row.value)
          .map(([, row]) => row.citations[0]?.parameter);
        if (parameters.length !== 1) continue; // Superseded on this day, or a number in a shared layer that stands twice.
        const cites = (step: Step | undefined) =>
          step?.citations.some(({ parameter }) => parameter === parameters[0]) ?? false;
        battery(changedPack).forEach((after, run) => {
          const steps = before[run]!;
          const first = steps.findIndex((step, i) => JSON.stringify(step) !== JSON.stringify(after[i]));
          const cited = steps.findIndex((step) => cites(step));
          if (first < 0 && cited < 0) return;
          seen++;
          // A cap that begins or ceases to bind adds or takes away its own step.
          expect(
            cites(steps[first]) || cites(after[first]),
            `${path.join('.')}: first changed step ${first}, cited ${cited}`,
          ).toBe(true);
          if (cited >= 0) expect(cited).toBe(first);
        });
      }
      expect(seen).toBeGreaterThan(10);
    });
  }
});
