// Each contract of results with what answers it. A route is wiring: it calls a use case and chooses the representation.

import { requireReadable } from '../../shared/http/identity.ts';
import { Problem } from '../../shared/http/problem.ts';
import { type Answer, type ApiRequest, ok, okText, type Route, route } from '../../shared/http/route.ts';
import { statusOf, type StoredBatch } from '../../shared/batch/status.ts';
import { decidedCount, NO_TOTALS } from '../../shared/batch/totals.ts';
import type { View } from '../../shared/reconciliation/books.ts';
import { streamKey } from '../../shared/member/pseudonym.ts';
import type { BatchTotals } from '../../shared/batch/batch.ts';
import { batchView } from './batch-view.ts';
import { claimView } from './claim-view.ts';
import * as contracts from './contract.ts';
import type { Outcome } from './decision-view.ts';
import type { ResultsDeps } from './deps.ts';
import { docsPage } from './docs-page.ts';
import { explainClaim } from './explain-claim.ts';
import { explanationText } from './explanation-text.ts';
import { findBatch } from './find-batch.ts';
import { findClaim } from './find-claim.ts';
import { listBatches } from './list-batches.ts';
import { MEDIA_TYPES, negotiate } from './negotiate.ts';
import { openapi } from './openapi.ts';
import { fitting, linkToNext } from './paging.ts';
import { positionView } from './position-view.ts';
import { quoteClaim } from './quote-claim.ts';
import { readRejections } from './read-rejections.ts';
import { readLines } from './read-lines.ts';
import { readOutcome, readResults, type ResultRow, type ResultStretch } from './read-results.ts';
import { findStatement, listBooks, listStatements, statementRowsFrom } from './read-statement.ts';
import { BYTE_ORDER_MARK, csvHeader, csvRow } from './results-csv.ts';
import { statementCsvHeader, statementCsvRow } from './statement-csv.ts';

/** The routes of results. */
export function resultsRoutes(deps: ResultsDeps): readonly Route[] {
  const { batches, ledger, records, lateAfterMinutes } = deps;
  return [
    route(contracts.listBatches, async ({ caller, query, now, ...request }) => {
      const page = await listBatches(caller, query, now, deps);
      return ok(page, 200, linkToNext(request, page.next));
    }),
    route(contracts.getBatch, async ({ caller, params, now }) =>
      ok(batchView(await findBatch(params.batchId, caller, batches), now, lateAfterMinutes)),
    ),
    route(contracts.getResults, async (request) =>
      resultsPage(request, await findBatch(request.params.batchId, request.caller, batches), deps),
    ),
    route(contracts.getRejections, async (request) =>
      rejectionsPage(request, await findBatch(request.params.batchId, request.caller, batches), deps),
    ),
    route(contracts.getRemittance, async ({ caller, params, query, ...request }) => {
      const { progress } = await findBatch(params.batchId, caller, batches);
      if (progress?.remittanceKey === undefined) throw new Problem('not-complete');
      const { text, next } = await readLines(progress.remittanceKey, query.cursor, records);
      return okText(text, MEDIA_TYPES.ndjson, {
        ...linkToNext(request, next),
        ...attachment(`${params.batchId}.remittance.ndjson`),
      });
    }),
    route(contracts.getClaim, async ({ caller, params }) =>
      ok(await claimView(await findClaim(params, caller, deps), ledger)),
    ),
    route(contracts.getExplanation, async ({ caller, params, query, header }) => {
      const format = negotiate(['json', 'text'], query.format, header('accept'));
      const explanation = await explainClaim(await findClaim(params, caller, deps), query.seq, deps);
      return format === 'json' ? ok(explanation) : okText(explanationText(explanation), MEDIA_TYPES.text);
    }),
    route(contracts.postQuote, async ({ caller, body, now }) =>
      ok(await quoteClaim(body, caller, now, deps)),
    ),
    route(contracts.listStatements, async ({ caller, params: { providerId }, query, ...request }) => {
      requireReadable(caller, providerId);
      const page = await listStatements(providerId, query, deps);
      return ok({ providerId, ...page }, 200, linkToNext(request, page.next));
    }),
    route(contracts.getStatement, async (request) => {
      requireReadable(request.caller, request.params.providerId);
      return statementPage(request, deps);
    }),
    route(contracts.listBooks, async ({ query, ...request }) => {
      const page = await listBooks(query, deps);
      return ok(page, 200, linkToNext(request, page.next));
    }),
    route(contracts.getPosition, async ({ params, query }) => {
      const head = await ledger.head(streamKey(query.area ?? deps.area, deps.pseudonymOf(params.memberId)));
      if (!head) throw new Problem('not-found');
      return ok(positionView(head));
    }),
    route(contracts.getHealth, async () => ok({ status: 'ok' })),
    route(contracts.getOpenapi, async () => ok(openapi())),
    route(contracts.getDocs, async () => okText(docsPage(), 'text/html; charset=utf-8')),
  ];
}

type ResultsQuery = {
  readonly limit?: number | undefined;
  readonly cursor: number;
  readonly outcome?: Outcome | undefined;
  readonly format?: 'json' | 'ndjson' | 'csv' | undefined;
};

/** What one page covers: a stretch of indexes, or the next records of one outcome. */
async function stretchOf(
  { manifest, split, progress }: StoredBatch,
  { cursor, outcome }: ResultsQuery,
  size: number,
  ledger: ResultsDeps['ledger'],
): Promise<ResultStretch> {
  if (outcome === undefined) return readResults(manifest, cursor, size, ledger);
  const accepted = split?.accepted ?? 0;
  // A complete batch knows its counts: of what is not there, nothing is read.
  if (progress?.completedAt !== undefined && countOf(progress.totals, outcome) === 0)
    return { rows: [], end: accepted, others: Math.max(0, accepted - cursor) };
  return readOutcome(manifest, { from: cursor, size, accepted, outcome }, ledger);
}

const countOf = (totals: BatchTotals, outcome: Outcome): number =>
  totals[outcome === 'repeat' ? 'repeated' : outcome === 'conflict' ? 'conflicted' : outcome];

async function resultsPage(
  request: ApiRequest<unknown, ResultsQuery>,
  stored: StoredBatch,
  { ledger, lateAfterMinutes }: ResultsDeps,
): Promise<Answer> {
  const { query, header, now } = request;
  const { manifest, split, progress } = stored;
  const format = negotiate(['json', 'ndjson', 'csv'], query.format, header('accept'));
  const size = Math.min(
    query.limit ?? (format === 'json' ? 100 : contracts.PAGE_MAX.lines),
    format === 'json' ? contracts.PAGE_MAX.json : contracts.PAGE_MAX.lines,
  );
  const accepted = split?.accepted ?? 0;
  const { rows, end: covered, others } = await stretchOf(stored, query, size, ledger);

  const { text, taken } = fitting(
    rows.map(format === 'csv' ? csvRow : (row: ResultRow) => `${JSON.stringify(row)}\n`),
  );
  // A page that got too long ends earlier: the next one goes on after its last row.
  const cut = taken < rows.length;
  const end = cut ? (rows[taken - 1] as ResultRow).index + 1 : covered;
  const next = end < accepted ? end : undefined;
  const open = accepted - decidedCount(progress?.totals ?? NO_TOTALS);
  const status = statusOf(stored, now, lateAfterMinutes);
  if (format === 'json') {
    const indexes = Math.max(0, Math.min(end, accepted) - query.cursor);
    const items = rows.slice(0, taken);
    const page = {
      batchId: manifest.batchId,
      status,
      accepted,
      open,
      openOnThisPage: Math.max(0, indexes - items.length - others),
      items,
    };
    return ok({ ...page, ...(next === undefined ? {} : { next }) }, 200, linkToNext(request, next));
  }
  const headers = {
    ...linkToNext(request, next),
    'x-jiesuan-status': status,
    'x-jiesuan-open': String(open),
  };
  if (format === 'ndjson') return okText(text, MEDIA_TYPES.ndjson, headers);
  // Later pages carry neither mark nor header, so that the pages put together are one file.
  const start = query.cursor === 0 ? BYTE_ORDER_MARK + csvHeader() : '';
  return okText(start + text, MEDIA_TYPES.csv, {
    ...headers,
    ...attachment(`${manifest.batchId}.results.csv`),
  });
}

type StatementQuery = {
  readonly view: View;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly format?: 'json' | 'ndjson' | 'csv' | undefined;
};

async function statementPage(
  request: ApiRequest<{ readonly providerId: string; readonly month: string }, StatementQuery>,
  deps: ResultsDeps,
): Promise<Answer> {
  const { params, query, header } = request;
  const format = negotiate(['json', 'ndjson', 'csv'], query.format, header('accept'));
  const found = await findStatement(params.providerId, params.month, query.view, deps);
  const limit = Math.min(
    query.limit ?? (format === 'json' ? 100 : contracts.PAGE_MAX.lines),
    format === 'json' ? contracts.PAGE_MAX.json : contracts.PAGE_MAX.lines,
  );
  const { rows, next } = await statementRowsFrom(found, { limit, cursor: query.cursor }, deps);
  const link = linkToNext(request, next);
  const { providerId, month, view, totals } = found.header;
  if (format === 'json') {
    const page = { providerId, month, ...found.when, view, totals, items: rows };
    return ok({ ...page, ...(next === undefined ? {} : { next }) }, 200, link);
  }
  const headers = { ...link, 'x-jiesuan-state': found.when.state };
  if (format === 'ndjson')
    return okText(rows.map((row) => `${JSON.stringify(row)}\n`).join(''), MEDIA_TYPES.ndjson, headers);
  const start = query.cursor === undefined ? BYTE_ORDER_MARK + statementCsvHeader() : '';
  return okText(start + rows.map(statementCsvRow).join(''), MEDIA_TYPES.csv, {
    ...headers,
    ...attachment(`${providerId}.${month}.${view}.csv`),
  });
}

type RejectionsQuery = {
  readonly limit: number;
  readonly cursor: number;
  readonly format?: 'json' | 'ndjson' | undefined;
};

async function rejectionsPage(
  request: ApiRequest<unknown, RejectionsQuery>,
  stored: StoredBatch,
  { records }: ResultsDeps,
): Promise<Answer> {
  const { query, header } = request;
  const { batchId } = stored.manifest;
  const format = negotiate(['json', 'ndjson'], query.format, header('accept'));
  const { lines, more } = await readRejections(batchId, query.cursor, query.limit, records);
  const { text, taken } = fitting(lines.map(({ line }) => line));
  const last = lines[taken - 1];
  const next = last && (more || taken < lines.length) ? last.index + 1 : undefined;
  if (format === 'ndjson') return okText(text, MEDIA_TYPES.ndjson, linkToNext(request, next));
  const items = lines.slice(0, taken).map(({ line }) => JSON.parse(line) as unknown);
  const page = {
    batchId,
    rejected: stored.split?.rejected ?? 0,
    items,
    ...(next === undefined ? {} : { next }),
  };
  return ok(page, 200, linkToNext(request, next));
}

/** File names are made of ids that hold nothing a header could trip over. */
const attachment = (name: string): Record<string, string> => ({
  'content-disposition': `attachment; filename="${name}"`,
});
