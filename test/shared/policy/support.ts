// Small packs, releases, claims and positions for the tests of the policy engine.

import { join } from 'node:path';
import { EMPTY_POSITION, type Position } from '../../../shared/ledger/position.ts';
import type { Fen } from '../../../shared/money/fen.ts';
import { adjudicateBasis } from '../../../shared/policy/adjudicate.ts';
import type { Basis, Payable, Step } from '../../../shared/policy/adjudication.ts';
import { Circumstances } from '../../../shared/policy/circumstances.ts';
import { compilePack } from '../../../shared/policy/pack/compile.ts';
import { PackError } from '../../../shared/policy/pack/pack-error.ts';
import { checkPackDocument } from '../../../shared/policy/pack/parse.ts';
import type { PackDocument } from '../../../shared/policy/pack/schema.ts';
import { loadPack, PACKS_FOLDER } from '../../../shared/policy/packs/load-packs.ts';
import { compileRelease, type Release, type ReleaseDocuments } from '../../../shared/reference/release.ts';

export const shippedPack = (name: string): PackDocument => loadPack(join(PACKS_FOLDER, `${name}.yaml`));

/** A pack with one inpatient benefit; `layer` and `more` are written over it. */
// Typed loosely: tests write wrong packs on purpose.
export const tinyPack = (layer: object = {}, more: object = {}, benefit: object = {}): PackDocument => ({
  area: '990000',
  name: 'tiny',
  scheme: '310',
  sources: { own: { title: 'own', tier: 'D' } },
  from: '2020-01-01',
  source: 'own',
  levels: { '1': 'one', '3': 'three' },
  classes: { active: 'active', retired: 'retired' },
  benefits: [
    {
      id: 'inpatient',
      encounters: ['inpatient'],
      layers: [{ id: 'pooled', fund: 'pooled', ratio: '80%', ...layer }],
      ...benefit,
    },
  ],
  ...more,
});

/** What is wrong with a pack, and where; nothing when it compiles. */
export const issuesOf = (document: unknown): string[] => {
  try {
    compilePack(checkPackDocument(document));
    return [];
  } catch (error) {
    if (error instanceof PackError) return error.issues.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
};

export const releaseOf = (packs: readonly PackDocument[], more: Partial<ReleaseDocuments> = {}): Release =>
  compileRelease({
    id: 'test',
    packs: [...packs],
    catalogue: [
      { code: 'A', name: 'a', versions: [{ from: '1990-01-01', class: 'A' }] },
      { code: 'B', name: 'b', versions: [{ from: '1990-01-01', class: 'B', firstPayBasisPoints: 1000 }] },
      { code: 'C', name: 'c', versions: [{ from: '1990-01-01', class: 'C' }] },
    ],
    providers: ['1', '2', '3'].map((level) => ({
      id: `H${level}`,
      name: level,
      area: packs[0]?.area ?? '990000',
      type: 'hospital',
      history: [{ from: '1990-01-01', status: 'designated', level }],
    })),
    ...more,
  });

export const aMember = (scheme = '310', personClass = 'active', more: Partial<Position> = {}): Position => ({
  ...EMPTY_POSITION,
  enrolment: {
    born: '1970-01-01' as never,
    sex: 'F',
    hasAccount: true,
    coverage: [{ from: '1990-01-01' as never, scheme, personClass }],
  },
  ...more,
});

export const aBasis = (inScope: number, selfPaid = 0, firstPay = 0): Basis => ({
  selfPaid: selfPaid as Fen,
  overLimit: 0 as Fen,
  firstPay: firstPay as Fen,
  inScope: inScope as Fen,
});

/** Header of a stay that ends on a day. */
export const aStay = (billed: number, on = '2024-03-10', level = '3', more: object = {}) =>
  ({
    claimNo: 'C1',
    providerId: `H${level}`,
    encounter: 'inpatient',
    admittedOn: on,
    dischargedOn: on,
    billedFen: billed,
    ...more,
  }) as never;

/** Decides a bill from its basis under one pack; it has to be payable. */
export function payableOf(
  pack: PackDocument,
  header: Parameters<typeof adjudicateBasis>[0],
  basis: Basis = aBasis(header.billedFen),
  position: Position = aMember(),
): Payable {
  const result = adjudicateBasis(header, basis, position, releaseOf([pack]), { area: pack.area });
  if (result.outcome !== 'payable') throw new Error(JSON.stringify(result));
  return result;
}

/** Everything about a claim that a test does not leave as it is: a stay of one day at H3 in March 2024. */
interface Told {
  readonly member?: object;
  readonly on?: string;
  readonly stays?: readonly object[];
  readonly gapDaysAllowed?: number;
  readonly provider?: object;
  readonly providerOn?: object;
}

/** The circumstances of a claim, as eligibility would make them. */
export function circumstances(header: object, told: Told = {}): Circumstances {
  const { member, on = '2024-03-10', stays = [], gapDaysAllowed = 0, provider, providerOn } = told;
  const position = aMember();
  return new Circumstances(
    { claimNo: 'C1', providerId: 'H3', encounter: 'inpatient', billedFen: 0, ...header } as never,
    { ...position, stays } as never,
    { ...position.enrolment, ...member } as never,
    { id: 'H3', area: '990000', type: 'hospital', ...provider } as never,
    { level: '3', deductibleLevel: '3', priceLimitLevel: '3', ...providerOn } as never,
    on as never,
    '310',
    'active',
    gapDaysAllowed,
  );
}

/** The parameters that a step cites. */
export const citedBy = (step: Step | undefined): (string | undefined)[] | undefined =>
  step?.citations.map(({ parameter }) => parameter);
