// The reference data of a simulation: two small releases, so that one can follow the other in the middle of a batch.
// Real packs (Beijing for ordinals and yearly deductibles, Qinhuangdao for accounts and caps, Chengdu for layers), each
// with another way of correcting; everything else is invented.

import { loadPacks, PACKS_FOLDER } from '../../shared/policy/packs/load-packs.ts';
import type { PackDocument } from '../../shared/policy/pack/schema.ts';
import { compileRelease, type Release } from '../../shared/reference/release.ts';
import { type Documents, releaseIdOf } from '../../shared/reference/releases.ts';

export const HOME_AREA = '130300';
/** Qinhuangdao, Beijing, Chengdu: one for each way of correcting. */
export const AREAS = [HOME_AREA, '110000', '510100'] as const;
export const PROVIDERS = ['H0001', 'H0002'] as const;

export interface Item {
  readonly code: string;
  /** Unit price in fen. */
  readonly fen: number;
}
export const ITEMS: readonly Item[] = [
  { code: 'XA1', fen: 1_250 },
  { code: 'XA2', fen: 98_000 },
  { code: 'XB1', fen: 46_005 },
  { code: 'XL1', fen: 120_000 },
  { code: 'XC1', fen: 3_333 },
];

const FROM = '2020-01-01';

const packs = (area: string, corrections: NonNullable<PackDocument['corrections']>) =>
  loadPacks(`${PACKS_FOLDER}/${area}`).map((pack) => ({
    ...pack,
    corrections,
    benefits: pack.benefits.map(traumaPended),
  }));

/** Everywhere a person looks at a trauma first, so that reviews meet every way of correcting. */
const traumaPended = (benefit: PackDocument['benefits'][number]): PackDocument['benefits'][number] =>
  benefit.encounters.includes('trauma-inpatient') || !benefit.encounters.includes('inpatient')
    ? benefit
    : {
        ...benefit,
        encounters: [...benefit.encounters, 'trauma-inpatient'],
        rules: [
          ...(benefit.rules ?? []),
          { when: { encounter: 'trauma-inpatient' }, pend: 'trauma-to-verify', note: 'Invented.' },
        ],
      };

function documents(firstPayBasisPoints: number, limit: string): Documents {
  return {
    packs: [
      ...packs('qinhuangdao', { later: 'resettle', order: 'arrival' }),
      ...packs('beijing', { later: 'lifo', order: 'arrival' }),
      // One stay a quarter: which one is paid, the day of service says.
      ...packs('chengdu', { later: 'resettle', order: 'service-date' }).map((pack) => ({
        ...pack,
        benefits: pack.benefits.map((benefit) => ({
          ...benefit,
          limits: [{ name: 'stays', counts: 'claims' as const, per: 'quarter' as const, max: 1 }],
        })),
      })),
    ],
    catalogue: [
      { code: 'XA1', name: 'A', category: 'drug', versions: [{ from: FROM, class: 'A' }] },
      { code: 'XA2', name: 'A', category: 'service', versions: [{ from: FROM, class: 'A' }] },
      {
        code: 'XB1',
        name: 'B',
        category: 'drug',
        versions: [{ from: FROM, class: 'B', firstPayBasisPoints }],
      },
      {
        code: 'XL1',
        name: 'L',
        category: 'material',
        versions: [{ from: FROM, class: 'A', priceLimit: limit }],
      },
      { code: 'XC1', name: 'C', category: 'drug', versions: [{ from: FROM, class: 'C' }] },
    ],
    providers: [
      {
        id: 'H0001',
        name: 'H0001',
        area: HOME_AREA,
        type: 'hospital',
        history: [{ from: FROM, status: 'designated', level: '3' }],
      },
      {
        // Suspended in spring: what is posted for those days is denied, and may be posted again.
        id: 'H0002',
        name: 'H0002',
        area: HOME_AREA,
        type: 'hospital',
        history: [
          { from: FROM, status: 'designated', level: '2' },
          { from: '2026-03-01', status: 'suspended', level: '2' },
          { from: '2026-04-01', status: 'designated', level: '2' },
        ],
      },
    ],
  };
}

export interface Reference {
  /** The release in force at first, and the one that follows it. */
  readonly ids: readonly [string, string];
  readonly release: (id: string) => Release | undefined;
}

let made: Reference | undefined;

/** Both releases, compiled once for all runs of this process: they never change. */
export function reference(): Reference {
  if (made) return made;
  const both = [documents(1_000, '1000'), documents(2_000, '800')].map((each) =>
    compileRelease({ ...each, id: releaseIdOf(each) }),
  );
  const byId = new Map(both.map((release) => [release.id, release]));
  const [first, second] = both as [Release, Release];
  made = { ids: [first.id, second.id], release: (id) => byId.get(id) };
  return made;
}
