// Reference releases: documents in, dated lookups out; what is wrong is refused with its place.

import { describe, expect, it } from 'vitest';
import { compileRelease } from '../../../shared/reference/release.ts';
import { tinyPack } from '../policy/support.ts';

const documents = {
  id: 'r1',
  packs: [tinyPack()],
  catalogue: [
    {
      code: 'D1',
      name: 'drug',
      versions: [
        {
          from: '2022-01-01',
          class: 'B' as const,
          firstPayBasisPoints: 1000,
          priceLimit: { '3': '12.5', '*': '10' },
        },
        { from: '2020-01-01', to: '2021-06-30', class: 'A' as const },
      ],
    },
  ],
  providers: [
    {
      id: 'H1',
      name: 'h',
      area: '990000',
      type: 'hospital' as const,
      history: [
        { from: '2020-01-01', status: 'designated' as const, level: '3', deductibleLevel: '2' },
        { from: '2023-01-01', status: 'suspended' as const, level: '3' },
      ],
    },
  ],
};

describe('a release', () => {
  it('says what an item was on a day', () => {
    const release = compileRelease(documents);
    expect(release.item('D1', '2021-01-01')?.itemClass).toBe('A');
    expect(release.item('D1', '2021-06-30')?.itemClass).toBe('A');
    expect(release.item('D1', '2021-07-01')).toBeUndefined();
    expect(release.item('D1', '2022-01-01')).toMatchObject({ itemClass: 'B', firstPay: 1000 });
    expect(release.item('D1', '2022-01-01')?.priceLimits?.get('3')).toBe(12_500_000);
    expect(release.item('X', '2022-01-01')).toBeUndefined();
  });

  it('says what an institution was on a day, with its three levels', () => {
    const provider = compileRelease(documents).provider('H1')!;
    expect(provider.on('2019-12-31')).toBeUndefined();
    expect(provider.on('2022-12-31')).toMatchObject({
      status: 'designated',
      level: '3',
      deductibleLevel: '2',
      priceLimitLevel: '3',
    });
    expect(provider.on('2023-01-01')?.status).toBe('suspended');
  });

  it('knows its areas and has no policy elsewhere', () => {
    const release = compileRelease(documents);
    expect(release.areas).toEqual(['990000']);
    expect(release.policy('110000')).toEqual([]);
  });

  it('refuses two versions from the same day, unknown keys, and a pack that does not compile', () => {
    const twice = {
      ...documents.catalogue[0]!,
      versions: [
        { from: '2020-01-01', class: 'A' as const },
        { from: '2020-01-01', class: 'B' as const },
      ],
    };
    expect(() => compileRelease({ ...documents, catalogue: [twice] })).toThrow(
      'two-versions-from-the-same-day',
    );
    expect(() => compileRelease({ ...documents, extra: 1 } as never)).toThrow('extra');
    expect(() => compileRelease({ ...documents, packs: [tinyPack({}, { source: undefined })] })).toThrow(
      'cites no source',
    );
  });
});
