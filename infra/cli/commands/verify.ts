// `jiesuan verify`: is the ledger what it promises to be? Sequence, chain, identities, position = fold, every decision
// made again byte for byte, sealed heads, and every batch against its entries. Exit 1 when anything is found.

import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { sealDay } from '../../../functions/seal/seal-day.ts';
import { releaseLoader } from '../../../shared/reference/releases.ts';
import type { Release } from '../../../shared/reference/release.ts';
import { type Finding, FINDINGS } from '../../../shared/reconciliation/findings.ts';
import { fullReplay } from '../../../shared/reconciliation/full-replay.ts';
import { type Anchor, readAnchor, sealedDays } from '../../../shared/reconciliation/read-anchors.ts';
import { verifyLedger } from '../../../shared/reconciliation/verify-ledger.ts';
import { verifyStream } from '../../../shared/reconciliation/verify-stream.ts';
import { type Books, openBooks } from '../books.ts';
import type { Cli } from '../context.ts';
import { EXIT, type Exit, usageError } from '../exit.ts';
import { sourceOf, utf8 } from '../files.ts';
import { count } from '../output/money.ts';
import { form } from '../output/table.ts';

export interface VerifyCliOptions {
  readonly all?: boolean;
  readonly member?: string;
  readonly area?: string;
  readonly day?: string;
  readonly full?: boolean;
  readonly seal?: boolean;
}

/** Parts of the table that are read side by side. */
const SEGMENTS = 8;
const SHOWN = 50;

interface Outcome {
  readonly findings: readonly Finding[];
  readonly entries: number;
  readonly streams: number;
  readonly batches?: number;
  readonly sealedDay?: string | undefined;
}

/** Verifies one member, the streams that a day touched, or everything. */
export async function verify(cli: Cli, options: VerifyCliOptions): Promise<Exit> {
  check(options);
  const books = await openBooks(cli);
  try {
    const began = { wall: performance.now(), busy: performance.eventLoopUtilization() };
    const outcome =
      options.member === undefined
        ? await everything(cli, books, options)
        : await oneMember(cli, books, options.member, options);
    const seconds = (performance.now() - began.wall) / 1_000;
    const busy = performance.eventLoopUtilization(began.busy).active / 1_000;
    const rates = {
      seconds: round(seconds),
      perSecond: rate(outcome, seconds),
      perSecondAndCore: rate(outcome, busy),
    };
    // Only a ledger that holds is sealed: a seal over a spoiled one would make it the truth.
    const sealed =
      options.seal === true && outcome.findings.length === 0 ? await sealNow(books, cli.io.now) : undefined;
    if (cli.json)
      await cli.document({ holds: outcome.findings.length === 0, ...outcome, ...rates, ...sealed });
    else await cli.out.print(...outcomeLines(cli, outcome, rates), ...sealedLines(cli, sealed));
    return outcome.findings.length === 0 ? EXIT.ok : EXIT.no;
  } finally {
    await books.close();
  }
}

function check({ all, member, day, seal }: VerifyCliOptions): void {
  const chosen = [all, member, day].filter((each) => each !== undefined && each !== false).length;
  if (chosen > 1)
    throw usageError(
      'one-of-three',
      '--all、--member、--day 只能选其一。',
      'Choose one of --all, --member and --day.',
    );
  if (day !== undefined && !/^\d{4}-\d\d-\d\d$/.test(day))
    throw usageError('bad-day', '日期写作 2026-09-01。', 'A day is written 2026-09-01.');
  if (seal === true && (member !== undefined || day !== undefined))
    throw usageError(
      'seal-needs-all',
      '--seal 只能与 --all 一起使用。',
      '--seal goes with --all only: what is sealed has to be verified whole.',
    );
}

/** Releases, loaded once; those that are there need no waiting. */
function releases(books: Books): (id: string) => Release | Promise<Release> {
  const load = releaseLoader(books.records);
  const known = new Map<string, Release>();
  return (id) => {
    const release = known.get(id);
    if (release) return release;
    return load(id).then((loaded) => {
      known.set(id, loaded);
      return loaded;
    });
  };
}

async function anchorOf(books: Books, day?: string): Promise<Anchor | undefined> {
  const days = await sealedDays(books.sealed);
  const chosen = day !== undefined && days.includes(day) ? day : days[0];
  return chosen === undefined ? undefined : readAnchor(books.sealed, chosen);
}

async function everything(cli: Cli, books: Books, { full, day }: VerifyCliOptions): Promise<Outcome> {
  const releaseOf = releases(books);
  const anchor = await anchorOf(books, day);
  const bar = cli.progress({ what: cli.t('核验分录', 'verifying entries') });
  try {
    const { findings, totals, batches } = await verifyLedger({
      ledger: books.ledger,
      batches: books.batches,
      records: books.records,
      releaseOf,
      ...(full === true ? { againstRaw: fullReplay({ ...books, releaseOf }) } : {}),
      ...(day === undefined ? {} : { replayed: touchedOn(day) }),
      anchor,
      segments: SEGMENTS,
      completedBefore: cli.io.now() - 60_000,
      progress: (done, total) => bar.update(done, total),
    });
    const { entries, streams } = totals;
    return { findings, entries, streams, batches, sealedDay: anchor?.seal.day };
  } finally {
    bar.stop();
  }
}

/** Whether a stream has an entry of a day in China: the others are not decided again, all else is checked. */
function touchedOn(day: string): (rows: readonly { readonly text: string }[]) => boolean {
  const from = Date.parse(`${day}T00:00:00+08:00`);
  return (rows) =>
    rows.some(({ text }) => {
      const at = Number(/"at":(\d+)/.exec(text)?.[1]);
      return at >= from && at < from + 86_400_000;
    });
}

async function oneMember(
  cli: Cli,
  books: Books,
  member: string,
  { area, full }: VerifyCliOptions,
): Promise<Outcome> {
  const memberId =
    member === '-' ? utf8('stdin', await (await sourceOf('-', cli.io.stdin)).all()).trim() : member;
  const stream = await books.streamOf(memberId, area);
  const rows = [];
  for (let from: number | undefined = 1; from !== undefined; ) {
    const page: Awaited<ReturnType<Books['ledger']['stream']>> = await books.ledger.stream(stream, from, 500);
    rows.push(...page.items);
    from = page.next === undefined ? undefined : Number(page.next);
  }
  const anchor = await anchorOf(books);
  const head = anchor?.heads.find((each) => each.stream === stream);
  const releaseOf = releases(books);
  const findings = await verifyStream(stream, rows, {
    releaseOf,
    ...(full === true ? { againstRaw: fullReplay({ ...books, releaseOf }) } : {}),
    ...(head ? { anchors: [{ seq: head.seq, hash: head.head }] } : {}),
  });
  return { findings, entries: rows.length, streams: rows.length === 0 ? 0 : 1, sealedDay: anchor?.seal.day };
}

async function sealNow(books: Books, now: () => number) {
  const { seal } = await sealDay({
    ...books,
    now,
    salt: () => randomBytes(16).toString('base64url'),
    segments: SEGMENTS,
  });
  return { sealed: { day: seal.day, root: seal.root, entries: seal.totals.entries } };
}

const round = (seconds: number): number => Math.round(seconds * 10) / 10;
const rate = ({ entries }: Outcome, seconds: number): number =>
  seconds > 0 ? Math.round(entries / seconds) : 0;

function outcomeLines(
  cli: Cli,
  { findings, entries, streams, batches, sealedDay }: Outcome,
  rates: { readonly seconds: number; readonly perSecond: number; readonly perSecondAndCore: number },
): string[] {
  const { paint } = cli.out;
  const holds = findings.length === 0;
  const unsealed = cli.t(
    '尚无封存；缺失的尾部只能由批次计数发现',
    'nothing is sealed yet: a tail that is gone shows in the counts of batches alone',
  );
  return [
    holds
      ? paint('green', cli.t('核验通过。', 'The ledger holds.'))
      : paint(
          'red',
          cli.t(
            `核验不通过：${findings.length} 处。`,
            `The ledger does NOT hold: ${findings.length} findings.`,
          ),
        ),
    ...form([
      ['参保人 members', count(streams)],
      ['分录 entries', count(entries)],
      ['批次 batches', batches === undefined ? undefined : count(batches)],
      ['对照封存 sealed on', sealedDay ?? unsealed],
      [
        '速度 rate',
        `${rates.seconds} s, ${count(rates.perSecond)}/s; ${cli.t('每核', 'per core')} ${count(rates.perSecondAndCore)}/s`,
      ],
    ]),
    ...findings.slice(0, SHOWN).map((each) => findingLine(each, cli)),
    ...(findings.length > SHOWN
      ? [
          cli.t(
            `……共 ${findings.length} 处，--json 列出全部`,
            `... ${findings.length} in all; --json lists them`,
          ),
        ]
      : []),
  ];
}

function findingLine({ stream, seq, code, detail }: Finding, cli: Cli): string {
  const [zh, en] = FINDINGS[code];
  const where = stream === '' ? '' : `${stream} ${seq}  `;
  return `- ${where}[${code}] ${cli.t(zh, en)}: ${detail}`;
}

function sealedLines(cli: Cli, sealed: Awaited<ReturnType<typeof sealNow>> | undefined): string[] {
  if (!sealed) return [];
  const { day, root, entries } = sealed.sealed;
  return [
    cli.t(`已封存 ${day}：${count(entries)} 条分录。`, `Sealed ${day}: ${count(entries)} entries.`),
    ...form([['根 root', root]]),
  ];
}
