// Verifies a part of the ledger: some segments of its scan, side by side. What it comes to can be sent from one thread to
// another and added up; how the parts are cut changes nothing of what is found.

import type { LedgerScan, LedgerStore, StoredEntry } from '../ledger/port.ts';
import type { Month } from '../time/dates.ts';
import { type CountedMonths, MonthRecount } from './cleared-months.ts';
import { ControlTotals, type SealedTotals } from './control-totals.ts';
import type { Finding } from './findings.ts';
import { BatchRecount, type CountedBatch } from './recount-batches.ts';
import type { SealedHeads } from './sealed-heads.ts';
import { readEntries, type VerifyOptions, verifyStream } from './verify-stream.ts';
import { type StreamRows, streamsOf } from './walk.ts';

export interface VerifyPartDeps extends Pick<VerifyOptions, 'releaseOf' | 'againstRaw'> {
  readonly ledger: LedgerScan & Pick<LedgerStore, 'stream'>;
  /** Heads of the newest seal; those of streams that are met are marked. */
  readonly heads?: SealedHeads | undefined;
  /** Months that are cleared: their books are counted again. */
  readonly months?: readonly Month[] | undefined;
  /** Which streams are decided again; all when left out. Everything else is checked of all. */
  readonly replayed?: ((rows: readonly StoredEntry[]) => boolean) | undefined;
  /** Told after every stream how many entries it had. */
  readonly progress?: ((entries: number) => void) | undefined;
}

/** What a part of the ledger came to. Plain data. */
export interface VerifiedPart {
  readonly findings: readonly Finding[];
  /** Everything up to where the seal saw it, and everything after. */
  readonly sealed: SealedTotals;
  readonly later: SealedTotals;
  readonly batches: ReadonlyMap<string, CountedBatch>;
  readonly months: CountedMonths;
}

/** Goes once through these segments of so many. */
export async function verifyPart(
  mine: readonly number[],
  segments: number,
  deps: VerifyPartDeps,
): Promise<VerifiedPart> {
  const findings: Finding[] = [];
  const [sealed, later, recount] = [new ControlTotals(), new ControlTotals(), new BatchRecount()];
  const months = new MonthRecount(deps.months ?? []);

  const one = async ({ stream, rows }: StreamRows): Promise<void> => {
    const head = deps.heads?.meet(stream);
    const checked = await checkStream(stream, rows, head && { seq: head.seq, hash: head.head }, deps);
    findings.push(...checked.findings);
    const { rows: seen, read } = checked;
    for (const [at, { place }] of seen.entries()) recount.add(place, read[at]);
    months.addStream(read);
    // Rows are in order, but for spoiled ones: those count as what they say.
    const before = head === undefined ? 0 : seen.filter(({ place }) => place.seq <= head.seq).length;
    if (head && before === seen.length) sealed.addStream(seen, read);
    else if (head === undefined) later.addStream(seen, read);
    else {
      const isSealed = (at: number) => (seen[at]?.place.seq ?? 0) <= head.seq;
      sealed.addStream(
        seen.filter((_, at) => isSealed(at)),
        read.filter((_, at) => isSealed(at)),
      );
      later.addMore(
        seen.filter((_, at) => !isSealed(at)),
        read.filter((_, at) => !isSealed(at)),
      );
    }
    deps.progress?.(rows.length);
  };
  await Promise.all(
    mine.map(async (segment) => {
      for await (const scanned of streamsOf(deps.ledger, segment, segments)) await one(scanned);
    }),
  );
  return {
    findings,
    sealed: sealed.view(),
    later: later.view(),
    batches: recount.all(),
    months: months.all(),
  };
}

/** One stream; a scan may be behind, or have met it while it grew, so only what a consistent read shows is a finding. */
async function checkStream(
  stream: string,
  scanned: readonly StoredEntry[],
  anchor: { readonly seq: number; readonly hash: string } | undefined,
  { ledger, releaseOf, againstRaw, replayed }: VerifyPartDeps,
) {
  const check = async (rows: readonly StoredEntry[]) => {
    const read = readEntries(rows);
    const replay = replayed?.(rows) ?? true;
    const findings = await verifyStream(
      stream,
      rows,
      {
        releaseOf,
        replay,
        ...(replay && againstRaw ? { againstRaw } : {}),
        ...(anchor ? { anchors: [anchor] } : {}),
      },
      read,
    );
    return { findings, rows, read };
  };
  const first = await check(scanned);
  if (first.findings.length === 0) return first;
  const again = await readAgain(ledger, stream);
  return again === undefined ? first : check(again);
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
