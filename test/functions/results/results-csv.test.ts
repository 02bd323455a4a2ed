// Cells that a spreadsheet must not misread, nor execute.

import { describe, expect, it } from 'vitest';
import { csvHeader, csvRow, idCell, textCell } from '../../../functions/results/results-csv.ts';
import type { ResultRow } from '../../../functions/results/read-results.ts';

describe('a cell', () => {
  it('never becomes a formula', () => {
    for (const start of ['=', '+', '-', '@', '\t', '\r'])
      expect(textCell(`${start}HYPERLINK("http://x")`).replace(/^"/, '')).toMatch(/^'/);
    expect(textCell('-2+3')).toBe("'-2+3");
  });

  it('keeps commas, quotes and line breaks inside', () => {
    expect(textCell('a,"b"\nc')).toBe('"a,""b""\nc"');
  });

  it('keeps an id what it is, where Excel would make a number, a date or a formula of it', () => {
    expect(idCell('20260901001123456')).toBe('"=""20260901001123456"""');
    expect(idCell('0012')).toBe('"=""0012"""');
    expect(idCell('3-4')).toBe('"=""3-4"""');
    expect(idCell('MAR1')).toBe('"=""MAR1"""');
    expect(idCell('-A1')).toBe('"=""-A1"""');
    expect(idCell('ZY0000044')).toBe('ZY0000044');
    expect(idCell('1"+A1')).toBe('"\'1""+A1"');
  });
});

describe('a row', () => {
  const base = {
    index: 7,
    seq: 1,
    batchId: 'H0001.B1',
    decidedAt: '2026-09-01T16:30:00.000Z',
    entryHash: 'h',
    number: 'C7',
  };

  it('has as many cells as the header, whatever the outcome', () => {
    const cells = (line: string) => line.trimEnd().split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).length;
    const rows: ResultRow[] = [
      { ...base, outcome: 'denied', denial: { code: 'x', zh: '不在保，', en: 'not covered, alas' } },
      { ...base, outcome: 'conflict', conflict: { code: 'other-content', zh: '“', en: '"' } },
      { ...base, outcome: 'recorded' },
    ];
    for (const row of rows) expect(cells(csvRow(row))).toBe(cells(csvHeader()));
  });

  it('tells the time of China', () => {
    expect(csvRow({ ...base, outcome: 'recorded' })).toContain('2026-09-02 00:30:00');
  });
});
