// Intake's routes: who asks, what with, which use case answers.

import { type Caller, requireReadable } from '../../shared/http/identity.ts';
import { ok, type Route, route } from '../../shared/http/route.ts';
import { Problem } from '../../shared/http/problem.ts';
import { METRIC } from '../../shared/observability/metrics.ts';
import type { Meter } from '../../shared/observability/metrics-emitter.ts';
import {
  acceptClaims,
  acceptEnrolments,
  acceptReversal,
  acceptReview,
  acceptUpload,
  type IntakeDeps,
} from './accept-batch.ts';
import { postBatch, postEnrolments, postRelease, postReversal, postReview, postUpload } from './contract.ts';
import { publishRelease } from './publish-release.ts';
import type { ReleasePointers } from '../../shared/reference/releases.ts';

export interface RouteDeps extends IntakeDeps {
  readonly pointers: ReleasePointers;
  readonly meter: Meter;
}

/** The provider that asks; the contracts let nobody else through. */
function providerOf(caller: Caller): string {
  if (caller.role !== 'provider') throw new Problem('forbidden');
  return caller.providerId;
}

export function intakeRoutes(deps: RouteDeps): Route[] {
  /** Counts what was taken in and what was refused whole. */
  const counted = async <T>(accepting: Promise<T>): Promise<T> => {
    try {
      const accepted = await accepting;
      deps.meter.count(METRIC.batchesAccepted);
      return accepted;
    } catch (error) {
      if (error instanceof Problem) deps.meter.count(METRIC.batchesRefused);
      throw error;
    }
  };

  return [
    route(postBatch, async ({ caller, body, bodyBytes, now }) => {
      const accept = body.uploadId === undefined ? acceptClaims : acceptUpload;
      return ok(await counted(accept(providerOf(caller), body, { bytes: bodyBytes, now }, deps)), 202);
    }),
    route(postUpload, async ({ caller, body }) => {
      const address = await deps.uploads.presign(providerOf(caller), body.sha256, body.contentLength);
      return ok({ uploadId: body.sha256, method: 'PUT', ...address }, 201);
    }),
    route(postEnrolments, async ({ body, bodyBytes, now }) =>
      ok(await counted(acceptEnrolments(body, { bytes: bodyBytes, now }, deps)), 202),
    ),
    route(postReview, async ({ params, body, now }) =>
      ok(await counted(acceptReview(params, body, now, deps)), 202),
    ),
    route(postReversal, async ({ caller, params, body, now }) => {
      requireReadable(caller, params.providerId);
      return ok(await counted(acceptReversal(params, body, now, deps)), 202);
    }),
    route(postRelease, async ({ body }) => ok(await publishRelease(body, deps), 201)),
  ];
}
