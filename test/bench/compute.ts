// What deciding a claim costs the processor, against parsing the claim's own message with JSON.parse: the one thing
// that nobody who takes JSON from a queue can leave out.

import * as z from 'zod';
import { decide } from '../../functions/settle/settle-record.ts';
import { genesis, seal } from '../../shared/ledger/codec.ts';
import type { EntryBody, EntryPlace } from '../../shared/ledger/entry.ts';
import { checkEntry } from '../../shared/ledger/identities.ts';
import { adjudicate } from '../../shared/policy/adjudicate.ts';
import { SettleMessageSchema, settleMessage } from '../../shared/queue/messages.ts';
import { type ClaimMessage, claimsWithLines, release, SENT_AT, type Situation } from './fixtures.ts';
import { type Timing, ratio, stage, sunk, timeStages } from './measure.ts';
import { type Row, rowsOf } from './report.ts';

const LINES = [10, 200] as const;

export function compute(quick: boolean): Row[] {
  return LINES.flatMap((lines) => atLines(lines, quick));
}

function atLines(lines: number, quick: boolean): Row[] {
  const all = claimsWithLines(lines, lines > 50 ? 32 : 64);
  const texts = all.map(({ message }) => JSON.stringify(message));
  const area = (all[0] as Situation).message.stream.slice(0, 6);
  const places = all.map(({ message }) => placeOf(message));

  // Inputs of the later stages come out of the earlier ones, made anew for every round from freshly parsed messages.
  const parsed = () => texts.map((text) => JSON.parse(text) as unknown);
  const valid = () => parsed().map((value) => settleMessage.parse(value) as ClaimMessage);
  const decided = () => valid().map((message, at) => decideAt(message, at));
  const position = (at: number) => (all[at] as Situation).position;
  const decideAt = (message: ClaimMessage, at: number): EntryBody =>
    decide(message, SENT_AT, position(at), 1, release);

  const stages = [
    stage(
      'parse',
      () => texts,
      (text) => JSON.parse(text) as unknown,
    ),
    stage('validate', parsed, (value) => settleMessage.parse(value)),
    stage('plain zod', parsed, (value) => plain.parse(value)),
    stage('adjudicate', valid, ({ claim }, at) =>
      adjudicate(claim as never, position(at), release, { area }),
    ),
    stage('decide', valid, decideAt),
    stage('seal', decided, (body, at) => seal(places[at] as EntryPlace, body).hash),
    stage(
      'check',
      () => decided().map((body, at) => seal(places[at] as EntryPlace, body)),
      (entry, at) => checkEntry(entry, position(at)),
    ),
    stage('sum', parsed, (value, at) => {
      const body = decideAt(settleMessage.parse(value) as ClaimMessage, at);
      const entry = seal(places[at] as EntryPlace, body);
      checkEntry(entry, position(at));
      return entry.hash;
    }),
  ];
  const elsewhere = situationsOfBeijing(all);
  stages.push(
    stage(
      'Beijing',
      () =>
        elsewhere.map(
          ({ message }) => settleMessage.parse(JSON.parse(JSON.stringify(message))) as ClaimMessage,
        ),
      ({ claim }, at) =>
        adjudicate(claim as never, (elsewhere[at] as Situation).position, release, { area: BEIJING }),
    ),
  );
  const rounds = (quick ? 100 : 400) / (lines > 50 ? 4 : 1);
  const timings = timeStages(stages, rounds, lines > 50 ? 50 : 150);
  const [parse, validate, plainZod, adjudication, decision, sealing, checking, sum, beijing] =
    timings as Nine<Timing>;
  if (sunk() === 0) throw new Error('nothing was measured');

  const row = rowsOf('compute');
  const bytes = Math.round(texts.reduce((total, text) => total + text.length, 0) / texts.length);
  const micros = (what: string, timing: Timing, note?: string) =>
    row(`${lines} lines: ${what}`, timing.median, 'us', {
      spread: `best ${timing.best.toFixed(2)}, p90 ${timing.worst.toFixed(2)}; ${ratio(timing, parse).toFixed(3)} x parse`,
      ...(note ? { note } : {}),
    });
  return [
    micros('JSON.parse of the settle message', parse, `${bytes} bytes`),
    micros('validate (compiled zod)', validate),
    micros('plain zod, for comparison', plainZod, 'not used'),
    micros('adjudicate', adjudication),
    micros(
      "adjudicate under Beijing's pack",
      beijing,
      `${elsewhere.length} of the ${all.length} claims: those payable there`,
    ),
    micros('adjudicate and the position after', decision),
    micros('write down and hash', sealing),
    micros('check the identities', checking),
    micros('all of it but parsing', sum),
    row(`${lines} lines: all of it over JSON.parse`, ratio(sum, parse), 'x', {
      goal: { atMost: 1 },
      spread: `best over best ${(sum.best / parse.best).toFixed(3)}`,
      note: 'aim 0.6',
    }),
  ];
}

type Nine<T> = [T, T, T, T, T, T, T, T, T];

/** The same claims and members under the pack with the most bands, where it pays them. */
const BEIJING = '110000';
const situationsOfBeijing = (all: readonly Situation[]): Situation[] =>
  all.filter(
    ({ message, position }) =>
      adjudicate(message.claim as never, position, release, { area: BEIJING }).outcome === 'payable',
  );

/** The same schema as zod 4 runs it when it is not compiled. */
const plain: z.ZodType = SettleMessageSchema;

const placeOf = ({ stream, claimKey, batchId, batchIndex, shard }: ClaimMessage): EntryPlace => ({
  stream,
  seq: 7,
  claimKey,
  batchId,
  batchIndex,
  shard,
  prev: genesis(stream),
});
