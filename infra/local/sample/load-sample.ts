// Loads the sample through the HTTP API, as the agency and the institutions would: publishes the release, enrols the
// members, posts one batch per institution, waits until all is decided. Every step may be repeated after a crash:
// the same content under the same number gets the same answer.

import type { DevToken } from '../../../shared/http/dev-issuer.ts';
import { loadPacks } from '../../../shared/policy/packs/load-packs.ts';
import { type GeneratedClaim, type GenerateOptions, generate } from './generate.ts';
import { SAMPLE_PROVIDERS, sampleCatalogue } from './reference.ts';

/** Small enough to be settled seconds after the start, large enough to show every kind of claim. */
export const SAMPLE: GenerateOptions = {
  seed: 'qinhuangdao',
  members: 120,
  claims: 300,
  from: '2025-01-01',
  to: '2025-12-31',
  unreadableBasisPoints: 200,
};
export const SAMPLE_BATCH_NO = 'SAMPLE-2025';

export interface SampleTarget {
  readonly url: string;
  token(who: Pick<DevToken, 'role' | 'provider'>, minutes?: number): Promise<string>;
}

export interface SampleProgress {
  readonly phase: 'publish' | 'enrol' | 'settle';
  readonly done: number;
  readonly of: number;
}

/** What the sample came to. Amounts are whole fen. */
export interface SampleSummary {
  readonly releaseId: string;
  readonly members: number;
  readonly claims: number;
  readonly settled: number;
  readonly denied: number;
  readonly pended: number;
  readonly rejected: number;
  readonly billedFen: number;
  readonly fundsFen: Readonly<Record<string, number>>;
  readonly accountFen: number;
  readonly cashFen: number;
  readonly hospitalFen: number;
  readonly milliseconds: number;
  /** A stay to look at: its institution and number, and its batch. */
  readonly example: { readonly providerId: string; readonly claimNo: string; readonly batchId: string };
  /** A claim that can be quoted. */
  readonly quote: { readonly providerId: string; readonly claim: GeneratedClaim['claim'] };
}

const POLL_MS = 250;
const WAIT_MS = 120_000;
/** The functions take five million bytes; a batch is cut before that. */
const BATCH_BYTES_MAX = 3_500_000;

/** Loads it all; rejects with a sentence when something is refused, or takes longer than two minutes. */
export async function loadSample(
  target: SampleTarget,
  onProgress: (progress: SampleProgress) => void = () => {},
): Promise<SampleSummary> {
  const began = Date.now();
  const [agency, ops] = await Promise.all([target.token({ role: 'agency' }), target.token({ role: 'ops' })]);
  onProgress({ phase: 'publish', done: 0, of: 1 });
  const releaseId = await publish(target, agency);
  onProgress({ phase: 'publish', done: 1, of: 1 });

  const sample = generate(SAMPLE);
  const records = sample.enrolments.length + sample.accountCredits.length;
  onProgress({ phase: 'enrol', done: 0, of: records });
  const enrolment = await post<Accepted>(target, '/v1/enrolments', agency, {
    batchNo: SAMPLE_BATCH_NO,
    businessDate: SAMPLE.to,
    enrolments: sample.enrolments,
    accountCredits: sample.accountCredits,
  });
  // Once they are all in the members' queues, claims can only come after them: order within a member is kept.
  await until(
    () => status(target, ops, enrolment.batchId),
    ({ status }) => status !== 'receiving',
  );
  onProgress({ phase: 'enrol', done: records, of: records });

  const batches: string[] = [];
  for (const { providerId, batchNo, claims } of batchesOf(sample.claims)) {
    const token = await target.token({ role: 'provider', provider: providerId });
    const posted = await post<Accepted>(target, '/v1/batches', token, {
      providerId,
      batchNo,
      businessDate: SAMPLE.to,
      controlTotals: {
        claimCount: claims.length,
        billedFen: claims.reduce((sum, { billedFen }) => sum + billedFen, 0),
      },
      claims,
    });
    batches.push(posted.batchId);
  }
  const done = await allComplete(target, ops, batches, (decided) =>
    onProgress({ phase: 'settle', done: decided, of: sample.claims.length }),
  );
  return {
    ...totals(done),
    ...examples(sample.claims),
    releaseId,
    members: sample.enrolments.length,
    milliseconds: Date.now() - began,
  };
}

async function publish(target: SampleTarget, token: string): Promise<string> {
  const { releaseId } = await post<{ releaseId: string }>(target, '/v1/releases', token, {
    from: '2020-01-01T00:00:00+08:00',
    documents: { packs: loadPacks(), catalogue: sampleCatalogue(), providers: SAMPLE_PROVIDERS },
  });
  return releaseId;
}

interface Accepted {
  readonly batchId: string;
}
/** The part of a batch's view that is read here. */
interface BatchView {
  readonly status: string;
  readonly controlTotals: { readonly claimCount: number };
  readonly counts: { readonly rejected: number; readonly decided: number };
  readonly outcomes: { readonly settled: number; readonly denied: number; readonly pended: number };
  readonly money: {
    readonly billedFen: number;
    readonly fundsFen: Readonly<Record<string, number>>;
    readonly accountFen: number;
    readonly cashFen: number;
    readonly hospitalFen: number;
  };
}

const status = (target: SampleTarget, token: string, batchId: string): Promise<BatchView> =>
  ask<BatchView>(target, `/v1/batches/${encodeURIComponent(batchId)}`, token);

/** One batch per institution, in the order of service; more where one would be too long. */
function batchesOf(claims: readonly GeneratedClaim[]) {
  const batches: { providerId: string; batchNo: string; claims: GeneratedClaim['claim'][] }[] = [];
  for (const [providerId, own] of Map.groupBy(claims, (claim) => claim.providerId)) {
    let bytes = Number.POSITIVE_INFINITY;
    let part = 0;
    for (const { claim } of own) {
      const length = Buffer.byteLength(JSON.stringify(claim));
      if (bytes + length > BATCH_BYTES_MAX) {
        batches.push({
          providerId,
          batchNo: part === 0 ? SAMPLE_BATCH_NO : `${SAMPLE_BATCH_NO}-${part}`,
          claims: [],
        });
        bytes = 0;
        part++;
      }
      batches.at(-1)?.claims.push(claim);
      bytes += length;
    }
  }
  return batches;
}

async function allComplete(
  target: SampleTarget,
  token: string,
  batches: readonly string[],
  onDecided: (decided: number) => void,
): Promise<BatchView[]> {
  const views = new Map<string, BatchView>();
  await until(
    async () => {
      for (const batchId of batches) {
        if (views.get(batchId)?.status !== 'complete')
          views.set(batchId, await status(target, token, batchId));
      }
      const all = [...views.values()];
      onDecided(all.reduce((sum, { counts }) => sum + counts.decided + counts.rejected, 0));
      return all;
    },
    (all) => all.every((view) => view.status === 'complete'),
  );
  return [...views.values()];
}

function totals(views: readonly BatchView[]) {
  const add = (pick: (view: BatchView) => number) => views.reduce((sum, view) => sum + pick(view), 0);
  const funds = new Set(views.flatMap(({ money }) => Object.keys(money.fundsFen)));
  return {
    claims: add(({ controlTotals }) => controlTotals.claimCount),
    settled: add(({ outcomes }) => outcomes.settled),
    denied: add(({ outcomes }) => outcomes.denied),
    pended: add(({ outcomes }) => outcomes.pended),
    rejected: add(({ counts }) => counts.rejected),
    billedFen: add(({ money }) => money.billedFen),
    fundsFen: Object.fromEntries(
      [...funds].map((fund) => [fund, add(({ money }) => money.fundsFen[fund] ?? 0)]),
    ),
    accountFen: add(({ money }) => money.accountFen),
    cashFen: add(({ money }) => money.cashFen),
    hospitalFen: add(({ money }) => money.hospitalFen),
  };
}

/** A stay of moderate length to explain, and a later one under a new number to quote. */
function examples(claims: readonly GeneratedClaim[]): Pick<SampleSummary, 'example' | 'quote'> {
  const stays = claims.filter(
    ({ claim }) =>
      claim.encounter === 'inpatient' && claim.lines.length < 60 && claim.memberId.startsWith('DEMO0'),
  );
  const [shown = claims[0], quoted = shown] = stays;
  if (shown === undefined || quoted === undefined) throw new Error('the sample has no claims');
  return {
    example: {
      providerId: shown.providerId,
      claimNo: shown.claim.claimNo,
      batchId: `${shown.providerId}.${SAMPLE_BATCH_NO}`,
    },
    quote: { providerId: quoted.providerId, claim: { ...quoted.claim, claimNo: `Q${quoted.claim.claimNo}` } },
  };
}

// ---- HTTP

/** The API refused something that the sample needs. */
export class SampleRefused extends Error {
  override readonly name = 'SampleRefused';
}

const post = <T>(target: SampleTarget, path: string, token: string, body: unknown): Promise<T> =>
  request<T>(target, path, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const ask = <T>(target: SampleTarget, path: string, token: string): Promise<T> =>
  request<T>(target, path, { headers: { authorization: `Bearer ${token}` } });

async function request<T>(target: SampleTarget, path: string, init: RequestInit): Promise<T> {
  const response = await fetch(target.url + path, { ...init, signal: AbortSignal.timeout(30_000) });
  if (response.ok) return (await response.json()) as T;
  const {
    code = '',
    detail = '',
    detailEn = '',
    errors = [],
  } = (await response.json().catch(() => ({}))) as {
    code?: string;
    detail?: string;
    detailEn?: string;
    errors?: readonly { path?: string; code?: string; detailEn?: string }[];
  };
  const first = errors
    .slice(0, 3)
    .map((error) => `${error.path ?? ''} ${error.code ?? ''} ${error.detailEn ?? ''}`);
  throw new SampleRefused(
    `${init.method ?? 'GET'} ${path}: ${response.status} ${code} ${detail}\n${detailEn}\n${first.join('\n')}`,
  );
}

async function until<T>(look: () => Promise<T>, isDone: (value: T) => boolean): Promise<T> {
  for (const end = Date.now() + WAIT_MS; ; ) {
    const value = await look();
    if (isDone(value)) return value;
    if (Date.now() > end)
      throw new SampleRefused('示例两分钟内未处理完。\nThe sample was not decided within two minutes.');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
