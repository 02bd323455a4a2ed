// Takes a batch in: checks every record, stores the bytes as posted, writes the manifest, tells split; only then 202.
// Each step can be done again: posting the same content again repairs whatever a crash left undone, and gets the
// same answer. Other content under the same number is refused.

import {
  AGENCY,
  type BatchKind,
  batchIdOf,
  claimKeyOf,
  type Manifest,
  type RawBatch,
} from '../../shared/batch/batch.ts';
import { checkRecord, numberOf } from '../../shared/batch/check-record.ts';
import type { BatchStore } from '../../shared/batch/port.ts';
import { recordsOfDocument } from '../../shared/batch/raw-records.ts';
import { canonicalJson } from '../../shared/claim/content-hash.ts';
import { type FieldError, fieldError } from '../../shared/http/field-errors.ts';
import { Problem } from '../../shared/http/problem.ts';
import { sha256 } from '../../shared/ledger/codec.ts';
import type { SplitQueue } from '../../shared/queue/port.ts';
import { recordKey, type RecordStore } from '../../shared/records/port.ts';
import type { PostReversal } from '../../shared/claim/reversal.ts';
import type { PostReview } from '../../shared/claim/review.ts';
import { dayInChina, type LocalDate } from '../../shared/time/dates.ts';
import type { UploadStore } from '../../shared/uploads/port.ts';
import type { PostBatch, PostEnrolments } from './contract.ts';

export interface IntakeDeps {
  readonly batches: BatchStore;
  readonly records: RecordStore;
  readonly uploads: UploadStore;
  readonly splitQueue: SplitQueue;
  /** Id of the reference release in force at a moment. */
  readonly releaseInForce: (now: number) => Promise<string | undefined>;
  /** Pooling area of a provider under a release; undefined when the release does not know it. */
  readonly areaOf: (providerId: string, releaseId: string) => Promise<string | undefined>;
  readonly homeArea: string;
}

/** A batch as it came in. */
export interface PostedBatch {
  readonly bytes: Uint8Array;
  readonly now: number;
}

/** The answer 202. For an upload the records are not looked at yet. */
export interface Accepted {
  readonly batchId: string;
  readonly accepted?: number;
  readonly rejected?: readonly RejectedRecord[];
  /** Rejected records left out of `rejected` for their length; all of them can be asked for. */
  readonly notListed?: number;
}

export interface RejectedRecord {
  readonly index: number;
  readonly number?: string;
  readonly errors: readonly FieldError[];
}

/** Lambda answers with at most 6 MB: ten thousand records with a hundred errors each would fail after the fact. */
const REJECTED_CHARACTERS_MAX = 3_000_000;

/** As many rejected records as one answer holds, and how many it does not. */
function listed(rejected: readonly RejectedRecord[]): Pick<Accepted, 'rejected' | 'notListed'> {
  let characters = 0;
  const fit = rejected.findIndex(
    (record) => (characters += JSON.stringify(record).length) > REJECTED_CHARACTERS_MAX,
  );
  return fit < 0 ? { rejected } : { rejected: rejected.slice(0, fit), notListed: rejected.length - fit };
}

/** Accepts claims posted in the body. Throws the problems of its contract. */
export async function acceptClaims(
  providerId: string,
  batch: PostBatch,
  posted: PostedBatch,
  deps: IntakeDeps,
): Promise<Accepted> {
  if (batch.providerId !== providerId) throw new Problem('provider-mismatch');
  const claims = [...(batch.claims ?? []), ...(batch.reversals ?? [])];
  const { claimCount, billedFen } = batch.controlTotals;
  const found = controlTotalsOf(claims);
  const errors: FieldError[] = [];
  if (claimCount !== found.count)
    errors.push(fieldError(['controlTotals', 'claimCount'], 'claim-count-differs', { found: found.count }));
  // What an unreadable claim was billed cannot be known; then the readable ones may not exceed the total.
  const agrees = found.unreadable > 0 ? found.billedFen <= billedFen : found.billedFen === billedFen;
  if (!agrees)
    errors.push(
      fieldError(['controlTotals', 'billedFen'], 'billed-total-differs', { found: found.billedFen }),
    );
  if (errors.length > 0) throw new Problem('control-totals-mismatch', { errors });
  return acceptInline('claims', { ...batch, document: batch }, posted, deps);
}

/** Accepts the agency's enrolments and account credits. */
export async function acceptEnrolments(
  batch: PostEnrolments,
  posted: PostedBatch,
  deps: IntakeDeps,
): Promise<Accepted> {
  const controlTotals = { claimCount: batch.enrolments.length + batch.accountCredits.length, billedFen: 0 };
  return acceptInline(
    'enrolments',
    { providerId: AGENCY, ...batch, controlTotals, document: batch },
    posted,
    deps,
  );
}

/** Accepts a reviewer's decision about a claim: a batch of one record, under the review's own number. */
export async function acceptReview(
  claim: { readonly providerId: string; readonly claimNo: string },
  review: PostReview,
  now: number,
  deps: IntakeDeps,
): Promise<Accepted> {
  const stream = await streamOf(claim, deps);
  const said = { reviews: [{ ...review, ...claim }] };
  const document = { reviews: [{ ...review, ...claim, stream }] };
  const batch = {
    providerId: AGENCY,
    batchNo: `RV-${review.reviewNo}`,
    businessDate: dayInChina(now),
    controlTotals: { claimCount: 1, billedFen: 0 },
    document,
    said,
  };
  return acceptInline('reviews', batch, { bytes: Buffer.from(JSON.stringify(document)), now }, deps);
}

/** Accepts a reversal posted to a claim's own address: a batch of one record, under the reversal's own number. */
export async function acceptReversal(
  claim: { readonly providerId: string; readonly claimNo: string },
  reversal: PostReversal,
  now: number,
  deps: IntakeDeps,
): Promise<Accepted> {
  const stream = await streamOf(claim, deps);
  const said = { reversals: [{ ...reversal, claimNo: claim.claimNo }] };
  const document = { reversals: [{ ...reversal, claimNo: claim.claimNo, stream }] };
  const batch = {
    providerId: claim.providerId,
    batchNo: `RC-${reversal.reversalNo}`,
    businessDate: dayInChina(now),
    controlTotals: { claimCount: 1, billedFen: 0 },
    document,
    said,
  };
  return acceptInline('reversals', batch, { bytes: Buffer.from(JSON.stringify(document)), now }, deps);
}

/**
 * The stream that has the number of a claim now. It is written into the record: by the time that the record is split,
 * or split again, the number may have gone to another member, and nobody has said anything about his claim.
 */
async function streamOf(
  { providerId, claimNo }: { readonly providerId: string; readonly claimNo: string },
  { batches }: IntakeDeps,
): Promise<string> {
  const claimKey = claimKeyOf(providerId, claimNo);
  const holder = (await batches.holders([claimKey])).get(claimKey);
  if (!holder) throw new Problem('not-found');
  return holder.stream;
}

/** Accepts a batch whose claims were uploaded before: the file is copied out of the provider's reach and read by split. */
export async function acceptUpload(
  providerId: string,
  batch: PostBatch,
  posted: PostedBatch,
  deps: IntakeDeps,
): Promise<Accepted> {
  if (batch.providerId !== providerId) throw new Problem('provider-mismatch');
  const sha256Hex = batch.uploadId as string;
  const batchId = batchIdOf(providerId, batch.batchNo);
  const contentHash = sha256(canonicalJson(batch)); // It names the file by its own hash, so this covers every byte.
  const standing = await deps.batches.manifest(batchId);
  if (standing) return sameAgain(standing, contentHash, deps, { batchId });

  const bytes = await deps.uploads.size(providerId, sha256Hex);
  if (bytes === undefined) throw new Problem('upload-not-found');
  const raw: RawBatch = {
    key: recordKey.raw(batchId, contentHash, 'ndjson'),
    format: 'ndjson',
    bytes,
    sha256: sha256Hex,
  };
  await deps.uploads.copyToRecords(providerId, sha256Hex, raw.key);
  await enter({ kind: 'claims', ...batch, contentHash, raw }, posted.now, deps);
  return { batchId };
}

interface Inline {
  readonly providerId: string;
  readonly batchNo: string;
  readonly businessDate: LocalDate;
  readonly controlTotals: Manifest['controlTotals'];
  /** What is stored. */
  readonly document: object;
  /** What was posted, where intake has added to it: posting the same again is the same batch, whatever was added. */
  readonly said?: object;
}

async function acceptInline(
  kind: BatchKind,
  batch: Inline,
  posted: PostedBatch,
  deps: IntakeDeps,
): Promise<Accepted> {
  const batchId = batchIdOf(batch.providerId, batch.batchNo);
  const rejected: RejectedRecord[] = [];
  const values = recordsOfDocument(batch.document);
  for (const [index, value] of values.entries()) {
    const checked = checkRecord(kind, value, batch.businessDate);
    const number = numberOf(value);
    if (!checked.ok) rejected.push({ index, ...(number ? { number } : {}), errors: checked.errors });
  }
  const answer = { batchId, accepted: values.length - rejected.length, ...listed(rejected) };

  // Spelled any way, with its members in any order, the same content is the same batch.
  const contentHash = sha256(canonicalJson(batch.said ?? batch.document));
  const standing = await deps.batches.manifest(batchId);
  if (standing) return sameAgain(standing, contentHash, deps, answer);

  const storedHash = batch.said ? sha256(canonicalJson(batch.document)) : contentHash;
  const raw: RawBatch = {
    key: recordKey.raw(batchId, storedHash, 'json'),
    format: 'json',
    bytes: posted.bytes.length,
  };
  await deps.records.put(raw.key, posted.bytes, 'application/json');
  await enter({ kind, ...batch, contentHash, raw }, posted.now, deps);
  return answer;
}

/** Writes the manifest and tells split. Two posts at once: one manifest, and the other is held against it. */
async function enter(
  batch: Omit<Inline, 'document' | 'said'> & Pick<Manifest, 'kind' | 'contentHash' | 'raw'>,
  now: number,
  deps: IntakeDeps,
): Promise<void> {
  const { kind, providerId, batchNo, businessDate, controlTotals, contentHash, raw } = batch;
  const releaseId = await deps.releaseInForce(now);
  if (releaseId === undefined) throw new Problem('no-release-in-force');
  const { manifest } = await deps.batches.create({
    batchId: batchIdOf(providerId, batchNo),
    kind,
    providerId,
    batchNo,
    businessDate,
    controlTotals,
    contentHash,
    raw,
    releaseId,
    area: (await deps.areaOf(providerId, releaseId)) ?? deps.homeArea,
    shards: shardsFor(controlTotals.claimCount),
    acceptedAt: now,
  });
  await tellSplit(manifest, contentHash, deps);
}

async function sameAgain(
  standing: Manifest,
  contentHash: string,
  deps: IntakeDeps,
  answer: Accepted,
): Promise<Accepted> {
  await tellSplit(standing, contentHash, deps);
  return answer;
}

/** Sends the split message, also for a batch that stands already: the crash may have come just before this line. */
async function tellSplit(manifest: Manifest, contentHash: string, deps: IntakeDeps): Promise<void> {
  if (manifest.contentHash !== contentHash) throw new Problem('batch-number-taken');
  await deps.splitQueue.send({ batchId: manifest.batchId }, `${manifest.batchId}#accepted`);
}

/** One key of the batch index takes about 1,000 writes a second; small batches stay on one, so that a page is one query. */
function shardsFor(records: number): number {
  return records <= 1_000 ? 1 : records <= 100_000 ? 4 : 8;
}

/** Count and sum of what can be read of the bills. */
function controlTotalsOf(claims: readonly unknown[]): {
  count: number;
  billedFen: number;
  unreadable: number;
} {
  let [billedFen, unreadable] = [0, 0];
  for (const claim of claims) {
    if (typeof claim === 'object' && claim !== null && 'reversalNo' in claim) continue; // It bills nothing.
    const billed = (claim as { billedFen?: unknown } | null)?.billedFen;
    if (
      typeof billed === 'number' &&
      Number.isSafeInteger(billed) &&
      Number.isSafeInteger(billedFen + billed)
    )
      billedFen += billed;
    else unreadable++;
  }
  return { count: claims.length, billedFen, unreadable };
}
