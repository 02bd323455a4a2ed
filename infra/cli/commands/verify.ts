// `jiesuan verify`: is the ledger what it promises to be? Sequence, chain, identities, position = fold, every decision
// made again byte for byte, sealed heads, and every batch against its entries. Exit 1 when anything is found.

import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { clearMonths } from '../../../functions/clear/clear-months.ts';
import { sealDay } from '../../../functions/seal/seal-day.ts';
import { clearedMonths } from '../../../shared/reconciliation/cleared-months.ts';
import { type Finding, FINDINGS } from '../../../shared/reconciliation/findings.ts';
import {
  type Anchor,
  AnchorUnreadable,
  brokenAnchor,
  readAnchor,
  sealedDays,
} from '../../../shared/reconciliation/read-anchors.ts';
import { SETTLED_FOR_MS } from '../../../shared/reconciliation/recount-batches.ts';
import { disagreements, verifyWithSql } from '../../../shared/reconciliation/sql-verifier.ts';
import { conclude } from '../../../shared/reconciliation/verify-ledger.ts';
import { verifyStream } from '../../../shared/reconciliation/verify-stream.ts';
import { type Books, openBooks } from '../books.ts';
import type { Cli } from '../context.ts';
import { EXIT, type Exit, usageError } from '../exit.ts';
import { sourceOf, utf8 } from '../files.ts';
import { count } from '../output/money.ts';
import { form } from '../output/table.ts';
import { againstRaw, releasesOf, verifyInThreads } from '../verify-threads.ts';
import { blockedLines } from './books.ts';

export interface VerifyCliOptions {
  readonly all?: boolean;
  readonly member?: string;
  readonly area?: string;
  readonly day?: string;
  readonly full?: boolean;
  readonly seal?: boolean;
  readonly sql?: boolean;
  readonly workers?: number;
}

/** Parts of the table that are read side by side for sealing. */
const SEGMENTS = 8;
/** More threads than any machine of ours has cores are a slip of the keyboard. */
const WORKERS_MAX = 256;
const SHOWN = 50;

interface Outcome {
  readonly findings: readonly Finding[];
  readonly entries: number;
  readonly streams: number;
  readonly batches?: number;
  readonly sealedDay?: string | undefined;
  readonly workers?: number;
  /** The second verifier, in SQL, was asked too. */
  readonly sql?: true;
  /** Processor time in seconds, of all threads. */
  readonly busySeconds: number;
}

/** Verifies one member, the streams that a day touched, or everything. */
export async function verify(cli: Cli, options: VerifyCliOptions): Promise<Exit> {
  check(options);
  const books = await openBooks(cli);
  try {
    const began = performance.now();
    const { busySeconds, ...outcome } =
      options.member === undefined
        ? await everything(cli, books, options)
        : await oneMember(cli, books, options.member, options);
    const seconds = (performance.now() - began) / 1_000;
    const rates = {
      seconds: round(seconds),
      perSecond: rate(outcome, seconds),
      perSecondAndCore: rate(outcome, busySeconds),
    };
    // Only a ledger that holds is sealed and cleared: a seal over a spoiled one would make it the truth.
    const sealed =
      options.seal === true && outcome.findings.length === 0 ? await sealNow(books, cli) : undefined;
    if (cli.json)
      await cli.document({ holds: outcome.findings.length === 0, ...outcome, ...rates, ...sealed });
    else await cli.out.print(...outcomeLines(cli, outcome, rates), ...sealedLines(cli, sealed));
    return outcome.findings.length === 0 ? EXIT.ok : EXIT.no;
  } finally {
    await books.close();
  }
}

function check({ all, member, day, seal, sql, workers }: VerifyCliOptions): void {
  const chosen = [all, member, day].filter((each) => each !== undefined && each !== false).length;
  if (chosen > 1)
    throw usageError(
      'one-of-three',
      '--all、--member、--day 只能选其一。',
      'Choose one of --all, --member and --day.',
    );
  if (day !== undefined && !/^\d{4}-\d\d-\d\d$/.test(day))
    throw usageError('bad-day', '日期写作 2026-09-01。', 'A day is written 2026-09-01.');
  if (workers !== undefined && !(Number.isInteger(workers) && workers >= 1 && workers <= WORKERS_MAX))
    throw usageError(
      'bad-workers',
      `--workers 是 1 至 ${WORKERS_MAX} 的整数。`,
      `--workers is a whole number from 1 to ${WORKERS_MAX}.`,
    );
  if (sql === true && member !== undefined)
    throw usageError(
      'sql-needs-all',
      '--sql 不能与 --member 一起使用。',
      '--sql reads the whole ledger: it does not go with --member.',
    );
  if (seal === true && (member !== undefined || day !== undefined))
    throw usageError(
      'seal-needs-all',
      '--seal 只能与 --all 一起使用。',
      '--seal goes with --all only: what is sealed has to be verified whole.',
    );
}

/** The seal to hold the ledger against: of the day asked for, else the newest. One that is spoiled is a finding. */
async function anchorOf(
  { sealed }: Books,
  day?: string,
): Promise<{ readonly anchor?: Anchor; readonly broken: readonly Finding[] }> {
  const days = await sealedDays(sealed);
  const chosen = day !== undefined && days.includes(day) ? day : days[0];
  try {
    const anchor = chosen === undefined ? undefined : await readAnchor(sealed, chosen);
    return { ...(anchor ? { anchor } : {}), broken: [] };
  } catch (error) {
    if (!(error instanceof AnchorUnreadable)) throw error;
    return { broken: [brokenAnchor(error.day, 'unreadable')] };
  }
}

async function everything(
  cli: Cli,
  books: Books,
  { full, day, sql, workers = availableParallelism() }: VerifyCliOptions,
): Promise<Outcome> {
  const { anchor, broken } = await anchorOf(books, day);
  const bar = cli.progress({ what: cli.t('核验分录', 'verifying entries') });
  let done = 0;
  const progress = (entries: number): void => {
    done += entries;
    // Of how much is what was sealed, until more is seen.
    bar.update(done, Math.max(done, anchor?.seal.totals.entries ?? 0));
  };
  try {
    const completedBefore = cli.io.now() - SETTLED_FOR_MS;
    const months = await clearedMonths(books.sealed);
    const fully = full === true ? { pseudonymKey: await books.pseudonymKey() } : undefined;
    const task = { access: books.access, heads: anchor?.heads.shared, months, full: fully, day };
    const { parts, busySeconds } = await verifyInThreads(task, workers, progress);
    const { findings, totals, batches } = await conclude(parts, {
      ...books,
      anchor,
      cleared: { months, sealed: books.sealed },
      completedBefore,
    });
    const { entries, streams } = totals;
    const apart = sql === true ? await againstSql(books, anchor, { findings, entries, streams }) : [];
    return {
      findings: [...broken, ...findings, ...apart],
      entries,
      streams,
      batches,
      sealedDay: anchor?.seal.day,
      workers,
      ...(sql === true ? { sql } : {}),
      busySeconds,
    };
  } finally {
    bar.stop();
  }
}

/** Asks the second verifier, in SQL, and says where it sees something else. */
async function againstSql(
  { ledger }: Books,
  anchor: Anchor | undefined,
  first: Parameters<typeof disagreements>[0],
): Promise<readonly Finding[]> {
  const heads = [...(anchor?.heads ?? [])].map(({ stream, seq, head }) => ({ stream, seq, hash: head }));
  return disagreements(first, await verifyWithSql(ledger.scan(0, 1), heads));
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
  const before = process.threadCpuUsage();
  const rows = [];
  for (let from: number | undefined = 1; from !== undefined; ) {
    const page: Awaited<ReturnType<Books['ledger']['stream']>> = await books.ledger.stream(stream, from, 500);
    rows.push(...page.items);
    from = page.next === undefined ? undefined : Number(page.next);
  }
  const { anchor, broken } = await anchorOf(books);
  const head = anchor?.heads.meet(stream);
  const releaseOf = releasesOf(books);
  const found = await verifyStream(stream, rows, {
    releaseOf,
    ...(full === true ? { againstRaw: againstRaw({ ...books, releaseOf }, await books.pseudonymKey()) } : {}),
    ...(head ? { anchors: [{ seq: head.seq, hash: head.head }] } : {}),
  });
  // Somebody who was sealed and is gone has no rows to say so.
  const gone: Finding[] =
    head && rows.length === 0
      ? [{ stream, seq: 0, code: 'anchor-missing', detail: `sealed with ${head.seq} entries` }]
      : found;
  const { user, system } = process.threadCpuUsage();
  return {
    findings: [...broken, ...gone],
    entries: rows.length,
    streams: rows.length === 0 ? 0 : 1,
    sealedDay: anchor?.seal.day,
    busySeconds: (user + system - (before.user + before.system)) / 1e6,
  };
}

/** Seals today, clears what can be cleared, and writes the statements of what cannot. */
async function sealNow(books: Books, { io }: Cli) {
  const { now } = io;
  const { seal } = await sealDay({
    ...books,
    now,
    salt: () => randomBytes(16).toString('base64url'),
    segments: SEGMENTS,
  });
  const { cleared, open } = await clearMonths({
    ...books,
    ledger: books.ledgerNow,
    now,
    segments: SEGMENTS,
    lateAfterMinutes: Number(io.env['LATE_AFTER_MINUTES'] ?? 60),
  });
  return {
    sealed: { day: seal.day, root: seal.root, entries: seal.totals.entries },
    months: {
      cleared: cleared.map(({ month }) => month),
      open: open.map(({ month, blockedBy }) => ({ month, ...(blockedBy ? { blockedBy } : {}) })),
    },
  };
}

const round = (seconds: number): number => Math.round(seconds * 10) / 10;
const rate = ({ entries }: Pick<Outcome, 'entries'>, seconds: number): number =>
  seconds > 0 ? Math.round(entries / seconds) : 0;

function outcomeLines(
  cli: Cli,
  { findings, entries, streams, batches, sealedDay, workers, sql }: Omit<Outcome, 'busySeconds'>,
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
      ['另以 SQL 核验 in SQL too', sql && sqlLine(cli, findings)],
      [
        '速度 rate',
        `${rates.seconds} s, ${count(rates.perSecond)}/s; ${cli.t('每核', 'per core')} ${count(rates.perSecondAndCore)}/s` +
          (workers === undefined ? '' : `; ${cli.t('线程', 'threads')} ${workers}`),
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

const sqlLine = ({ t }: Cli, findings: readonly Finding[]): string =>
  findings.some(({ code }) => code === 'verifiers-disagree')
    ? t('结论不一致', 'it does NOT say the same')
    : t('结论一致', 'it says the same');

function findingLine({ stream, seq, code, detail }: Finding, cli: Cli): string {
  const [zh, en] = FINDINGS[code];
  const where = stream === '' ? '' : `${stream} ${seq}  `;
  return `- ${where}[${code}] ${cli.t(zh, en)}: ${detail}`;
}

function sealedLines(cli: Cli, sealed: Awaited<ReturnType<typeof sealNow>> | undefined): string[] {
  if (!sealed) return [];
  const { day, root, entries } = sealed.sealed;
  const { cleared, open } = sealed.months;
  return [
    cli.t(`已封存 ${day}：${count(entries)} 条分录。`, `Sealed ${day}: ${count(entries)} entries.`),
    ...form([['根 root', root]]),
    ...form([
      ['已结账 cleared', cleared.join(', ')],
      ['未结账 open', open.map(({ month }) => month).join(', ')],
    ]),
    ...open.flatMap((each) => blockedLines(cli, each)),
  ];
}
