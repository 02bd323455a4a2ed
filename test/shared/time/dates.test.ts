// Calendar dates as texts: which exist, how far apart they are, how old somebody is.

import { describe, expect, it } from 'vitest';
import {
  addDays,
  ageOn,
  dayInChina,
  daysBetween,
  isLocalDate,
  localDate,
} from '../../../shared/time/dates.ts';

const d = localDate;

describe('dates', () => {
  it('knows the days of the calendar', () => {
    for (const day of ['2026-01-31', '2024-02-29', '2000-02-29', '1990-12-31'])
      expect(isLocalDate(day)).toBe(true);
    for (const day of [
      '2026-02-29',
      '1900-02-29',
      '2026-04-31',
      '2026-13-01',
      '2026-00-10',
      '2026-1-1',
      '2026-01-00',
      '',
      '2026-01-01T00:00:00Z',
    ]) {
      expect(isLocalDate(day)).toBe(false);
    }
  });

  it('counts days across months, years and leap days', () => {
    expect(daysBetween(d('2026-01-01'), d('2026-01-01'))).toBe(0);
    expect(daysBetween(d('2024-02-28'), d('2024-03-01'))).toBe(2);
    expect(daysBetween(d('2026-03-01'), d('2025-12-31'))).toBe(-60);
    expect(addDays(d('2025-12-31'), 1)).toBe('2026-01-01');
    expect(addDays(d('2024-03-01'), -1)).toBe('2024-02-29');
  });

  it('counts completed years of age', () => {
    expect(ageOn(d('1966-09-02'), d('2026-09-01'))).toBe(59);
    expect(ageOn(d('1966-09-01'), d('2026-09-01'))).toBe(60);
    expect(ageOn(d('2024-02-29'), d('2025-02-28'))).toBe(0);
  });

  it('puts a moment on its day in China, whatever the zone of the machine', () => {
    expect(dayInChina(Date.UTC(2026, 8, 1, 15, 59, 59))).toBe('2026-09-01');
    expect(dayInChina(Date.UTC(2026, 8, 1, 16, 0, 0))).toBe('2026-09-02');
  });
});
