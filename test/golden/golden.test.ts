// Entries that were stored once must be decided to the same bytes by every build (L10). A failure here means that what
// is already paid would be decided otherwise: that is a bug, or a decision that README.md tells how to make.

import { describe, expect, it } from 'vitest';
import { decodeBody } from '../../shared/ledger/codec.ts';
import { adjustmentsOf } from '../../shared/ledger/entry.ts';
import { verifyStream } from '../../shared/reconciliation/verify-stream.ts';
import { releasesOf } from '../support/chains.ts';
import { readGolden } from './read-golden.ts';

const { reason, documents, streams } = readGolden();
const entries = [...streams.values()].flat();

describe('the golden chains', () => {
  it('hold two thousand entries of several areas, with every kind of correction', () => {
    expect(reason.length).toBeGreaterThan(20);
    expect(entries.length).toBeGreaterThanOrEqual(2_000);
    expect(new Set([...streams.keys()].map((stream) => stream.slice(0, 6))).size).toBe(3);
    const seen = new Set<string>();
    const whys = new Set<string>();
    for (const { place, text } of entries) {
      const body = decodeBody(text, place.claimKey);
      seen.add(body.kind);
      if (body.resolves !== undefined) seen.add(`${body.kind} after review`);
      if (body.kind === 'denial' && body.held) seen.add('denial, held');
      if ('replaces' in body) seen.add(`${body.kind} in place of a held denial`);
      for (const { denial } of adjustmentsOf(body)) if (denial) seen.add('denial by adjustment');
      if (body.kind === 'denial') whys.add(body.denial.code);
      if (body.kind === 'pend') for (const { code } of body.reasons) whys.add(code);
      if (body.kind === 'reversal' && body.replacement) seen.add('refund');
      if ((body.kind === 'reversal' || body.kind === 'settlement') && body.adjustments)
        seen.add(`${body.kind} with adjustments`);
    }
    expect([...seen].sort()).toEqual([
      'account-credit',
      'conflict',
      'denial',
      'denial after review',
      'denial by adjustment',
      'denial in place of a held denial',
      'denial, held',
      'enrolment',
      'pend',
      'pend after review',
      'pend in place of a held denial',
      'refund',
      'refusal',
      'repeat',
      'reversal',
      'reversal with adjustments',
      'settlement',
      'settlement after review',
      'settlement with adjustments',
    ]);
    expect([...whys].sort()).toEqual([
      'amount-limit-reached',
      'benefit-not-offered',
      'denied-by-reviewer',
      'large-bill',
      'policy-silent',
      'quote-not-kept',
      'same-day-twice',
      'too-soon-after-last',
      'trauma-to-verify',
      'visit-limit-reached',
    ]);
  });

  it('are decided to the same bytes', async () => {
    const releaseOf = releasesOf(documents);
    for (const [stream, rows] of streams) expect(await verifyStream(stream, rows, { releaseOf })).toEqual([]);
  });
});
