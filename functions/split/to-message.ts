// One posted record -> one message. Here the member's number ends: from now on the member is a pseudonym.

import { AGENCY, claimKeyOf, type Manifest } from '../../shared/batch/batch.ts';
import type { PostedRecord } from '../../shared/batch/check-record.ts';
import { contentHash } from '../../shared/claim/content-hash.ts';
import type { SettleMessage } from '../../shared/queue/messages.ts';
import { streamKey } from '../../shared/member/pseudonym.ts';

/** The message that carries a record to its member's stream. Pure, given the pseudonym function. */
export function toMessage(
  record: Exclude<PostedRecord, { type: 'review' | 'reversal' }>,
  manifest: Manifest,
  batchIndex: number,
  raw: readonly [number, number] | undefined,
  pseudonymOf: (memberId: string) => string,
): SettleMessage {
  const place = {
    batchId: manifest.batchId,
    batchIndex,
    shard: batchIndex % manifest.shards,
    stream: streamKey(record.insuredArea ?? manifest.area, pseudonymOf(record.memberId)),
    claimKey: claimKeyOf(manifest.kind === 'claims' ? manifest.providerId : AGENCY, record.number),
    acceptedAt: manifest.acceptedAt,
    ...(raw ? { raw: [...raw] as [number, number] } : {}),
  };
  switch (record.type) {
    case 'claim': {
      const { memberId: _memberId, insuredArea: _insuredArea, quoteId, ...content } = record.claim;
      const lines = content.lines.map(({ itemName: _itemName, ...line }) => line); // Names are for people; the raw batch has them.
      return {
        type: 'claim',
        ...place,
        content: contentHash(content),
        release: manifest.releaseId,
        claim: { ...content, lines, providerId: manifest.providerId },
        ...(quoteId === undefined ? {} : { quoteId }),
      };
    }
    case 'enrolment': {
      const { enrolmentNo: _no, memberId: _memberId, insuredArea: _area, ...enrolment } = record.enrolment;
      return { type: 'enrolment', ...place, content: contentHash(enrolment), enrolment };
    }
    case 'account-credit': {
      const { amountFen, creditedOn } = record.credit;
      return {
        type: 'account-credit',
        ...place,
        content: contentHash({ amountFen, creditedOn }),
        amount: amountFen,
        creditedOn,
      };
    }
  }
}
