// What every section of the bench works on: the sample release, and generated members and claims as the messages
// that split makes of them. Seeded: the same run of the bench sees the same claims every time.

import { randomBytes } from 'node:crypto';
import { decide } from '../../functions/settle/settle-record.ts';
import { toMessage } from '../../functions/split/to-message.ts';
import { type GenerateOptions, generate } from '../../infra/local/sample/generate.ts';
import { SAMPLE_AREA, SAMPLE_PROVIDERS, sampleCatalogue } from '../../infra/local/sample/reference.ts';
import { AGENCY, type BatchKind, claimKeyOf, type Manifest } from '../../shared/batch/batch.ts';
import { checkRecord } from '../../shared/batch/check-record.ts';
import { sha256 } from '../../shared/ledger/codec.ts';
import { EMPTY_POSITION, type Position } from '../../shared/ledger/position.ts';
import { pseudonymiser } from '../../shared/member/pseudonym.ts';
import { loadPacks } from '../../shared/policy/packs/load-packs.ts';
import type { SettleMessage } from '../../shared/queue/messages.ts';
import { compileRelease } from '../../shared/reference/release.ts';
import { type Documents, releaseIdOf } from '../../shared/reference/releases.ts';
import { localDate } from '../../shared/time/dates.ts';

/** When every message of the bench was "sent". */
export const SENT_AT = Date.UTC(2026, 0, 5, 3);

export const documents: Documents = {
  packs: loadPacks(),
  catalogue: sampleCatalogue(),
  providers: [...SAMPLE_PROVIDERS],
};
export const release = compileRelease({ ...documents, id: releaseIdOf(documents) });

export type ClaimMessage = Extract<SettleMessage, { type: 'claim' }>;

/** Members and claims as messages. Records on the member come before the member's claims. */
export interface Workload {
  readonly enrolments: readonly SettleMessage[];
  readonly claims: readonly ClaimMessage[];
}

const YEAR: Pick<GenerateOptions, 'from' | 'to'> = { from: '2025-01-01', to: '2025-12-31' };

/** Generated claims, split as the real function splits them. Each workload has members and batches of its own. */
export function workload(options: Omit<GenerateOptions, 'from' | 'to'>): Workload {
  const { enrolments, accountCredits, claims } = generate({ ...YEAR, uncoveredBasisPoints: 0, ...options });
  const pseudonymOf = pseudonymiser(`a key of the bench: ${options.seed}`);
  const split = (kind: BatchKind, providerId: string, records: readonly unknown[]): SettleMessage[] => {
    const manifest = aManifest(kind, providerId, String(options.seed), records.length);
    return records.map((value, index) => {
      const checked = checkRecord(kind, JSON.parse(JSON.stringify(value)), manifest.businessDate);
      if (!checked.ok) throw new Error(`a generated record is not readable: ${checked.errors[0]?.code}`);
      if (checked.record.type === 'review' || checked.record.type === 'reversal')
        throw new Error('the bench has no reviews and no reversals');
      return toMessage(checked.record, manifest, index, undefined, pseudonymOf);
    });
  };
  const made = new Map<string, SettleMessage>();
  for (const [providerId, own] of Map.groupBy(claims, (claim) => claim.providerId)) {
    const batch = own.map(({ claim }) => claim);
    for (const message of split('claims', providerId, batch)) made.set(message.claimKey, message);
  }
  const inOrderOfService = claims.map(({ providerId, claim }) =>
    made.get(claimKeyOf(providerId, claim.claimNo)),
  );
  return {
    enrolments: split('enrolments', AGENCY, [...enrolments, ...accountCredits]),
    claims: inOrderOfService.filter((message) => message?.type === 'claim'),
  };
}

export function aManifest(
  kind: BatchKind,
  providerId: string,
  batchNo: string,
  claimCount: number,
): Manifest {
  return {
    batchId: `${providerId}.${batchNo}`,
    kind,
    providerId,
    batchNo,
    businessDate: localDate('2026-01-05'),
    controlTotals: { claimCount, billedFen: 0 },
    contentHash: sha256(batchNo),
    raw: { key: 'not/read', format: 'json', bytes: 0 },
    releaseId: release.id,
    area: SAMPLE_AREA,
    shards: 1,
    acceptedAt: SENT_AT,
  };
}

/** A claim, and the position of its member just before it: enrolled, credited, and with some claims behind. */
export interface Situation {
  readonly message: ClaimMessage;
  readonly position: Position;
}

/** Settles a workload in memory and keeps the situations of the claims that `wanted` picks. */
export function situations(
  { enrolments, claims }: Workload,
  wanted: (message: ClaimMessage) => boolean,
): Situation[] {
  const positions = new Map<string, Position>();
  const kept: Situation[] = [];
  for (const message of [...enrolments, ...claims]) {
    const position = positions.get(message.stream) ?? EMPTY_POSITION;
    if (message.type === 'claim' && wanted(message)) kept.push({ message, position });
    positions.set(message.stream, decide(message, SENT_AT, position, 1, release).position);
  }
  return kept;
}

/** Inpatient claims with exactly so many lines: what the figures "at 10 and 200 lines" are measured on. */
export function claimsWithLines(lines: number, count: number): Situation[] {
  const generated = workload({
    seed: `lines-${lines}`,
    members: 400,
    claims: lines > 50 ? 9_000 : 3_000,
    linesMax: lines,
  });
  const found = situations(
    generated,
    ({ claim }) => claim.encounter === 'inpatient' && claim.lines.length === lines,
  );
  if (found.length < count) throw new Error(`only ${found.length} generated claims have ${lines} lines`);
  return found.slice(-count);
}

/** A prefix that no earlier run used, for tables and buckets. */
export const freshPrefix = (): string => `bench-${randomBytes(4).toString('hex')}`;
