// Verifies the whole ledger, segments side by side: every stream by itself, every stream that was ever sealed, the
// totals of what was sealed, and every complete batch against its entries.

import type { LedgerScan, LedgerStore, StoredEntry } from '../ledger/port.ts';
import { ControlTotals, type SealedTotals } from './control-totals.ts';
import type { Finding } from './findings.ts';
import { type Anchor, checkAnchor } from './read-anchors.ts';
import { BatchRecount, checkBatches } from './recount-batches.ts';
import { type VerifyOptions, verifyStream } from './verify-stream.ts';
import { allSegments } from './walk.ts';

export interface VerifyLedgerDeps extends Pick<VerifyOptions, 'releaseOf' | 'againstRaw'> {
  readonly ledger: LedgerScan & Pick<LedgerStore, 'stream'>;
  readonly batches: Parameters<typeof checkBatches>[1]['batches'];
  readonly records: Parameters<typeof checkBatches>[1]['records'];
  /** The newest seal, if there is one. */
  readonly anchor?: Anchor | undefined;
  readonly segments: number;
  /** Batches complete before this moment are counted against their entries. */
  readonly completedBefore: number;
  /** Which streams are decided again; all when left out. Everything else is checked of all. */
  readonly replayed?: (rows: readonly StoredEntry[]) => boolean;
  /** How far it is, and of how much (what was sealed, until more is seen). */
  readonly progress?: (done: number, total: number) => void;
}

export interface Verified {
  readonly findings: readonly Finding[];
  readonly totals: SealedTotals;
  readonly batches: number;
}

/** Goes through everything once. */
export async function verifyLedger(deps: VerifyLedgerDeps): Promise<Verified> {
  const { ledger, anchor, progress } = deps;
  const findings: Finding[] = anchor ? checkAnchor(anchor) : [];
  const sealed = new Map(anchor?.heads.map((head) => [head.stream, head]));
  const [totals, totalsSealed, recount] = [new ControlTotals(), new ControlTotals(), new BatchRecount()];
  let done = 0;

  const verify = (stream: string, rows: readonly StoredEntry[]): Promise<Finding[]> => {
    const head = sealed.get(stream);
    const { releaseOf, againstRaw } = deps;
    const replay = deps.replayed?.(rows) ?? true;
    return verifyStream(stream, rows, {
      releaseOf,
      replay,
      ...(replay && againstRaw ? { againstRaw } : {}),
      ...(head ? { anchors: [{ seq: head.seq, hash: head.head }] } : {}),
    });
  };
  await allSegments(ledger, deps.segments, async (streams) => {
    for await (const scanned of streams) {
      const { stream } = scanned;
      let { rows } = scanned;
      let found = await verify(stream, rows);
      if (found.length > 0) {
        // A scan may be behind, or have met a stream while it grew: only what a consistent read shows is a finding.
        const again = await readAgain(ledger, stream);
        if (again !== undefined) {
          rows = again;
          found = await verify(stream, rows);
        }
      }
      findings.push(...found);
      totals.addStream(rows);
      for (const row of rows) recount.add(row);
      const head = sealed.get(stream);
      if (head) totalsSealed.addStream(rows.filter(({ place }) => place.seq <= head.seq));
      sealed.delete(stream);
      done += rows.length;
      progress?.(done, Math.max(done, anchor?.seal.totals.entries ?? 0));
    }
  });

  for (const { stream, seq } of sealed.values())
    findings.push({ stream, seq: 0, code: 'anchor-missing', detail: `sealed with ${seq} entries` });
  if (anchor) findings.push(...differences(anchor, totalsSealed.view()));
  const checked = await checkBatches(recount, deps, deps.completedBefore);
  findings.push(...checked.findings);
  return { findings, totals: totals.view(), batches: checked.checked };
}

/** The stream by a consistent read; undefined when a text is so spoiled that the store cannot hand it out. */
async function readAgain(
  ledger: Pick<LedgerStore, 'stream'>,
  stream: string,
): Promise<StoredEntry[] | undefined> {
  const rows: StoredEntry[] = [];
  let from: number | undefined = 1;
  try {
    while (from !== undefined) {
      const page: Awaited<ReturnType<LedgerStore['stream']>> = await ledger.stream(stream, from, 500);
      rows.push(...page.items);
      from = page.next === undefined ? undefined : Number(page.next);
    }
  } catch {
    return undefined;
  }
  return rows;
}

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
