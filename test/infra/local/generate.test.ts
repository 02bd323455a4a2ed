// The sample generator: the same options give the same bytes, and everything it makes can be read by the schemas.

import { describe, expect, it } from 'vitest';
import { generate } from '../../../infra/local/sample/generate.ts';
import { SAMPLE_ITEMS } from '../../../infra/local/sample/items.ts';
import { SAMPLE_PROVIDERS, sampleCatalogue } from '../../../infra/local/sample/reference.ts';
import { Claim, STAYS } from '../../../shared/claim/claim.ts';
import { checkAccountCredit, checkEnrolment } from '../../../shared/claim/enrolment.ts';
import { amountOf, quantity, unitPrice } from '../../../shared/money/quantity.ts';
import { Catalogue } from '../../../shared/reference/catalogue.ts';
import { Providers } from '../../../shared/reference/providers.ts';

const options = { seed: 7, members: 300, claims: 1_500, from: '2025-01-01', to: '2025-12-31' };

describe('generate', () => {
  const made = generate(options);

  it('makes the same bytes for the same options, and others for another seed', () => {
    expect(JSON.stringify(generate(options))).toBe(JSON.stringify(made));
    expect(JSON.stringify(generate({ ...options, seed: 8 }))).not.toBe(JSON.stringify(made));
  });

  it('makes claims that the schema reads, whose lines add up and lie inside their stay', () => {
    for (const { claim, servedOn } of made.claims) {
      const read = Claim.parse(claim);
      expect(read.lines.reduce((sum, line) => sum + line.amountFen, 0)).toBe(read.billedFen);
      for (const line of read.lines) {
        expect(line.amountFen).toBe(amountOf(quantity(line.quantity), unitPrice(line.unitPrice)));
        expect(line.servedOn >= (read.admittedOn ?? servedOn) && line.servedOn <= servedOn).toBe(true);
      }
      expect(STAYS.has(read.encounter) ? read.dischargedOn : read.servedOn).toBe(servedOn);
      expect(read.encounter === 'chronic-outpatient').toBe(read.chronicDisease !== undefined);
    }
  });

  it('makes enrolments and account credits that intake reads', () => {
    for (const enrolment of made.enrolments) expect(checkEnrolment(enrolment).ok).toBe(true);
    for (const credit of made.accountCredits) expect(checkAccountCredit(credit).ok).toBe(true);
    expect(made.accountCredits.length).toBeGreaterThan(100);
  });

  it('numbers claims once, on days of the range, in their order', () => {
    expect(new Set(made.claims.map(({ claim }) => claim.claimNo)).size).toBe(options.claims);
    const days = made.claims.map(({ servedOn }) => servedOn);
    expect(days).toEqual([...days].sort());
    expect(days[0]! >= options.from && days.at(-1)! <= options.to).toBe(true);
  });

  it('mixes small visits with stays of hundreds of lines, never above 500', () => {
    const kinds = Map.groupBy(made.claims, ({ claim }) => claim.encounter);
    for (const kind of ['pharmacy', 'outpatient', 'chronic-outpatient', 'emergency', 'inpatient'] as const) {
      expect(kinds.get(kind)?.length ?? 0).toBeGreaterThan(20);
    }
    const longest = Math.max(...made.claims.map(({ claim }) => claim.lines.length));
    expect(longest).toBeGreaterThan(150);
    expect(longest).toBeLessThanOrEqual(500);
  });

  it('names nobody: every member is a DEMO number, covered or not', () => {
    const ids = [...made.enrolments, ...made.accountCredits, ...made.claims.map(({ claim }) => claim)].map(
      ({ memberId }) => memberId,
    );
    expect(ids.filter((id) => !/^DEMO\d{10}$/.test(id))).toEqual([]);
  });

  it('makes claims nobody can read only when asked to', () => {
    const broken = generate({ ...options, unreadableBasisPoints: 1_000 }).claims.filter(
      ({ claim }) => claim.lines.reduce((sum, line) => sum + line.amountFen, 0) !== claim.billedFen,
    );
    expect(broken.length).toBeGreaterThan(80);
    expect(broken.length).toBeLessThan(250);
  });

  it('keeps to the institutions it is given, and makes nothing from nothing', () => {
    const only = generate({ ...options, claims: 50, providerIds: ['P0001'] });
    expect(new Set(only.claims.map(({ providerId }) => providerId))).toEqual(new Set(['P0001']));
    expect(generate({ ...options, members: 0, claims: 5 })).toMatchObject({
      enrolments: [],
      accountCredits: [],
      claims: [],
    });
  });
});

describe('the sample reference data', () => {
  it('can be read by the schemas of a release', () => {
    expect(Catalogue.parse(sampleCatalogue())).toHaveLength(SAMPLE_ITEMS.length);
    expect(Providers.parse(SAMPLE_PROVIDERS)).toHaveLength(15);
    expect(new Set(SAMPLE_ITEMS.map(({ code }) => code)).size).toBe(SAMPLE_ITEMS.length);
    expect(new Set(SAMPLE_ITEMS.map(({ itemClass }) => itemClass))).toEqual(new Set(['A', 'B', 'C']));
  });
});
