// Whatever is posted, the API answers for itself: never a 5xx, never a byte of what was sent in what it says is wrong.

import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { generate } from '../../infra/local/sample/generate.ts';
import { call } from '../support/http-events.ts';
import { type MemoryInstallation, memoryInstallation } from '../support/memory-installation.ts';

const sample = generate({
  seed: 'fuzz',
  members: 4,
  claims: 8,
  from: '2026-01-05',
  to: '2026-08-30',
  linesMax: 3,
  providerIds: ['H0001'],
});
const CANARY = 'CANARY王小明110101199003070000';

let installation: MemoryInstallation;
let token: string;
beforeAll(async () => {
  installation = await memoryInstallation();
  token = await installation.tokenOf('H0001');
  await installation.enrol('E1', sample.enrolments, sample.accountCredits);
});

/** Values that programs send by mistake, and people on purpose; each text carries the canary. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    true,
    -1,
    0,
    -0,
    1.5,
    1e21,
    2 ** 53,
    CANARY,
    `=${CANARY}`,
    '',
    '2026-02-30',
    '0',
    '-1',
    '1e5',
    [],
    {},
    [CANARY],
    { [CANARY]: CANARY },
    { __proto__: null },
  ),
  fc.string({ unit: 'binary' }).map((text) => `${text}${CANARY}`),
  fc.array(fc.integer(), { maxLength: 5 }),
);

/** A valid claim with one or more places replaced, removed, or added. */
const spoiled = fc
  .tuple(
    fc.constantFrom(...sample.claims.map(({ claim }) => claim)),
    fc.array(fc.tuple(fc.nat(), odd, fc.constantFrom('replace', 'remove', 'add')), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([claim, changes]) => {
    const copy = structuredClone(claim) as unknown as Record<string, unknown>;
    for (const [at, value, how] of changes) {
      const lines = copy['lines'];
      const inside =
        at % 3 === 0 && Array.isArray(lines) && typeof lines[0] === 'object' && lines[0] !== null
          ? (lines[0] as Record<string, unknown>)
          : copy;
      const key = Object.keys(inside)[at % Math.max(1, Object.keys(inside).length)] ?? 'x';
      if (how === 'remove') delete inside[key];
      else inside[how === 'add' ? CANARY : key] = value;
    }
    return copy;
  });

const bodies = fc.oneof(
  spoiled.map((claim) => JSON.stringify({ claim })),
  odd.map((value) => JSON.stringify({ claim: value }) ?? ''),
  odd.map((value) => JSON.stringify(value) ?? ''),
  fc.tuple(spoiled, fc.nat({ max: 400 })).map(([claim, cut]) => JSON.stringify({ claim }).slice(0, cut)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => bytes),
);

describe('whatever is posted', () => {
  it('is answered, and nothing of it comes back in what is wrong with it', async () => {
    const seen = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const { status, text, json } = await call(installation.handler, 'POST', '/v1/quotes', {
          token,
          body,
        });
        seen.set(status, (seen.get(status) ?? 0) + 1);
        expect(status).toBeLessThan(500);
        if (status >= 400) {
          expect(json.code).toMatch(/^[a-z0-9-]+$/);
          expect(text).not.toMatch(/CANARY|王小明|110101/);
        }
      }),
      { numRuns: 4_000, seed: 20260904 },
    );
    expect([...seen.keys()].sort((a, b) => a - b)).toEqual([200, 400, 422]);
    expect(installation.logged).toEqual([]);
  });

  it('so is whatever is asked for', async () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        '..',
        '%2e%2e',
        '{batchId}',
        '__proto__',
        'H0001.B1',
        'H0001',
        'x'.repeat(500),
        '\u0000',
        CANARY,
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'DELETE', 'get'),
        fc.array(piece, { maxLength: 5 }),
        fc.dictionary(piece, piece, { maxKeys: 3 }),
        async (method, pieces, query) => {
          const { status, text } = await call(installation.handler, method, `/v1/${pieces.join('/')}`, {
            token,
            query,
          });
          expect(status).toBeGreaterThanOrEqual(200);
          expect(status).toBeLessThan(500);
          expect(text).not.toMatch(/CANARY/);
        },
      ),
      { numRuns: 2_000, seed: 20260905 },
    );
    expect(installation.logged).toEqual([]);
  });
});
