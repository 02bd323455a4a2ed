// A whole installation without engines: the real use cases on memory stores, joined by direct calls in place of the
// queues. For tests of what can be asked afterwards; how the queues behave is tested elsewhere.

import type { PackDocument } from '../../shared/policy/pack/schema.ts';
import { createHash } from 'node:crypto';
import { closeBatch } from '../../functions/close/close-batch.ts';
import { noEvents } from '../../functions/close/events.ts';
import type { ResultsDeps } from '../../functions/results/deps.ts';
import { resultsRoutes } from '../../functions/results/routes.ts';
import { settleRecord } from '../../functions/settle/settle-record.ts';
import { splitBatch } from '../../functions/split/split-batch.ts';
import { SAMPLE_AREA, SAMPLE_PROVIDERS, sampleCatalogue } from '../../infra/local/sample/reference.ts';
import { AGENCY, type BatchKind, batchIdOf, type Manifest } from '../../shared/batch/batch.ts';
import { memoryBatches } from '../../shared/batch/memory/memory-batches.ts';
import { httpApi } from '../../shared/http/api.ts';
import {
  DEV_AUDIENCE,
  DEV_ISSUER,
  devJwks,
  generateDevKeys,
  signDevToken,
} from '../../shared/http/dev-issuer.ts';
import { identification } from '../../shared/http/identity.ts';
import { headCache } from '../../shared/ledger/append.ts';
import { sha256 } from '../../shared/ledger/codec.ts';
import { memoryLedger } from '../../shared/ledger/memory/memory-ledger.ts';
import { pseudonymiser } from '../../shared/member/pseudonym.ts';
import type { Log } from '../../shared/observability/logger.ts';
import { NO_METER } from '../../shared/observability/metrics-emitter.ts';
import { loadPacks, PACKS_FOLDER } from '../../shared/policy/packs/load-packs.ts';
import { settleMessage, type SettleMessage } from '../../shared/queue/messages.ts';
import { memoryRecords } from '../../shared/records/memory/memory-records.ts';
import { releaseLoader, storeRelease } from '../../shared/reference/releases.ts';
import { dayInChina } from '../../shared/time/dates.ts';

/** 2026-09-02 12:00 in China. */
export const NOW = Date.parse('2026-09-02T04:00:00Z');
export const KEY = 'a pseudonym key for tests only';

export interface PostOptions {
  readonly format?: 'json' | 'ndjson';
  readonly shards?: number;
  /** Reversals posted with the claims, after them. */
  readonly reversals?: readonly unknown[];
  /** How far the batch gets: read, decided, or closed (the default). */
  readonly until?: 'accepted' | 'split' | 'settled' | 'closed';
}

/** A review, or what a test makes of one. */
interface Reviewed extends Readonly<Record<string, unknown>> {
  readonly providerId: string;
  readonly claimNo: string;
}

export type MemoryInstallation = Awaited<ReturnType<typeof memoryInstallation>>;

/** An installation with the sample release in force and nobody enrolled. */
export async function memoryInstallation({
  adapt = (pack) => pack,
}: {
  readonly adapt?: (pack: PackDocument) => PackDocument;
} = {}) {
  const [ledger, batches, records, sealed] = [
    memoryLedger(),
    memoryBatches(),
    memoryRecords(),
    memoryRecords(),
  ];
  const documents = {
    packs: loadPacks(`${PACKS_FOLDER}/qinhuangdao`).map(adapt),
    catalogue: sampleCatalogue(),
    providers: [...SAMPLE_PROVIDERS],
  };
  const { id: releaseId } = await storeRelease(records, documents);
  const release = releaseLoader(records);
  const pseudonymOf = pseudonymiser(KEY);
  const heads = headCache();
  let clock = NOW;
  const now = () => clock;
  const remainingMs = () => 300_000;
  const waiting = new Map<string, SettleMessage[]>();

  async function post(
    kind: BatchKind,
    providerId: string,
    batchNo: string,
    posted: Record<string, unknown>,
    options: PostOptions = {},
  ): Promise<string> {
    const { format = 'json', shards = 2, until = 'closed' } = options;
    const batchId = batchIdOf(providerId, batchNo);
    const list = Object.values(posted).flat();
    const body =
      format === 'json'
        ? JSON.stringify(posted)
        : list.map((record) => `${JSON.stringify(record)}\n`).join('');
    const announced = format === 'ndjson' ? { sha256: createHash('sha256').update(body).digest('hex') } : {};
    const raw: Manifest['raw'] = {
      key: `raw/${batchId}`,
      format,
      bytes: Buffer.byteLength(body),
      ...announced,
    };
    await records.put(raw.key, body, 'application/json');
    const billedFen = list.reduce(
      (sum: number, record) => sum + ((record as { billedFen?: number }).billedFen ?? 0),
      0,
    );
    await batches.create({
      batchId,
      kind,
      providerId,
      batchNo,
      businessDate: dayInChina(clock),
      controlTotals: { claimCount: list.length, billedFen },
      contentHash: sha256(body),
      raw,
      releaseId,
      area: SAMPLE_AREA,
      shards,
      acceptedAt: clock - 60_000,
    });
    if (until === 'accepted') return batchId;
    const sent: SettleMessage[] = [];
    waiting.set(batchId, sent);
    await splitBatch(batchId, {
      batches,
      ledger,
      records,
      pseudonymOf,
      now,
      remainingMs,
      settleQueue: { sendSome: async (messages) => (sent.push(...messages), []) },
      splitQueue: { send: async () => {} },
      closeQueue: { send: async () => {} },
    });
    if (until === 'split') return batchId;
    await settle(batchId);
    if (until === 'settled') return batchId;
    await close(batchId);
    return batchId;
  }

  /** Settles the first `count` waiting messages of a batch. */
  async function settle(batchId: string, count = Number.POSITIVE_INFINITY): Promise<void> {
    const inOrder = (waiting.get(batchId) ?? []).sort((a, b) => a.batchIndex - b.batchIndex);
    for (const sent of inOrder.splice(0, count)) {
      const message = settleMessage.parse(JSON.parse(JSON.stringify(sent))); // As the queue's consumer reads it.
      await settleRecord(message, clock - 30_000 + message.batchIndex, {
        ledger,
        heads,
        release,
        pause: async () => {},
      });
    }
  }

  /** Has close look at a batch. */
  async function close(batchId: string): Promise<void> {
    await closeBatch(
      { batchId },
      {
        batches,
        ledger,
        records,
        now,
        remainingMs,
        closeQueue: { send: async () => {} },
        events: noEvents,
        lateAfterMs: 3_600_000,
      },
    );
  }

  const keys = await generateDevKeys();
  const deps: ResultsDeps = {
    ledger,
    batches,
    records,
    sealed,
    release,
    pseudonymOf,
    pointers: { inForce: async () => releaseId },
    area: SAMPLE_AREA,
    lateAfterMinutes: 60,
    quoteValidMinutes: 30,
  };
  const logged: string[] = [];
  const write = (...said: unknown[]): void =>
    void logged.push(
      JSON.stringify(said.map((each) => (each instanceof Error ? [each.name, each.stack] : each))),
    );
  const log: Log = { info: write, warn: write, error: write };
  const identify = identification(
    { AUTH_MODE: 'jwt', AUTH_ISSUER: DEV_ISSUER, AUTH_AUDIENCE: DEV_AUDIENCE, AUTH_JWKS: devJwks(keys) },
    now,
  );
  const sign = (role: 'provider' | 'ops' | 'agency', provider?: string) =>
    signDevToken(keys, {
      role,
      exp: NOW / 1000 + 366 * 86_400,
      ...(provider === undefined ? {} : { provider }),
    });

  return {
    ledger,
    batches,
    records,
    sealed,
    deps,
    releaseId,
    keys,
    logged,
    settle,
    close,
    /** Moves the clock of everything to a moment. */
    travelTo: (moment: string) => void (clock = Date.parse(moment)),
    now,
    postClaims: (providerId: string, batchNo: string, claims: readonly unknown[], options?: PostOptions) =>
      post(
        'claims',
        providerId,
        batchNo,
        { claims, ...(options?.reversals ? { reversals: options.reversals } : {}) },
        options,
      ),
    enrol: (batchNo: string, enrolments: readonly unknown[], accountCredits: readonly unknown[] = []) =>
      post('enrolments', AGENCY, batchNo, { enrolments, accountCredits }),
    /** As intake stores it: with the stream that has the claim's number, unless the review names one. */
    review: async (reviewNo: string, reviews: readonly Reviewed[]) => {
      const keyOf = ({ providerId, claimNo }: Reviewed) => `${providerId}/${claimNo}`;
      const holders = await batches.holders(reviews.map(keyOf));
      const stored = reviews.map((each) => ({ stream: holders.get(keyOf(each))?.stream ?? '', ...each }));
      return post('reviews', AGENCY, `RV-${reviewNo}`, { reviews: stored });
    },
    handler: httpApi(resultsRoutes(deps), { identify, log, meter: NO_METER, now }),
    tokenOf: (providerId: string) => sign('provider', providerId),
    ops: await sign('ops'),
    agency: await sign('agency'),
  };
}
