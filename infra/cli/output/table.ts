// Tables for people: columns aligned by what the terminal shows, numbers to the right, no lines drawn.

import { pad, printable, widthOf } from './width.ts';

export interface Column<Row> {
  readonly header: string;
  readonly align?: 'left' | 'right';
  readonly cell: (row: Row) => string;
}

const GAP = '  ';

/**
 * Prints rows page by page, header first. Widths are those of the first page and only ever grow, so that a long list
 * can be printed while it is still being read.
 */
export function tableWriter<Row>(
  columns: readonly Column<Row>[],
  style: (header: string) => string = (text) => text,
) {
  const widths = columns.map(({ header }) => widthOf(header));
  let started = false;
  return (rows: readonly Row[]): string[] => {
    const cells = rows.map((row) => columns.map(({ cell }) => printable(cell(row))));
    for (const line of cells)
      line.forEach((text, at) => (widths[at] = Math.max(widths[at] ?? 0, widthOf(text))));
    const lay = (line: readonly string[]) =>
      line
        .map((text, at) => pad(text, widths[at] ?? 0, columns[at]?.align))
        .join(GAP)
        .trimEnd();
    const head = started ? [] : [style(lay(columns.map(({ header }) => header)))];
    started = true;
    return [...head, ...cells.map(lay)];
  };
}

/** A whole table at once. */
export const table = <Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  style?: (header: string) => string,
): string[] => tableWriter(columns, style)(rows);

/** Names and values, one under another: what a form has on paper. Empty values are left out. */
export function form(rows: readonly (readonly [name: string, value: string | undefined])[]): string[] {
  const shown = rows.filter((row): row is readonly [string, string] => row[1] !== undefined && row[1] !== '');
  const width = Math.max(0, ...shown.map(([name]) => widthOf(name)));
  return shown.map(([name, value]) => `${pad(name, width)}${GAP}${printable(value)}`);
}

/** Names and amounts, the amounts aligned to the right. */
export function amounts(rows: readonly (readonly [name: string, amount: string])[], indent = '  '): string[] {
  const [names, figures] = [
    Math.max(0, ...rows.map(([name]) => widthOf(name))),
    Math.max(0, ...rows.map(([, amount]) => widthOf(amount))),
  ];
  return rows.map(([name, amount]) => `${indent}${pad(name, names)}${GAP}${pad(amount, figures, 'right')}`);
}
