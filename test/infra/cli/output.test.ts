// What is printed: columns under each other whatever the script, amounts to the fen, nothing that steers a terminal.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { count, money } from '../../../infra/cli/output/money.ts';
import { fundName, fundsInOrder, outcomeName } from '../../../infra/cli/output/names.ts';
import { amounts, form, table, tableWriter } from '../../../infra/cli/output/table.ts';
import { pad, printable, widthOf } from '../../../infra/cli/output/width.ts';

const cell = fc.string({
  unit: fc.constantFrom('a', '1', ' ', '医', '保', '，', '（', '.', '-'),
  maxLength: 12,
});

describe('width', () => {
  it('counts Chinese characters and full-width marks as two columns', () => {
    expect(widthOf('abc')).toBe(3);
    expect(widthOf('医保')).toBe(4);
    expect(widthOf('（元）')).toBe(6);
    expect(widthOf('e\u0301')).toBe(1);
    expect(widthOf('𠮷')).toBe(2);
  });

  it('fills to the width asked for', () => {
    fc.assert(
      fc.property(
        cell,
        fc.integer({ min: 0, max: 40 }),
        (text, width) => widthOf(pad(text, width)) === Math.max(width, widthOf(text)),
      ),
    );
  });
});

describe('table', () => {
  it('ends right-aligned columns under each other for any content', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), (rows) => {
        const lines = table<readonly [string, string]>(
          [
            { header: '名称', cell: ([name]) => name },
            { header: '金额', align: 'right', cell: ([, amount]) => `${amount}.` },
          ],
          rows,
        );
        expect(new Set(lines.slice(1).map(widthOf)).size).toBe(1);
      }),
    );
  });

  it('prints its header once, however many pages come', () => {
    const rows = tableWriter<string>([{ header: 'H', cell: (text) => text }]);
    expect([...rows(['a']), ...rows(['b'])]).toEqual(['H', 'a', 'b']);
  });

  it('leaves empty values of a form out, and aligns amounts', () => {
    expect(
      form([
        ['状态', 'x'],
        ['release', undefined],
        ['no', ''],
      ]),
    ).toEqual(['状态  x']);
    expect(
      amounts([
        ['总费用', '1,234.00'],
        ['cash', '0.05'],
      ]),
    ).toEqual(['  总费用  1,234.00', '  cash        0.05']);
  });
});

describe('money', () => {
  it('prints yuan from whole fen', () => {
    expect(money(123_456_789)).toBe('1,234,567.89');
    expect(money(-5)).toBe('-0.05');
    expect(money(0)).toBe('0.00');
    expect(money(undefined)).toBe('-');
    expect(count(1_000_000)).toBe('1,000,000');
  });
});

describe('names', () => {
  it('names what it knows in both languages, and shows what it does not know', () => {
    expect(outcomeName('denied')).toBe('拒付 denied');
    expect(outcomeName('newer')).toBe('newer');
    expect(fundName('pooled')).toMatch(/^统筹基金 /);
    expect(fundName('newer')).toBe('newer');
  });

  it('keeps the order of funds and leaves out those that pay nothing', () => {
    expect(fundsInOrder({ relief: 3, newer: 1, pooled: 2, large: 0 })).toEqual([
      ['pooled', 2],
      ['relief', 3],
      ['newer', 1],
    ]);
  });
});

describe('text of others', () => {
  it('reaches the terminal without control characters', () => {
    expect(printable('a\u001b[31mb\u202Ec\n')).toBe('a\uFFFD[31mb\uFFFDc\uFFFD');
  });
});
