// The remittance advice of a batch: what is paid for which claim. Newline-delimited JSON: a header, one line per
// record in the order posted, and a trailer with control totals, so that a cut-off file is seen to be one.

import type { BatchTotals, Manifest, SplitState } from '../../shared/batch/batch.ts';
import { allEntriesInOrder } from '../../shared/batch/entries-in-order.ts';
import { beforeAdjustments } from '../../shared/ledger/corrections/before-adjustments.ts';
import type { EntryBody } from '../../shared/ledger/entry.ts';
import type { LedgerStore } from '../../shared/ledger/port.ts';
import { adjustedViews } from '../../shared/http/adjusted.ts';
import { amountsView, differenceView, totalsView } from '../../shared/http/amounts.ts';
import { recordKey, type RecordStore } from '../../shared/records/port.ts';

/** Lines are handed to the store in chunks of about this many characters. */
const CHUNK_CHARACTERS = 65_536;

/** Writes the file and answers its key; throws IndexBehind. Writing it again writes the same bytes. */
export async function writeRemittance(
  manifest: Manifest,
  split: SplitState,
  totals: BatchTotals,
  { ledger, records }: { ledger: LedgerStore; records: RecordStore },
): Promise<string> {
  const key = recordKey.remittance(manifest.batchId);
  await records.write(key, remittanceLines(manifest, split, totals, ledger), 'application/x-ndjson');
  return key;
}

async function* remittanceLines(
  manifest: Manifest,
  split: SplitState,
  totals: BatchTotals,
  ledger: LedgerStore,
): AsyncGenerator<string> {
  const { batchId, businessDate, acceptedAt } = manifest;
  let chunk = `${JSON.stringify({ record: 'header', batchId, businessDate, acceptedAt, accepted: split.accepted, rejected: split.rejected })}\n`;
  for await (const entry of allEntriesInOrder(ledger, manifest, split.accepted)) {
    const { place, body, hash } = entry;
    const adjusted = adjustedViews(entry, await beforeAdjustments(entry, ledger));
    chunk += `${JSON.stringify({ record: body.kind, index: place.batchIndex, number: numberOf(place.claimKey), ...remitted(body), ...(adjusted.length > 0 ? { adjusted } : {}), entryHash: hash })}\n`;
    if (chunk.length > CHUNK_CHARACTERS) {
      yield chunk;
      chunk = '';
    }
  }
  yield `${chunk}${JSON.stringify({ record: 'trailer', totals: totalsView(totals) })}\n`;
}

const numberOf = (claimKey: string): string => claimKey.slice(claimKey.indexOf('/') + 1);

/**
 * What a provider's books need of one entry: amounts in fen, or why there are none. Settlements' amounts and reversals'
 * differences add up to the trailer; other claims that they adjusted were settled in other batches and are not in it.
 */
function remitted(body: EntryBody): object {
  switch (body.kind) {
    case 'settlement':
      return { version: body.version, servedOn: body.servedOn, ...amountsView(body.amounts) };
    case 'denial':
      return { servedOn: body.servedOn, billedFen: body.billed, code: body.denial.code };
    case 'pend':
      return { servedOn: body.servedOn, billedFen: body.billed, codes: body.reasons.map(({ code }) => code) };
    case 'repeat':
      return { of: body.of };
    case 'conflict':
      return { code: body.code };
    case 'reversal':
      return {
        version: body.version,
        reason: body.reason,
        undone: amountsView(body.undone),
        ...(body.replacement ? { replacement: amountsView(body.replacement.amounts) } : {}),
        difference: differenceView(body.replacement?.amounts, body.undone),
      };
    case 'refusal':
      return { code: body.code };
    case 'enrolment':
      return {};
    case 'account-credit':
      return { amountFen: body.amount };
  }
}
