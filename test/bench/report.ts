// Rows of the bench: what was measured, the figure, its goal and whether it is met; printed as a table or as JSON.

import { availableParallelism, cpus } from 'node:os';

export interface Row {
  readonly section: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** Best and worst, or how it was spread. */
  readonly spread?: string;
  readonly goal?: { readonly atMost?: number; readonly atLeast?: number };
  readonly met?: boolean;
  readonly note?: string;
}

/** Makes the rows of one section; a goal decides by itself whether it is met. */
export function rowsOf(
  section: string,
): (what: string, value: number, unit: string, more?: Pick<Row, 'goal' | 'spread' | 'note'>) => Row {
  return (what, value, unit, more = {}) => ({
    section,
    what,
    value: Number(value.toPrecision(4)),
    unit,
    ...more,
    ...(more.goal ? { met: isMet(value, more.goal) } : {}),
  });
}

const isMet = (value: number, { atMost, atLeast }: NonNullable<Row['goal']>): boolean =>
  (atMost === undefined || value <= atMost) && (atLeast === undefined || value >= atLeast);

export const machine = () => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  node: process.versions.node,
  platform: `${process.platform} ${process.arch}`,
});

/** One section as a table. */
export function tableOf(section: string, rows: readonly Row[]): string {
  const cells = rows.map(({ what, value, unit, spread = '', goal, met, note = '' }) => [
    `  ${what}`,
    number(value),
    unit,
    goal === undefined ? '' : goalText(goal),
    met === undefined ? '' : met ? 'met' : 'NOT MET',
    [spread, note].filter((text) => text !== '').join('; '),
  ]);
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...cells.map((row) => (row[column] as string).length)),
  );
  const lines = cells.map((row) =>
    row
      .map((text, column) =>
        column === 1 ? text.padStart(widths[column] as number) : text.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return [section, ...lines, ''].join('\n');
}

const goalText = ({ atMost, atLeast }: NonNullable<Row['goal']>): string =>
  [atMost === undefined ? '' : `<= ${atMost}`, atLeast === undefined ? '' : `>= ${atLeast}`]
    .filter((text) => text !== '')
    .join(', ');

function number(value: number): string {
  const size = Math.abs(value);
  const decimals = Number.isInteger(value) || size >= 1_000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3;
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
