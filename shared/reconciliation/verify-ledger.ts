// Verifies the whole ledger: every stream by itself (verify-part.ts, in this thread or in several), every stream that
// was ever sealed, the totals of what was sealed, every month that was cleared, and every complete batch against its
// entries.

import type { RecordStore } from '../records/port.ts';
import type { Month } from '../time/dates.ts';
import { checkClearedMonths, MonthRecount } from './cleared-months.ts';
import { addSealedTotals, ControlTotals, type SealedTotals } from './control-totals.ts';
import type { Finding } from './findings.ts';
import { type Anchor, checkAnchor } from './read-anchors.ts';
import { BatchRecount, checkBatches } from './recount-batches.ts';
import { type VerifiedPart, verifyPart, type VerifyPartDeps } from './verify-part.ts';

export interface ConcludeDeps {
  readonly batches: Parameters<typeof checkBatches>[1]['batches'];
  readonly records: Parameters<typeof checkBatches>[1]['records'];
  /** The newest seal, if there is one. */
  readonly anchor?: Anchor | undefined;
  /** Months that are cleared, and where they rest. */
  readonly cleared?:
    | { readonly months: readonly Month[]; readonly sealed: Pick<RecordStore, 'get'> }
    | undefined;
  /** Batches complete before this moment are counted against their entries. */
  readonly completedBefore: number;
}

export interface Verified {
  /** In the order of streams and places, whatever the parts were. */
  readonly findings: readonly Finding[];
  readonly totals: SealedTotals;
  readonly batches: number;
}

/** Goes through everything once, in this thread. */
export async function verifyLedger(
  deps: Omit<VerifyPartDeps, 'heads' | 'months'> & ConcludeDeps & { readonly segments: number },
): Promise<Verified> {
  const { segments, anchor, cleared } = deps;
  const all = Array.from({ length: segments }, (_, segment) => segment);
  return conclude(
    [await verifyPart(all, segments, { ...deps, heads: anchor?.heads, months: cleared?.months })],
    deps,
  );
}

/** What the parts come to together, once every segment has been gone through. */
export async function conclude(parts: readonly VerifiedPart[], deps: ConcludeDeps): Promise<Verified> {
  const { anchor, cleared } = deps;
  const none = new ControlTotals().view();
  const [sealed, later] = [
    parts.map((part) => part.sealed).reduce(addSealedTotals, none),
    parts.map((part) => part.later).reduce(addSealedTotals, none),
  ];
  const recount = new BatchRecount();
  for (const { batches } of parts) recount.addAll(batches);
  const months = new MonthRecount(cleared?.months ?? []);
  for (const part of parts) months.addAll(part.months);
  const checked = await checkBatches(recount, deps, deps.completedBefore);

  const findings = anchor ? checkAnchor(anchor) : [];
  findings.push(...parts.flatMap((part) => part.findings).sort(byPlace));
  for (const { stream, seq } of anchor?.heads.missing() ?? [])
    findings.push({ stream, seq: 0, code: 'anchor-missing', detail: `sealed with ${seq} entries` });
  if (anchor) findings.push(...differences(anchor, sealed));
  findings.push(...checked.findings);
  if (cleared) findings.push(...(await checkClearedMonths(cleared.months, months.all(), cleared.sealed)));
  return { findings, totals: addSealedTotals(sealed, later), batches: checked.checked };
}

/** Findings of one stream come from one part, in order; sorting keeps that. */
const byPlace = (a: Finding, b: Finding): number =>
  a.stream === b.stream ? 0 : a.stream < b.stream ? -1 : 1;

/** What was sealed adds up to something else now. */
function differences({ seal }: Anchor, now: SealedTotals): Finding[] {
  const [was, is] = [seal.totals, now].map((totals) => ({ ...totals, funds: JSON.stringify(totals.funds) }));
  const names = Object.keys(was ?? {}).filter(
    (name) => (was as Record<string, unknown>)[name] !== (is as Record<string, unknown>)[name],
  );
  return names.length === 0
    ? []
    : [{ stream: '', seq: 0, code: 'count-differs', detail: `${seal.day}: ${names.join(', ')}` }];
}
