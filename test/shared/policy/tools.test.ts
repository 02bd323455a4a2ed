// The tools an analyst works with: check, show, compare, situations, explanations.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { adjudicateBasis } from '../../../shared/policy/adjudicate.ts';
import { DENIAL_CODES, denialSentence } from '../../../shared/policy/denials.ts';
import { parsePackText } from '../../../shared/policy/pack/parse.ts';
import { loadPacks, PACKS_FOLDER } from '../../../shared/policy/packs/load-packs.ts';
import { checkPack, type Finding } from '../../../shared/policy/tools/check-pack.ts';
import { diffPacks, diffText } from '../../../shared/policy/tools/diff-packs.ts';
import { explainAsText } from '../../../shared/policy/tools/explain-as-text.ts';
import { packJsonSchema, situationJsonSchema } from '../../../shared/policy/tools/json-schema.ts';
import { differencesText, parseSituation, runSituation } from '../../../shared/policy/tools/run-situation.ts';
import { showPack } from '../../../shared/policy/tools/show-pack.ts';
import { aBasis, aMember, aStay, releaseOf, shippedPack, tinyPack } from './support.ts';

const kinds = (findings: readonly Finding[]) =>
  findings.filter(({ severity }) => severity !== 'note').map(({ kind }) => kind);
const one = (document: unknown): Finding =>
  checkPack(document).filter(({ severity }) => severity !== 'note')[0]!;

describe('policy check', () => {
  it('finds no error in a shipped pack', () => {
    expect(
      loadPacks().flatMap((pack) => checkPack(pack).filter(({ severity }) => severity === 'error')),
    ).toEqual([]);
  });

  it('finds a gap, with the smallest example', () => {
    const found = one(tinyPack({ ratio: { by: ['level'], table: { '3': '80%' } } }));
    expect(found).toMatchObject({ severity: 'error', kind: 'gap', where: 'inpatient.pooled.ratio' });
    expect(found.example).toContain('level 1');
    expect(found.example).toContain('in scope 0.01');
  });

  it('finds a gap that shows only above an amount, to the fen', () => {
    const bands = {
      thresholds: 'gross',
      table: [{ upTo: 1000, ratio: '80%' }, { ratio: { by: ['class'], table: { active: '90%' } } }],
    };
    expect(one(tinyPack({ ratio: undefined, bands })).example).toContain(
      'class retired, encounter inpatient; in scope 1,000.01',
    );
  });

  it('finds cells of a table that overlap, with an example', () => {
    expect(one(tinyPack({ ratio: { by: ['age'], table: { '<70': '80%', '65+': '85%' } } }))).toMatchObject({
      kind: 'overlap',
      example: 'age 65',
    });
  });

  it('finds a case that never counts', () => {
    const ratio = {
      cases: [
        { when: { age: '60+' }, value: '85%' },
        { when: { age: '70+' }, value: '90%' },
        { value: '80%' },
      ],
    };
    expect(kinds(checkPack(tinyPack({ ratio })))).toEqual(['never-applies']);
  });

  it('finds a larger bill for which the funds pay less, at the fen where it begins', () => {
    const threshold = {
      id: 'pooled',
      fund: 'pooled',
      ratio: '30%',
      deductible: { standard: 100, deducts: false },
    };
    const fill = { id: 'fill', fund: 'other', base: ['deductible'], ratio: '100%' };
    const found = checkPack(tinyPack({}, {}, { layers: [threshold, fill] })).find(
      ({ kind }) => kind === 'fund-pays-less',
    );
    expect(found).toMatchObject({ severity: 'error', where: 'inpatient' });
    expect(found!.example).toContain('in scope 100.01');
  });

  it('notes that the person pays less above a threshold that does not deduct', () => {
    const found = checkPack(tinyPack({ deductible: { standard: 100, deducts: false } })).find(
      ({ kind }) => kind === 'person-pays-less',
    );
    expect(found).toMatchObject({ severity: 'note' });
    expect(found!.example).toContain('in scope 100.01');
  });

  it('finds a cap that can never bind', () => {
    const bands = { per: 'year', thresholds: 'gross', table: [{ upTo: 1000, ratio: '80%' }] };
    expect(kinds(checkPack(tinyPack({ ratio: undefined, bands, caps: [{ amount: 900 }] })))).toEqual([
      'unreachable-cap',
    ]);
    expect(kinds(checkPack(tinyPack({ ratio: undefined, bands, caps: [{ amount: 700 }] })))).toEqual([]);
  });

  it('does not take rounding to the jiao for a fall', () => {
    expect(
      kinds(checkPack(tinyPack({ deductible: { standard: 100.05 } }, { rounding: { digits: 1 } }))),
    ).toEqual([]);
  });

  it('finds a benefit that pauses', () => {
    const [benefit] = tinyPack().benefits;
    const pausing = tinyPack(
      {},
      {
        benefits: [
          { ...benefit, from: '2020-01-01', to: '2020-06-30' },
          { ...benefit, from: '2021-01-01' },
        ],
      },
    );
    expect(kinds(checkPack(pausing))).toContain('date-hole');
  });

  it('finds what does not compile, and stops there', () => {
    expect(checkPack({})[0]).toMatchObject({ severity: 'error', kind: 'does-not-compile' });
  });
});

describe('policy show and diff', () => {
  it('shows every number with for whom and its source', () => {
    const text = showPack(shippedPack('guangzhou/employee'), '2010-01-01');
    expect(text).toContain('起付标准 standard: 1,400.00  ← class retired, level 3');
    expect(text).toContain('〔C〕广州职工医保 2005 年 7 月起标准');
    expect(text).not.toContain('1,600.00');
  });

  it('says what changed for whom', () => {
    const pack = shippedPack('guangzhou/employee');
    const text = diffText(diffPacks(pack, '2010-01-01', pack, '2023-01-01'));
    expect(text).toContain('deductible.standard (class retired, level 3): 1,400.00 → 1,120.00');
    expect(text).not.toContain('ratio');
    expect(diffPacks(pack, '2023-01-01', pack, '2024-01-01')).toEqual([]);
  });
});

describe('the schemas for editors', () => {
  const onDisk = (name: string): unknown => JSON.parse(readFileSync(join(PACKS_FOLDER, name), 'utf8'));

  it('are those of the code; write them anew with packs/write-schemas.ts when this fails', () => {
    expect(onDisk('pack.schema.json')).toEqual(JSON.parse(JSON.stringify(packJsonSchema())));
    expect(onDisk('situation.schema.json')).toEqual(JSON.parse(JSON.stringify(situationJsonSchema())));
  });
});

describe('situations', () => {
  const situation = (pooled: number) => `
title: a test of the test
claims: [{ on: 2024-01-01, inScope: 100, expect: { pooled: ${pooled} } }]
`;

  it('hold when they hold, and say the difference when they do not', () => {
    expect(runSituation(situation(80), [tinyPack()]).holds).toBe(true);
    const report = runSituation(situation(81), [tinyPack()]);
    expect(report.holds).toBe(false);
    expect(differencesText(report)).toContain('pooled: expected 81.00, found 80.00');
  });

  it('that cannot be read say where, whatever kind of entry it is', () => {
    const issues = (claims: string): string => {
      try {
        runSituation(parseSituation(`title: t\npacks: [x]\nclaims: [${claims}]`), [tinyPack()]);
      } catch (error) {
        if (error instanceof z.ZodError)
          return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n');
        throw error;
      }
      return '';
    };
    expect(issues('{ on: 2024-01-01, inScope: 1, referral: up }')).toContain('claims[0].referral: ');
    expect(issues('{ on: 2024-01-01, inscope: 1 }')).toContain('claims[0]: Unrecognized key: "inscope"');
    expect(issues('{ now: X1, expect: { cash: 0 } }')).toBe('claims[0]: nothing stands under "X1" by now');
    expect(issues('{ reverse: X1 }')).toContain('claims[0]: the reversal of "X1"');
  });

  it('do not take a denial for a payment of nothing', () => {
    expect(
      runSituation(`{ title: t, claims: [{ on: 2001-01-01, inScope: 100, expect: { pooled: 0 } }] }`, [
        tinyPack(),
      ]).holds,
    ).toBe(false);
  });
});

describe('the README of the packs', () => {
  it('walks to a pack that compiles, has no finding, and gives what its situation says', () => {
    const blocks = [
      ...readFileSync(join(PACKS_FOLDER, 'README.md'), 'utf8').matchAll(/```yaml\n(.*?)```/gs),
    ].map(([, block]) => block!);
    const pack = parsePackText(blocks.slice(0, 3).join(''));
    expect(checkPack(pack)).toEqual([]);
    expect(differencesText(runSituation(blocks[3]!, [pack]))).toBe('');
  });
});

describe('explanations', () => {
  it('fit the 4,000 characters of the national interface, with sources, whatever the claim', () => {
    for (const pack of loadPacks()) {
      const classes = Object.keys(pack.classes);
      const result = adjudicateBasis(
        aStay(90_000_000, '2024-03-10', '3'),
        aBasis(90_000_000),
        aMember(pack.scheme, classes.at(-1)),
        releaseOf([pack]),
        { area: pack.area },
      );
      const text = explainAsText(result);
      expect(text.length).toBeLessThanOrEqual(4_000);
      if (result.outcome === 'payable') expect(text).toContain('[1]');
    }
  });

  it('say each step in both languages, with its clause', () => {
    const pack = shippedPack('guangzhou/employee');
    const text = explainAsText(
      adjudicateBasis(aStay(500_000, '2008-05-01'), aBasis(500_000), aMember(), releaseOf([pack]), {
        area: '440100',
      }),
    );
    expect(text).toContain('起付标准 2,000.00 元，本次 2,000.00 元由个人负担');
    expect(text).toContain('3,000.00 × 80%: pooled fund pays 2,400.00');
  });

  it('every denial code has a sentence in both languages', () => {
    for (const code of DENIAL_CODES) {
      const { zh, en } = denialSentence({ code, facts: {} });
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(en.length).toBeGreaterThan(5);
    }
  });
});
