// The catalogue of refusals: every code is a short stable phrase, with sentences in both languages.

import { describe, expect, it } from 'vitest';
import { fieldError } from '../../../shared/http/field-errors.ts';
import { FIELD_PROBLEMS, type FieldCode } from '../../../shared/http/field-problems.ts';
import { Problem } from '../../../shared/http/problem.ts';
import { PROBLEMS, type ProblemCode } from '../../../shared/http/problems.ts';

const CHINESE = /[\u4e00-\u9fff]/;
const facts = new Proxy({}, { get: () => 'N', has: () => true }) as Record<string, string>;

describe('problems', () => {
  it.each(Object.keys(PROBLEMS) as ProblemCode[])('%s', (code) => {
    const document = new Problem(code, { facts }).document();
    expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(document.status).toBeGreaterThanOrEqual(400);
    expect(document.title).toMatch(CHINESE);
    expect(document.detail).toMatch(CHINESE);
    expect(document.titleEn + document.detailEn).not.toMatch(CHINESE);
    expect(document.detail + document.detailEn).not.toContain('undefined');
  });
});

describe('field problems', () => {
  it.each(Object.keys(FIELD_PROBLEMS) as FieldCode[])('%s', (code) => {
    const { zh, en } = fieldError(['a', 3, 'b'], code, facts);
    expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(zh).toMatch(CHINESE);
    expect(en).not.toMatch(CHINESE);
    expect(zh + en).not.toContain('undefined');
    // Chinese sentences use Chinese punctuation.
    expect(zh).not.toMatch(/[\u4e00-\u9fff][,;:!?]/);
  });

  it('prints a path as people read it', () => {
    expect(fieldError(['claims', 3, 'lines', 0, 'amountFen'], 'missing').path).toBe(
      'claims[3].lines[0].amountFen',
    );
  });
});
