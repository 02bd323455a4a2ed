// What the agency is told of a release that cannot be published, and that nothing of it is kept.

import { describe, expect, it } from 'vitest';
import { publishRelease } from '../../../functions/intake/publish-release.ts';
import { Problem, type ProblemDocument } from '../../../shared/http/problem.ts';
import { memoryRecords } from '../../../shared/records/memory/memory-records.ts';
import { tinyPack } from '../../shared/policy/support.ts';

/** Publishes packs (and providers); the refusal, if any, and what was stored and pointed to. */
async function published(packs: unknown[], providers: unknown[] = []) {
  const records = memoryRecords();
  const pointed: string[] = [];
  const pointers = {
    inForce: () => Promise.resolve(undefined),
    point: (from: string) => Promise.resolve(pointed.push(from) > 0),
  };
  let refusal: ProblemDocument | undefined;
  try {
    const body = { from: '2026-09-01T00:00:00+08:00', documents: { packs, catalogue: [], providers } };
    await publishRelease(body, { records, pointers });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    refusal = error.document();
  }
  return { refusal, stored: records.objects.size, pointed };
}

describe('publishing a release', () => {
  it('stores it and points to it, in UTC', async () => {
    expect(await published([tinyPack()])).toEqual({
      refusal: undefined,
      stored: 1,
      pointed: ['2026-08-31T16:00:00.000Z'],
    });
  });

  it('tells of each pack that is not as the format asks where and what, and of the rest by its codes', async () => {
    const wrong = [tinyPack(), tinyPack({ ratio: 0.8 }, { scheme: 310 }), 'pack'];
    const { refusal, stored, pointed } = await published(wrong, [{ id: 'H1' }]);
    expect([refusal?.code, stored, pointed]).toEqual(['release-invalid', 0, []]);
    const percentage = 'not a percentage: write 85% or 7.2%, with the percent sign';
    expect(refusal?.errors?.slice(0, 4).map(({ path, code, en }) => [path, code, en])).toEqual([
      [
        'documents.packs[1].scheme',
        'does-not-compile',
        'The pack does not compile: expected text: put it in quotes',
      ],
      [
        'documents.packs[1].benefits[0].layers[0].ratio',
        'does-not-compile',
        `The pack does not compile: ${percentage}`,
      ],
      ['documents.packs[2]', 'does-not-compile', 'The pack does not compile: expected keys with values'],
      ['documents.providers[0].name', 'missing', 'This field is required; add it.'],
    ]);
  });

  it('tells what is missing in a pack that is written well', async () => {
    const { refusal } = await published([tinyPack(), tinyPack({}, { scheme: '390', source: undefined })]);
    expect(refusal?.errors?.map(({ path, zh }) => [path, zh])).toContainEqual([
      'documents.packs[1]: inpatient.pooled.ratio',
      '政策包有误：cites no source: name one of `sources`, here or on a block around it',
    ]);
  });

  it('tells a hundred faults at most, and how many more there are', async () => {
    const { refusal } = await published(
      Array.from({ length: 60 }, () => tinyPack({ ratio: 1 }, { name: '' })),
    );
    expect(refusal?.errors).toHaveLength(101);
    expect(refusal?.errors?.at(-1)).toMatchObject({
      code: 'and-more',
      en: expect.stringContaining('20 more'),
    });
  });
});
