// What an entry says by its kind: whose it is, what it makes of other claims, and whether a denial keeps its place.

import { describe, expect, it } from 'vitest';
import { adjustmentsOf, areaOf, type EntryBody, isHeld } from '../../../shared/ledger/entry.ts';

const body = (kind: string, more: object = {}) => ({ kind, ...more }) as unknown as EntryBody;
const KINDS = [
  'settlement',
  'denial',
  'pend',
  'repeat',
  'conflict',
  'refusal',
  'enrolment',
  'account-credit',
];

describe('an entry', () => {
  it('stands in a stream of an area', () => {
    expect(areaOf('130300#AAAAAAAAAAAAAAAAAAAAAA')).toBe('130300');
  });

  it('adjusts others where it is a settlement, a held denial or a reversal', () => {
    const adjustments = [{ of: 1 }];
    for (const kind of ['settlement', 'denial', 'reversal'])
      expect(adjustmentsOf(body(kind, { adjustments })), kind).toBe(adjustments);
    for (const kind of [...KINDS, 'reversal']) expect(adjustmentsOf(body(kind)), kind).toEqual([]);
    expect(adjustmentsOf(body('pend', { adjustments }))).toEqual([]);
  });

  it('is held where it is a denial with a place, or what a refund left is denied', () => {
    expect(isHeld(body('denial', { held: { version: 1 } }))).toBe(true);
    expect(isHeld(body('reversal', { replacement: { denial: { code: 'visit-limit-reached' } } }))).toBe(true);
    expect(isHeld(body('reversal', { replacement: {} }))).toBe(false);
    for (const kind of [...KINDS, 'reversal']) expect(isHeld(body(kind)), kind).toBe(false);
  });
});
