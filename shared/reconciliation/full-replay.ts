// Full replay: the raw claim, as it was posted, is decided again on the position before the entry, under the release
// that the entry names. It sees what quick replay cannot: that the recorded header and basis really are what was posted
// and what its lines come to. Not covered: what a reviewer reduced, claims decided in the place of an earlier
// day, and broken quotes; `explain` recomputes those one by one.

import type { Manifest } from '../batch/batch.ts';
import type { BatchStore } from '../batch/port.ts';
import { claimForSettlement, postedClaimOf } from '../batch/posted-claim.ts';
import { rawRecords } from '../batch/raw-records.ts';
import { checkClaim } from '../claim/check-claim.ts';
import type { ClaimForSettlement } from '../claim/claim.ts';
import { canonicalJson } from '../claim/content-hash.ts';
import { areaOf, type Entry } from '../ledger/entry.ts';
import type { Position } from '../ledger/position.ts';
import { adjudicate } from '../policy/adjudicate.ts';
import type { Adjudication } from '../policy/adjudication.ts';
import type { RecordStore } from '../records/port.ts';
import type { ReleaseOf } from './decide-entry-again.ts';
import type { Finding } from './findings.ts';

/** JSON batches kept parsed at a time: a document is at most 6 MB. */
const DOCUMENTS_KEPT = 8;

export interface FullReplayDeps {
  readonly batches: Pick<BatchStore, 'manifest'>;
  readonly records: RecordStore;
  readonly releaseOf: ReleaseOf;
}

/** What deciding raw claims again says against entries; undefined where it agrees, or has nothing to say. */
export function fullReplay(
  deps: FullReplayDeps,
): (entry: Entry, before: Position) => Promise<Finding | undefined> {
  const claimOf = claimReader(deps);
  return async (entry, before) => {
    const { place, body } = entry;
    if (body.kind !== 'settlement' && body.kind !== 'denial' && body.kind !== 'pend') return undefined;
    if (body.resolves !== undefined || (body.kind === 'denial' && body.denial.code === 'quote-not-kept'))
      return undefined;
    if (before.servedUntil !== undefined && body.servedOn <= before.servedUntil) return undefined;
    const finding = (code: Finding['code'], detail: string): Finding => ({
      stream: place.stream,
      seq: place.seq,
      code,
      detail,
    });
    let again: Adjudication;
    let claim: ClaimForSettlement | undefined;
    try {
      claim = await claimOf(entry);
      if (!claim) return finding('replay-impossible', `raw record of ${place.batchId}`);
      const area = areaOf(place.stream);
      again = adjudicate(claim, before, await deps.releaseOf(body.release), { area, withoutSteps: true });
    } catch {
      return finding('replay-impossible', `raw record of ${place.batchId}, or release ${body.release}`);
    }
    const { lines: _lines, ...header } = claim;
    const differs = unlike(body.header, header) ? 'header' : difference(entry, again);
    return differs === undefined ? undefined : finding('raw-claim-differs', differs);
  };
}

const unlike = (a: unknown, b: unknown): boolean => canonicalJson(a) !== canonicalJson(b);

/** The first part that is not as recorded. */
function difference({ body }: Entry, again: Adjudication): string | undefined {
  switch (again.outcome) {
    case 'payable':
      if (body.kind !== 'settlement') return 'outcome';
      return unlike(body.amounts, again.amounts)
        ? 'amounts'
        : unlike(body.basis, again.basis)
          ? 'basis'
          : undefined;
    case 'denied':
      if (body.kind !== 'denial') return 'outcome';
      if (unlike(body.denial, again.denial)) return 'denial';
      return unlike(body.basis ?? {}, again.basis ?? {}) ? 'basis' : undefined;
    case 'pended':
      if (body.kind !== 'pend') return 'outcome';
      if (unlike(body.reasons, again.reasons)) return 'reasons';
      return unlike(body.basis ?? {}, again.basis ?? {}) ? 'basis' : undefined;
  }
}

/** Reads raw claims; a JSON batch is parsed once for all its entries that come close together. */
function claimReader(deps: FullReplayDeps): (entry: Entry) => Promise<ClaimForSettlement | undefined> {
  const manifests = new Map<string, Promise<Manifest | undefined>>();
  const documents = new Map<string, Promise<ReadonlyMap<string, readonly unknown[]>>>();
  const cached = <T>(from: Map<string, Promise<T>>, key: string, max: number, read: () => Promise<T>) => {
    const known = from.get(key) ?? read();
    from.delete(key);
    from.set(key, known);
    if (from.size > max) from.delete(from.keys().next().value as string);
    return known;
  };
  const manifestOf = (batchId: string) =>
    cached(manifests, batchId, 10_000, () => deps.batches.manifest(batchId));

  return async (entry) => {
    const { place, body } = entry;
    const manifest = await manifestOf(place.batchId);
    if (!manifest) return undefined;
    if (manifest.raw.format === 'ndjson') {
      const posted = await postedClaimOf(entry, {
        records: deps.records,
        batches: { manifest: async () => manifest },
      });
      return posted && withoutQuote(posted);
    }
    const byNumber = await cached(documents, place.batchId, DOCUMENTS_KEPT, () =>
      claimsByNumber(manifest, deps.records),
    );
    for (const value of byNumber.get(place.claimKey.slice(place.claimKey.indexOf('/') + 1)) ?? []) {
      const checked = checkClaim(value, manifest);
      if (!checked.ok) continue;
      const { claim, content } = claimForSettlement(checked.claim, manifest.providerId);
      if (content === body.content) return claim;
    }
    return undefined;
  };
}

const withoutQuote = ({
  quoteId: _quoteId,
  ...claim
}: ClaimForSettlement & { readonly quoteId?: string }): ClaimForSettlement => claim;

async function claimsByNumber(
  manifest: Manifest,
  records: RecordStore,
): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const found = new Map<string, unknown[]>();
  for await (const { value } of rawRecords(records, manifest.raw, 0, 0)) {
    const number = (value as { claimNo?: unknown } | null | undefined)?.claimNo;
    if (typeof number === 'string') found.set(number, [...(found.get(number) ?? []), value]);
  }
  return found;
}
