// The nightly seal of a local installation: at its hour in China, once a day, whatever the machine's own time zone.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { everyDay, untilInChina } from '../../../infra/local/nightly.ts';

const AT = { hour: 23, minute: 50 };

describe('the time until 23:50 in China', () => {
  it.each([
    ['2026-09-02T15:49:00Z', 60_000],
    ['2026-09-02T15:49:59.999Z', 1],
    ['2026-09-02T15:50:00Z', 86_400_000],
    ['2026-09-02T16:00:00Z', (23 * 60 + 50) * 60_000],
    ['2026-09-02T00:00:00Z', (15 * 60 + 50) * 60_000],
  ])('from %s', (now, expected) => {
    expect(untilInChina(Date.parse(now), AT)).toBe(expected);
  });
});

describe('every day', () => {
  beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-09-02T04:00:00Z') }));
  afterEach(() => void vi.useRealTimers());

  it('works once a day, also when it failed the day before, and stops', async () => {
    const [days, errors]: [string[], unknown[]] = [[], []];
    const work = async () => {
      days.push(new Date().toISOString());
      if (days.length === 1) throw new Error('no');
    };
    const nightly = everyDay(AT, work, (error) => void errors.push(error));
    await vi.advanceTimersByTimeAsync(3 * 86_400_000);
    expect(days).toEqual([
      '2026-09-02T15:50:00.000Z',
      '2026-09-03T15:50:00.000Z',
      '2026-09-04T15:50:00.000Z',
    ]);
    expect(errors).toHaveLength(1);
    nightly.stop();
    await vi.advanceTimersByTimeAsync(3 * 86_400_000);
    expect(days).toHaveLength(3);
  });
});
