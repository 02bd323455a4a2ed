// The auditor keeps books of its own: what was posted, what that must come to, and every entry as it was first
// written. It is told of every write in the moment it happens and holds it against L1 to L11 (shared/ledger/SPEC.md).
// Its sums, its fold of positions and its idea of repeats and conflicts are its own code; of the product it uses the
// decoding of entries, and `settleRecord` on the entries before, since replaying a stream with the product's own
// function is what L10 promises.

import { hash as digest } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { settleRecord } from '../../functions/settle/settle-record.ts';
import { AGENCY, type Manifest, type Progress, type SplitState } from '../../shared/batch/batch.ts';
import type { Appended } from '../../shared/ledger/append.ts';
import type { Entry } from '../../shared/ledger/entry.ts';
import type { Amounts } from '../../shared/policy/adjudication.ts';
import type { QuoteView } from '../../functions/results/quote-claim.ts';
import type { ReviewRecord } from '../../shared/claim/review.ts';
import type { SettleMessage } from '../../shared/queue/messages.ts';
import { BY_DAY_OF_SERVICE, coveredOf, type Expected, type Reversal, StreamBooks } from './auditor-books.ts';
import type { Release } from '../../shared/reference/release.ts';
import { type Core, Finding } from './core.ts';
import { AREAS, HOME_AREA, reference } from './reference.ts';
import { areaOf, inSystemOrder, PENDED, rawOf, type Post, type Posted } from './scenario.ts';
import type { BatchTable, Bucket, LedgerTable, Row, Watcher } from './stores.ts';

interface KnownBatch {
  readonly manifest: Manifest;
  readonly expected: readonly Expected[];
  /** Places in the posted order that intake cannot read. */
  readonly unreadable: readonly number[];
}

export interface Auditor extends Watcher {
  /** A client posts what the scenario could not know: claims that name quotes. */
  alsoPosted(post: Post): void;
  /** A client was told what a claim would come to. */
  quoted(provider: string, record: Posted, quote: QuoteView): void;
  /** A client has the answer 202. */
  accepted(post: Post, accepted: number | undefined): void;
  /** A client was refused for good. */
  refused(post: Post, code: string): void;
  /** The back office has a record of its own. */
  expect(expected: Expected): void;
  /** A message was sent at a moment; its entry may carry that moment. */
  sent(message: SettleMessage, at: number): void;
  /** settleRecord gave this answer. */
  answered(message: SettleMessage, appended: Appended): void;
  /** A message was deleted from the settle queue. */
  acknowledged(message: SettleMessage): void;
  /** From now on the order of this stream's records is not the queue's any more. */
  orderLost(stream: string, batchId?: string): void;
  /** The event of a completed batch was sent. */
  announced(batchId: string): void;
  isDecided(message: SettleMessage): boolean;
  /** Every accepted batch is complete. */
  allComplete(): boolean;
  /** The last look, when everything has drained. */
  finish(): Promise<void>;
  readonly entries: () => number;
  readonly kinds: ReadonlyMap<string, number>;
}

export interface Audited {
  readonly core: Core;
  readonly posts: readonly Post[];
  readonly ledger: () => LedgerTable;
  readonly batches: () => BatchTable;
  readonly bucket: Bucket;
  readonly streamOf: (member: string) => string;
}

const found = (promise: string, message: string): never => {
  throw new Finding(promise, message);
};
const sha256 = (text: string): string => digest('sha256', text, 'base64url');
const placeKey = (batchId: string, batchIndex: number): string => `${batchId}:${batchIndex}`;

export function auditorOf(audited: Audited): Auditor {
  const { core, posts, bucket, streamOf } = audited;
  const texts = new Map(posts.map((post) => [rawOf(post), post]));
  const batches = new Map<string, KnownBatch>();
  const expected = new Map<string, Expected>();
  /** Streams that some accepted record uses a number in. */
  const streamsOfNumber = new Map<string, Set<string>>();
  /** Messages of a record by the moment they were sent. */
  const sent = new Map<string, Map<number, SettleMessage>>();
  const entryOf = new Map<string, Entry>();
  const books = new Map<string, StreamBooks>();
  const holders = new Map<string, string>();
  const hashOfContent = new Map<string, string>();
  const contentOfHash = new Map<string, string>();
  const lastIndex = new Map<string, number>();
  const unordered = new Set<string>();
  const answered202 = new Map<string, Post>();
  const kinds = new Map<string, number>();
  const events = new Set<string>();
  const quotes = new Map<string, Quoted>();

  const expect = (each: Expected): void => {
    const { batchId, batchIndex, claimKey, stream } = each.message;
    expected.set(placeKey(batchId, batchIndex), each);
    if (!isAboutAnother(each.message))
      streamsOfNumber.set(claimKey, (streamsOfNumber.get(claimKey) ?? new Set()).add(stream));
  };

  const auditor: Auditor = {
    kinds,
    entries: () => entryOf.size,
    expect,
    alsoPosted: (post) => void texts.set(rawOf(post), post),
    quoted(provider, { number, member }, { quoteId, position, release, amounts }) {
      const stream = streamOf(member);
      const claimKey = `${provider}/${number}`;
      const { seq } = position;
      quotes.set(quoteId ?? '', { claimKey, stream, seq, release, amounts: amountsIn(amounts) });
    },
    sent(message, at) {
      const key = placeKey(message.batchId, message.batchIndex);
      const due = expected.get(key);
      if (!due) return found('L9', `${key}: a message of a record that nobody posted`);
      if (!isDeepStrictEqual(said(message), said(due.message)))
        return found('L9', `${key}: the message is not what was posted`);
      if (message.type === 'review') checkReviewMessage(message, due);
      if (message.raw) {
        const [from, length] = message.raw;
        const file = bucket.objects.get(batches.get(message.batchId)?.manifest.raw.key ?? '');
        const line = parsed(Buffer.from(file?.subarray(from, from + length) ?? []).toString());
        if (!isDeepStrictEqual(line, due.posted))
          return found('L9', `${key}: its place in the file holds another record`);
      }
      sent.set(key, (sent.get(key) ?? new Map<number, SettleMessage>()).set(at, message));
      return undefined;
    },
    orderLost: (stream, batchId) =>
      void unordered.add(batchId === undefined ? stream : `${stream} ${batchId}`),

    manifestStored(manifest) {
      const raw = bucket.objects.get(manifest.raw.key);
      if (!raw) return found('L9', `${manifest.batchId}: the manifest stands, the raw batch does not`);
      const post = texts.get(asPosted(Buffer.from(raw).toString()));
      if (!post) return found('L9', `${manifest.batchId}: the raw batch is nothing that was posted`);
      const records = inSystemOrder(post.records);
      const readable = records.filter((record) => record.readable);
      const known: KnownBatch = {
        manifest,
        expected: readable.map((record, index) => expectedOf(record, manifest, index, streamOf)),
        unreadable: records.flatMap((record, at) => (record.readable ? [] : [at])),
      };
      batches.set(manifest.batchId, known);
      for (const each of known.expected) expect(each);
    },

    accepted(post, accepted) {
      const batchId = `${post.provider}.${post.batchNo}`;
      const known = batches.get(batchId);
      if (!known) return found('L9', `${batchId}: answered 202, and no manifest stands`);
      const standing = asPosted(
        Buffer.from(bucket.objects.get(known.manifest.raw.key) ?? Buffer.from('null')).toString(),
      );
      // Spelled in another order, the same content is the same batch.
      if (
        standing !== rawOf(post) &&
        (post.uploaded || !isDeepStrictEqual(parsed(standing), parsed(rawOf(post))))
      )
        return found('L5', `${batchId}: answered 202, and another content stands`);
      if (!post.uploaded && accepted !== known.expected.length)
        return found(
          'L9',
          `${batchId}: ${accepted} records announced as accepted, not ${known.expected.length}`,
        );
      answered202.set(batchId, post);
      return undefined;
    },

    refused(post, code) {
      const batchId = `${post.provider}.${post.batchNo}`;
      // Nobody has used the number that is to be reviewed, as far as intake can know.
      if (code === 'not-found' && post.records[0]?.kind === 'review') return undefined;
      const other = posts.some(
        (each) => each !== post && each.provider === post.provider && each.batchNo === post.batchNo,
      );
      if (code !== 'batch-number-taken' || !other)
        return found('refusal', `${batchId}: refused with ${code}, and there was no reason`);
      return undefined;
    },

    written(entry, replaced, before) {
      const { place, body } = entry;
      const { stream, seq, claimKey, batchId, batchIndex } = place;
      const at = `${stream.slice(0, 13)} ${seq}`;
      if (replaced) {
        if (replaced.hash !== entry.hash) found('L1', `${at}: an entry was replaced by another`);
        else return; // The same bytes again: nothing changed.
      }
      const previous = before.at(-1)?.entry;
      if (seq !== before.length + 1) found('L2', `${at}: follows ${before.length}`);
      const genesis = sha256(`jiesuan/1\n${stream}`);
      if (place.prev !== (previous?.hash ?? genesis)) found('L2', `${at}: does not name the entry before it`);
      const over = `${stream}\n${seq}\n${place.prev}\n${claimKey}\n${batchId}\n${batchIndex}\n${entry.text}`;
      if (sha256(over) !== entry.hash) found('L2', `${at}: its hash is not that of its content`);

      const key = placeKey(batchId, batchIndex);
      const due = expected.get(key);
      if (!due) return found('L9', `${at}: nobody posted ${key}`);
      // A review goes wherever its claim is; everything else says whose it is.
      const elsewhere = due.message.stream !== stream && due.message.type !== 'review';
      if (elsewhere || due.message.claimKey !== claimKey)
        return found('L9', `${at}: ${key} belongs to another stream or number`);
      if (entryOf.has(key)) found('L4', `${at}: ${key} has an entry already`);
      entryOf.set(key, entry);
      for (const kind of [body.kind, ...alsoCalled(body)]) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      const message = sent.get(key)?.get(body.at);
      if (!message) return found('L10', `${at}: its time is not when its message was sent`);
      if (message.stream !== stream) found('L9', `${at}: its message went to another stream`);
      const content = contentOf(message, due);
      const hash = hashOfContent.get(content) ?? body.content;
      if (hash !== body.content || (contentOfHash.get(body.content) ?? content) !== content)
        found('L5', `${at}: content and its identity do not fit`);
      hashOfContent.set(content, body.content);
      contentOfHash.set(body.content, content);

      checkOrder(entry);
      const own = books.get(stream) ?? new StreamBooks();
      books.set(stream, own);
      const outcome = own.outcomeOf(claimKey, content);
      const heldElsewhere = body.kind === 'conflict' && body.code === 'number-held-by-another-member';
      if (heldElsewhere) {
        if ((streamsOfNumber.get(claimKey)?.size ?? 0) < 2)
          found('L3', `${at}: ${claimKey} is said to be held by another member, and no other uses it`);
      } else if (due.message.type === 'reversal') {
        own.checkReversal(at, place, body, reversalIn(due, message));
      } else if (message.type === 'review') {
        own.checkReview(at, body, claimKey, message);
      } else if (outcome.kind !== 'decide') {
        const fits =
          body.kind === outcome.kind &&
          (body.kind === 'repeat'
            ? body.of === outcome.seq
            : body.kind === 'conflict' && body.with === outcome.seq);
        if (!fits) found('L5', `${at}: a ${outcome.kind} of ${outcome.seq} was due, not a ${body.kind}`);
      }
      checkQuote(entry, message, before);
      void checkReplay(entry, message, before);
      own.enter(entry, message, content);
      checkHolders(entry);
    },

    answered(message, { entry }) {
      const key = placeKey(message.batchId, message.batchIndex);
      const stands = entryOf.get(key);
      if (!stands) return found('L9', `${key}: answered, and no entry stands`);
      if (stands.hash !== entry.hash) return found('L4', `${key}: answered with another entry than its own`);
      return undefined;
    },

    acknowledged(message) {
      const key = placeKey(message.batchId, message.batchIndex);
      if (!entryOf.has(key)) found('L9', `${key}: its message was deleted, and no entry stands`);
    },

    progressSaved(manifest, split, progress) {
      const known = batches.get(manifest.batchId) as KnownBatch;
      const counted = known.expected.filter((_, index) => {
        const shard = index % manifest.shards;
        return index < (progress.watermarks[shard] ?? 0);
      });
      checkTotals(known, counted, progress, progress.completedAt === undefined ? 'progress' : 'totals');
      if (progress.completedAt !== undefined) checkCompletion(known, split, progress);
    },

    announced: (batchId) => void events.add(batchId),
    isDecided: ({ batchId, batchIndex }) => entryOf.has(placeKey(batchId, batchIndex)),
    allComplete: () =>
      [...batches.keys()].every(
        (batchId) => audited.batches().rows.get(batchId)?.progress?.completedAt !== undefined,
      ),

    async finish() {
      for (const batchId of answered202.keys())
        if (!batches.has(batchId)) found('L9', `${batchId}: answered 202, and gone`);
      for (const [key] of expected) if (!entryOf.has(key)) found('L9', `${key}: accepted, and never decided`);
      for (const [batchId, { unreadable, expected: due }] of batches) {
        const { split, progress } = audited.batches().rows.get(batchId) ?? {};
        if (progress?.completedAt === undefined) found('L9', `${batchId}: never completed`);
        // A batch that was being completed while its queues were lost may stand at the start of another run.
        const startedOver = core.counts.has('queues-lost') && split?.done === false;
        if (startedOver) continue;
        if (split?.accepted !== due.length || split.rejected !== unreadable.length)
          found('L9', `${batchId}: split says ${split?.accepted} and ${split?.rejected} records`);
        const rejected = new Set<number>();
        for (const [key, bytes] of bucket.objects) {
          if (!key.startsWith(`rejections/${batchId}/`)) continue;
          for (const line of Buffer.from(bytes).toString().trim().split('\n'))
            rejected.add((JSON.parse(line) as { index: number }).index);
        }
        if (
          !isDeepStrictEqual(
            [...rejected].sort((a, b) => a - b),
            [...unreadable],
          )
        )
          found('L9', `${batchId}: rejected ${[...rejected].join()}, not ${unreadable.join()}`);
      }
      checkNothingChanged();
      for (const [stream, rows] of audited.ledger().streams)
        if (stream.startsWith(AREAS[2]))
          await checkServiceOrder(
            stream,
            rows.map(({ entry }) => entry),
          );
    },
  };

  /** The pended claim that a review's message is about; it may be gone by the time that the review is decided. */
  const pendedBy = ({ stream, claimKey, pendedSeq = 0 }: Review): Expected | undefined => {
    let entry = audited.ledger().get(stream, pendedSeq);
    if (entry?.body.kind !== 'pend' || entry.place.claimKey !== claimKey) return undefined;
    // Where the policy is silent a review leads to another pended entry: the claim is behind the first.
    while (entry?.body.resolves !== undefined) entry = audited.ledger().get(stream, entry.body.resolves);
    return entry && expected.get(placeKey(entry.place.batchId, entry.place.batchIndex));
  };

  /** What a record says, as the auditor writes it down: of a review that is about a pended claim, that claim. */
  const contentOf = (message: SettleMessage, due: Expected): string =>
    message.type === 'review' && message.pendedSeq !== undefined
      ? (pendedBy(message)?.content ?? due.content)
      : due.content;

  /** A review's message carries the claim that is pended, less what the reviewer refused, or no claim at all. */
  function checkReviewMessage(message: Review, { posted }: Expected): void {
    const { pendedSeq, claim, release, stream, claimKey } = message;
    const key = placeKey(message.batchId, message.batchIndex);
    if (!streamsOfNumber.get(claimKey)?.has(stream))
      found('review', `${key}: goes to a stream where nobody has used ${claimKey}`);
    for (const { stream: before } of sent.get(key)?.values() ?? [])
      if (before !== stream) found('L4', `${key}: its messages go to two streams`);
    if (pendedSeq === undefined)
      return claim && found('review', `${key}: a claim, and no pended entry that it comes from`);
    const pended = pendedBy(message)?.message;
    if (pended?.type !== 'claim')
      return found('review', `${key}: is about ${pendedSeq}, which is not pended`);
    if (release !== pended.release)
      found('review', `${key}: decides by another release than the claim's own`);
    const { reductions = [] } = posted as ReviewRecord;
    if (!isDeepStrictEqual(coveredOf(claim?.lines ?? []), coveredOf(pended.claim.lines, reductions)))
      found('review', `${key}: the claim is not what the reviewer left of it`);
    return undefined;
  }

  /** A claim that names a quote is settled as quoted; when nothing has changed since, it is not refused either. */
  function checkQuote({ place, body }: Entry, message: SettleMessage, before: readonly Row[]): void {
    if (message.type !== 'claim' || message.quoteId === undefined) return undefined;
    const at = `${place.stream.slice(0, 13)} ${place.seq}`;
    const quote = quotes.get(message.quoteId);
    if (!quote || quote.claimKey !== place.claimKey || quote.stream !== place.stream)
      return found('quote', `${at}: names a quote that was not given for it`);
    if (body.kind === 'settlement') kinds.set('quote kept', (kinds.get('quote kept') ?? 0) + 1);
    if (body.kind === 'settlement' && !isDeepStrictEqual(amountsIn(asQuoted(body.amounts)), quote.amounts))
      return found('quote', `${at}: settled otherwise than quoted`);
    const moved = before.some((row) => row.entry.place.seq > quote.seq && MOVES.has(row.entry.body.kind));
    // In the place of its day it may come to something else than at the end, where it was quoted.
    const changed = moved || message.release !== quote.release || place.stream.startsWith(BY_DAY_OF_SERVICE);
    if ((body.kind === 'denial' || body.kind === 'pend') && !changed)
      return found('quote', `${at}: quoted as payable, now a ${body.kind}, and nothing has changed since`);
    return undefined;
  }

  /** A batch's records of one member are entered in their order. */
  function checkOrder({ place: { stream, batchId, batchIndex, seq } }: Entry): void {
    const key = `${stream} ${batchId}`;
    const last = lastIndex.get(key) ?? -1;
    if (batchIndex < last && !unordered.has(key) && !unordered.has(stream))
      found('order', `${stream.slice(0, 13)} ${seq}: record ${batchIndex} of ${batchId} after ${last}`);
    lastIndex.set(key, Math.max(last, batchIndex));
  }

  /**
   * L10, and with it most of L6 and L7: settling the message on the entries before gives the same bytes. Nothing in it
   * waits for anything, so it is done before the next thing happens.
   */
  async function checkReplay(entry: Entry, message: SettleMessage, before: readonly Row[]): Promise<void> {
    const at = `${entry.place.stream.slice(0, 13)} ${entry.place.seq}`;
    try {
      const again = await settleOn(
        before.map((row) => row.entry),
        message,
        entry.body.at,
      );
      if (again.text !== entry.text || again.hash !== entry.hash)
        found('L10', `${at}: deciding it again gives\n  ${again.text}\nnot\n  ${entry.text}`);
    } catch (error) {
      core.failed ??=
        error instanceof Finding ? error : new Finding('L10', `${at}: deciding it again: ${String(error)}`);
    }
  }

  /**
   * L11: where the day of service decides, what stands is what stands when the same claims come in the order of their
   * days. Not said of members with a claim for a person to look at, whose coverage changed, who have years that are
   * closed, or of whom a claim names a quote.
   */
  async function checkServiceOrder(stream: string, entries: readonly Entry[]): Promise<void> {
    const claims = entries.filter(({ body }) => 'header' in body);
    const first = claims[0]?.place.seq ?? Number.POSITIVE_INFINITY;
    const incomparable = entries.some(
      ({ place, body }) =>
        body.kind === 'pend' ||
        ('header' in body && body.header.encounter === PENDED) ||
        body.position.closed !== undefined ||
        ((body.kind === 'enrolment' || body.kind === 'account-credit') && place.seq > first) ||
        (body.kind === 'reversal' && body.replacement !== undefined),
    );
    const messageOf = ({ place, body }: Entry): [SettleMessage, number] => [
      sent.get(placeKey(place.batchId, place.batchIndex))?.get(body.at) as SettleMessage,
      body.at,
    ];
    const quoted = claims.some((entry) => {
      const [message] = messageOf(entry);
      return message.type === 'claim' && message.quoteId !== undefined;
    });
    if (incomparable || quoted) return;
    const stands = books.get(stream)?.standing() ?? new Map<number, unknown>();
    const inOrder = [
      ...entries.filter(({ body }) => body.kind === 'enrolment' || body.kind === 'account-credit'),
      ...claims
        .filter(({ place }) => stands.has(place.seq))
        .sort((a, b) => (dayAndNumber(a) < dayAndNumber(b) ? -1 : 1)),
    ];
    const fresh: Entry[] = [];
    const again = new StreamBooks();
    for (const entry of inOrder) {
      const [message, at] = messageOf(entry);
      const settled = await settleOn(fresh, message, at);
      fresh.push(settled);
      again.enter(settled, message, String(entry.place.seq));
    }
    const comesTo = (own: StreamBooks | undefined, last: Entry | undefined) => ({
      stands: Object.fromEntries(
        [...(own?.standing().values() ?? [])].map((each) => [each.claimKey, each.amounts]),
      ),
      years: last?.body.position.years ?? {},
    });
    const [is, due] = [comesTo(books.get(stream), entries.at(-1)), comesTo(again, fresh.at(-1))];
    if (!isDeepStrictEqual(is, due))
      found(
        'L11',
        `${stream.slice(0, 13)}: stands\n  ${JSON.stringify(is)}\nin order\n  ${JSON.stringify(due)}`,
      );
  }

  /** L3: a number is held once, in one stream. */
  function checkHolders({ place: { stream, claimKey, seq } }: Entry): void {
    const holds = books.get(stream)?.holds(claimKey) === true;
    const holder = holders.get(claimKey);
    if (holds && holder !== undefined && holder !== stream)
      found('L3', `${stream.slice(0, 13)} ${seq}: ${claimKey} is held in another stream already`);
    if (holds) holders.set(claimKey, stream);
    else if (holder === stream) holders.delete(claimKey);
  }

  function checkTotals(
    { manifest }: KnownBatch,
    counted: readonly Expected[],
    progress: Progress,
    what: string,
  ): void {
    const own: Record<string, number> = {};
    const funds: Record<string, number> = {};
    const add = (name: string, amount: number) => void (own[name] = (own[name] ?? 0) + amount);
    const addMoney = ({ billed, account, cash, hospital, funds: paid }: Amounts, sign: number): void => {
      for (const [name, amount] of Object.entries({ billed, account, cash, hospital }))
        add(name, sign * amount);
      for (const [fund, amount] of Object.entries(paid)) funds[fund] = (funds[fund] ?? 0) + sign * amount;
    };
    for (const { message } of counted) {
      const entry = entryOf.get(placeKey(message.batchId, message.batchIndex));
      if (!entry)
        return found('L9', `${manifest.batchId}: record ${message.batchIndex} is counted, and not decided`);
      const { body } = entry;
      add(COUNTED_AS[body.kind] ?? 'recorded', 1);
      if (body.kind === 'reversal') {
        addMoney(body.undone, -1);
        if (body.replacement) addMoney(body.replacement.amounts, 1);
      }
      if (body.kind === 'settlement') addMoney(body.amounts, 1);
    }
    if (!isDeepStrictEqual(amountsIn(progress.totals), amountsIn({ ...own, funds })))
      return found(
        'totals',
        `${manifest.batchId}: ${what} say ${JSON.stringify(progress.totals)}, the books ${JSON.stringify({ ...own, funds })}`,
      );
    return undefined;
  }

  /** A batch is complete: split is done, all is counted, and the remittance file says what the entries say. */
  function checkCompletion(known: KnownBatch, split: SplitState | undefined, progress: Progress): void {
    const { manifest, expected: due, unreadable } = known;
    const { batchId } = manifest;
    if (!events.has(batchId)) return found('close', `${batchId}: complete, and nobody was told`);
    // When the queues are lost every open batch is split over; a completion on its way may still arrive, rightly.
    if (!split?.done && !core.counts.has('queues-lost'))
      return found('close', `${batchId}: complete before it was split`);
    if (progress.watermarks.some((next) => next < due.length))
      return found('close', `${batchId}: complete before all was counted`);
    const file = bucket.objects.get(progress.remittanceKey ?? '');
    if (!file) return found('remittance', `${batchId}: complete without a remittance file`);
    const lines = Buffer.from(file)
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const [header, trailer] = [lines.shift(), lines.pop()];
    if (
      header?.['record'] !== 'header' ||
      header['accepted'] !== due.length ||
      header['rejected'] !== unreadable.length
    )
      return found('remittance', `${batchId}: header ${JSON.stringify(header)}`);
    if (
      trailer?.['record'] !== 'trailer' ||
      !isDeepStrictEqual(amountsIn(trailer['totals']), amountsIn(progress.totals))
    )
      return found('remittance', `${batchId}: the trailer is not the batch's totals`);
    if (lines.length !== due.length)
      return found('remittance', `${batchId}: ${lines.length} lines for ${due.length} records`);
    for (const [index, line] of lines.entries()) {
      const entry = entryOf.get(placeKey(batchId, index));
      if (line['index'] !== index || line['entryHash'] !== entry?.hash || line['record'] !== entry?.body.kind)
        return found('remittance', `${batchId}: line ${index} is not its entry`);
    }
    return undefined;
  }

  /** L1 once more, over everything, against what was seen when it was written. */
  function checkNothingChanged(): void {
    let rows = 0;
    for (const stream of audited.ledger().streams.values()) {
      for (const { entry } of stream) {
        rows++;
        const seen = entryOf.get(placeKey(entry.place.batchId, entry.place.batchIndex));
        if (seen?.hash !== entry.hash || seen.text !== entry.text)
          found('L1', 'an entry is not what was written');
      }
    }
    if (rows !== entryOf.size) found('L1', `${entryOf.size} entries were written, ${rows} are there`);
  }

  return auditor;
}

/** A stored batch as it was posted: without the stream that intake adds to a review. */
const asPosted = (stored: string): string => stored.replace(/,"stream":"[^"]*"\}\]\}$/, '}]}');

type Review = Extract<SettleMessage, { type: 'review' }>;

/** What a client was told that a claim would come to, and on which entries of the stream. */
interface Quoted {
  readonly claimKey: string;
  readonly stream: string;
  readonly seq: number;
  readonly release: string;
  readonly amounts: Readonly<Record<string, number>>;
}

/** What else there is to count of an entry, so that what a run has seen can be read off. */
function* alsoCalled(body: Entry['body']): Generator<string> {
  if (body.kind === 'denial') yield `denial ${body.denial.code}`;
  if (body.resolves !== undefined) yield `${body.kind} by review`;
  if (body.kind === 'refusal') yield `refusal ${body.code}`;
  if (body.kind === 'denial' && body.denial.code === 'quote-not-kept') yield 'quote not kept';
  if (body.kind === 'reversal' && body.replacement) yield 'refund of lines';
  if ('adjustments' in body) yield `${body.kind} with adjustments`;
}

/** Entries that change what the next claim comes to. */
const MOVES: ReadonlySet<string> = new Set(['settlement', 'reversal', 'enrolment', 'account-credit']);

/** Records about a number that another record uses. */
const isAboutAnother = ({ type }: SettleMessage): boolean => type === 'reversal' || type === 'review';

/** Amounts of an entry with what a quote adds to them: the sum over all funds. */
const asQuoted = (amounts: Amounts): object => ({
  ...amounts,
  fundsTotal: Object.values(amounts.funds).reduce((sum: number, each) => sum + each, 0),
});

/** A reversal as posted, and what the message that was decided makes of it. */
const reversalIn = ({ posted }: Expected, message: SettleMessage): Reversal => ({
  refundLines: (posted as Partial<Reversal> | undefined)?.refundLines,
  refund: message.type === 'reversal' ? message.refund : undefined,
});

/** What a message says of its record, without what only split can know. */
function said(message: SettleMessage): object {
  const { content: _content, raw: _raw, ...rest } = message;
  if (rest.type !== 'review') return { ...rest, numberHeldElsewhere: undefined, refund: undefined };
  const { stream: _stream, release: _release, pendedSeq: _seq, claim: _claim, ...said } = rest;
  return said;
}

/** Where a claim stands among those of its member: by the day it was served, its number breaking ties. */
const dayAndNumber = ({ place, body }: Entry): string =>
  `${'servedOn' in body ? body.servedOn : ''} ${place.claimKey}`;

/** The entry that a message comes to on the entries of its stream before it. */
async function settleOn(before: readonly Entry[], message: SettleMessage, at: number): Promise<Entry> {
  const { release: releaseById } = reference();
  const { entry } = await settleRecord(message, at, {
    ledger: {
      head: async () => before.at(-1),
      byClaim: async (_stream, claimKey) => before.filter(({ place }) => place.claimKey === claimKey),
      get: async (_stream, seq) => before[seq - 1],
      append: async () => ({ outcome: 'appended' }),
      stream: async () => ({ items: before }),
      batchShard: async () => [],
    },
    heads: { get: () => undefined, set: () => {}, delete: () => {} },
    pause: async () => {},
    release: async (id) => releaseById(id) as Release,
  });
  return entry;
}

/** A JSON text's value; undefined when it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** All numbers in an object that are not zero, by name; on a wire an amount's name ends in "Fen". */
function amountsIn(totals: unknown): Record<string, number> {
  const amounts: [string, number][] = [];
  const walk = (value: unknown, name: string): void => {
    if (typeof value === 'number' && value !== 0) amounts.push([name.replace(/Fen$/, ''), value]);
    if (typeof value === 'object' && value !== null)
      for (const [key, member] of Object.entries(value))
        walk(member, name === '' ? key.replace(/Fen$/, '') : `${name} ${key}`);
  };
  walk(totals, '');
  return Object.fromEntries(amounts.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const COUNTED_AS: Readonly<Record<string, string>> = {
  settlement: 'settled',
  denial: 'denied',
  pend: 'pended',
  repeat: 'repeated',
  conflict: 'conflicted',
  refusal: 'refused',
  reversal: 'reversed',
};

/** Whose number a record is about: a review says it, of other records it is whoever posted them. */
const userOf = ({ kind, value }: Posted, { kind: batch, providerId }: Manifest): string =>
  kind === 'review' ? String(value['providerId']) : batch === 'claims' ? providerId : AGENCY;

/** What a posted record must become, from what was posted alone. */
function expectedOf(
  record: Posted,
  manifest: Manifest,
  batchIndex: number,
  streamOf: (member: string) => string,
): Expected {
  const {
    memberId: _member,
    insuredArea: _area,
    quoteId,
    ...value
  } = record.value as Record<string, unknown>;
  const place = {
    batchId: manifest.batchId,
    batchIndex,
    shard: batchIndex % manifest.shards,
    stream: streamOf(record.member),
    claimKey: `${userOf(record, manifest)}/${record.number}`,
    content: '',
    acceptedAt: manifest.acceptedAt,
  };
  const { enrolmentNo: _no, creditNo: _credit, reversalNo: _reversal, ...rest } = value;
  const content = JSON.stringify(record.kind === 'claim' ? value : rest);
  const { claimNo: _claimNo, insuredArea: _a, memberId: _m, ...reversal } = rest;
  const message = {
    claim: {
      type: 'claim',
      ...place,
      release: manifest.releaseId,
      claim: { ...value, providerId: manifest.providerId },
      ...(quoteId === undefined ? {} : { quoteId }),
    },
    enrolment: { type: 'enrolment', ...place, enrolment: rest },
    'account-credit': {
      type: 'account-credit',
      ...place,
      amount: value['amountFen'],
      creditedOn: value['creditedOn'],
    },
    reversal: { type: 'reversal', ...place, reason: reversal['reason'] },
    review: {
      type: 'review',
      ...place,
      release: manifest.releaseId,
      decision: value['decision'],
      reason: value['reason'],
    },
  }[record.kind];
  return { message: message as unknown as SettleMessage, content, posted: record.value };
}

/** Stream of a member, given the pseudonym function. */
export const streamOfMember =
  (pseudonymOf: (member: string) => string) =>
  (member: string): string =>
    `${areaOf(member) || HOME_AREA}#${pseudonymOf(member)}`;
