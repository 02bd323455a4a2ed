// `jiesuan redrive`: the dead letters, with what would come of each if it were sent again now; with --replay, sends them
// again, each once. Exit 1 when something would fail again, 5 when a queue failed on the way.

import { createInterface } from 'node:readline/promises';
import type { Foreseen } from '../../../functions/redrive/foresee.ts';
import { ledgerView } from '../../../functions/redrive/ledger-view.ts';
import {
  listDeadLetters,
  type RedriveDeps,
  type Redriven,
  type RedriveResult,
  replayDeadLetters,
  type Wanted,
} from '../../../functions/redrive/redrive.ts';
import { decisionView } from '../../../functions/results/decision-view.ts';
import type { Entry } from '../../../shared/ledger/entry.ts';
import type { DeadLetterQueue, WorkQueueName } from '../../../shared/queue/port.ts';
import { WORK_QUEUES } from '../../../shared/queue/port.ts';
import { releaseLoader } from '../../../shared/reference/releases.ts';
import { type Books, openBooks } from '../books.ts';
import { parseClaimName } from '../claim-name.ts';
import type { Cli } from '../context.ts';
import { EXIT, type Exit, usageError } from '../exit.ts';
import { inChina } from '../output/batch.ts';
import { count, money } from '../output/money.ts';
import { outcomeName } from '../output/names.ts';
import { type Column, table } from '../output/table.ts';

export interface RedriveOptions {
  readonly replay?: boolean;
  readonly yes?: boolean;
  readonly queue?: readonly WorkQueueName[];
  readonly batch?: string;
  readonly claim?: string;
  readonly group?: string;
  readonly max?: string;
}

/** A list for people; --max says more, --replay has no such limit. */
const LISTED_MAX = 1_000;

/** Lists dead letters, and replays them when asked to. */
export async function redrive(cli: Cli, options: RedriveOptions): Promise<Exit> {
  const wanted = wantedBy(options);
  const asks = options.replay === true && options.yes !== true;
  if (asks && !canAsk(cli))
    throw usageError(
      'nobody-to-ask',
      '这里无法询问确认：请加 --yes 后重试。',
      'There is nobody to ask here: add --yes to replay without a question.',
    );
  const books = await openBooks(cli, { seals: false });
  try {
    const queues = await books.deadLetters(options.queue ?? WORK_QUEUES);
    const list = () => run(cli, books, queues, { max: LISTED_MAX, ...wanted }, listDeadLetters);
    if (options.replay !== true || asks) {
      const listed = await list();
      if (!cli.json) await cli.out.print(...listLines(cli, listed));
      const none = listed.letters.every(({ foreseen }) => foreseen.would === 'fail');
      if (!asks || none || !(await confirmed(cli))) {
        if (cli.json) await cli.document(documentOf(listed));
        return exitOf(listed);
      }
    }
    const replayed = await run(cli, books, queues, wanted, replayDeadLetters);
    if (cli.json) await cli.document(documentOf(replayed));
    else await cli.out.print(...replayLines(cli, replayed));
    return exitOf(replayed);
  } finally {
    await books.close();
  }
}

function wantedBy({ batch, claim, group, max }: RedriveOptions): Wanted {
  if (max !== undefined && !/^[1-9]\d{0,8}$/.test(max))
    throw usageError('bad-max', '--max 是一个正整数。', '--max is a whole number from 1 on.');
  const key = claim === undefined ? undefined : parseClaimName([claim]);
  return {
    ...(batch === undefined ? {} : { batchId: batch }),
    ...(key === undefined ? {} : { claimKey: `${key.providerId}/${key.claimNo}` }),
    ...(group === undefined ? {} : { group }),
    ...(max === undefined ? {} : { max: Number(max) }),
  };
}

async function run(
  cli: Cli,
  books: Books,
  queues: readonly DeadLetterQueue[],
  wanted: Wanted,
  use: (wanted: Wanted, deps: RedriveDeps) => Promise<RedriveResult>,
): Promise<RedriveResult> {
  const what =
    use === replayDeadLetters
      ? cli.t('重放死信', 'replaying dead letters')
      : cli.t('查看死信', 'looking at dead letters');
  const bar = cli.progress({ what });
  try {
    return await use(wanted, {
      queues,
      view: ledgerView(books.ledger),
      batches: books.batches,
      release: releaseLoader(books.records),
      now: cli.io.now,
      progress: (done, total) => bar.update(done, total),
    });
  } finally {
    bar.stop();
  }
}

const canAsk = ({ json, io }: Cli): boolean =>
  !json && io.stderr.isTTY === true && (io.stdin as { isTTY?: boolean }).isTTY === true;

async function confirmed({ io, t }: Cli): Promise<boolean> {
  const terminal = createInterface({ input: io.stdin, output: io.stderr });
  try {
    const answer = await terminal.question(
      t('重放以上可以办结的消息？[y/N] ', 'Replay those that would go through? [y/N] '),
    );
    return /^(y|yes|是)$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

const wouldFail = ({ foreseen }: Redriven): boolean => foreseen.would === 'fail';
const isOut = ({ foreseen }: Redriven): boolean =>
  foreseen.would === 'fail' && foreseen.code === 'store-failed';

function exitOf({ letters, queues }: RedriveResult): Exit {
  const failed =
    queues.some((queue) => queue.failed !== undefined) ||
    letters.some((each) => isOut(each) || each.fate === 'not-sent' || each.fate === 'not-removed');
  if (failed) return EXIT.serverError;
  return letters.some(wouldFail) ? EXIT.no : EXIT.ok;
}

// ---- for machines

const documentOf = ({ letters, queues }: RedriveResult) => ({
  queues,
  counts: countsOf(letters),
  deadLetters: letters.map(({ queue, letter, about, foreseen, fate }) => ({
    queue,
    messageId: letter.id,
    sentAt: new Date(letter.sentAt).toISOString(),
    receives: letter.receives,
    ...about,
    foreseen: foreseenView(foreseen),
    fate,
  })),
});

function countsOf(letters: readonly Redriven[]) {
  const of = (fate: Redriven['fate']) => letters.filter((each) => each.fate === fate).length;
  return {
    looked: letters.length,
    wouldFail: letters.filter(wouldFail).length,
    replayed: of('replayed') + of('not-removed'),
    left: of('left') + of('not-sent') + of('held-back'),
  };
}

function foreseenView(foreseen: Foreseen): object {
  if (foreseen.would === 'be-answered')
    return { would: foreseen.would, decision: decisionView(foreseen.entry) };
  if (foreseen.would !== 'be-decided') return foreseen;
  // Time and hash would be those of the moment in which it is decided.
  const { decidedAt: _at, entryHash: _hash, ...decision } = decisionView(foreseen.entry);
  const adjusted = adjustmentsOf(foreseen.entry);
  return { would: foreseen.would, decision, ...(adjusted === 0 ? {} : { adjusted }) };
}

/** How many other settlements of the member would come to something else. */
const adjustmentsOf = ({ body }: Entry): number =>
  body.kind === 'settlement' || body.kind === 'reversal' ? (body.adjustments?.length ?? 0) : 0;

// ---- for people

function listLines(cli: Cli, { letters, queues }: RedriveResult): string[] {
  const failing = letters.filter(wouldFail).length;
  return [
    ...(letters.length === 0
      ? [cli.t('没有死信。', 'There are no dead letters.')]
      : [
          ...table(COLUMNS(cli), letters, (header) => cli.out.paint('bold', header)),
          '',
          cli.t(
            `${count(letters.length)} 条死信：${count(letters.length - failing)} 条可以办结，${count(failing)} 条仍会失败。`,
            `${count(letters.length)} dead letters: ${count(letters.length - failing)} would go through, ${count(failing)} would fail again.`,
          ),
          ...adviceLines(cli, letters),
        ]),
    ...unseenLines(cli, queues),
  ];
}

function replayLines(cli: Cli, { letters, queues }: RedriveResult): string[] {
  const { replayed, left } = countsOf(letters);
  const others = letters.filter(({ fate }) => fate !== 'replayed');
  return [
    cli.t(
      `已重放 ${count(replayed)} 条，留下 ${count(left)} 条。`,
      `${count(replayed)} replayed, ${count(left)} left.`,
    ),
    ...(others.length === 0 ? [] : ['', ...table(COLUMNS(cli), others, (h) => cli.out.paint('bold', h))]),
    ...adviceLines(cli, letters),
    ...unseenLines(cli, queues),
  ];
}

const COLUMNS = (cli: Cli): readonly Column<Redriven>[] => [
  { header: '队列 queue', cell: ({ queue }) => queue },
  { header: '消息 message', cell: whatIs },
  { header: '批次 batch', cell: ({ about }) => placeOf(about) },
  { header: '分组 group', cell: ({ about }) => about?.stream ?? '-' },
  { header: '发送 sent', cell: ({ letter }) => inChina(new Date(letter.sentAt).toISOString()) },
  { header: '次数 receives', align: 'right', cell: ({ letter }) => count(letter.receives) },
  { header: '重放 replay', cell: (row) => fateOf(cli, row) },
];

/** The number of a record; of what cannot be read, the queue's own name of the message. */
const whatIs = ({ about, letter }: Redriven): string =>
  about === undefined
    ? letter.id
    : `${about.type}${about.claimKey === undefined ? '' : ` ${about.claimKey}`}`;

const placeOf = (about: Redriven['about']): string =>
  about === undefined
    ? '-'
    : `${about.batchId}${about.batchIndex === undefined ? '' : ` #${about.batchIndex}`}`;

function fateOf(cli: Cli, { foreseen, fate }: Redriven): string {
  if (fate === 'not-sent') return cli.t('未能发送', 'not sent: the queue did not take it');
  if (fate === 'held-back') return cli.t('留待前一条之后', 'held back behind the one before it');
  if (fate === 'not-removed')
    return cli.t('已重放，未能删除；可再次执行', 'replayed, not removed; run it again');
  return foreseenLine(cli, foreseen);
}

function foreseenLine(cli: Cli, foreseen: Foreseen): string {
  switch (foreseen.would) {
    case 'be-answered': {
      const { outcome, seq } = decisionView(foreseen.entry);
      return cli.t(
        `已有结论（分录 ${seq}，${outcomeName(outcome)}），不再写入`,
        `answered already (entry ${seq}, ${outcomeName(outcome)}); nothing would be written`,
      );
    }
    case 'be-decided':
      return decidedLine(cli, foreseen.entry);
    case 'do-nothing':
      return cli.t('批次已办完，无事可做', 'its batch is through; nothing would be done');
    case 'go-on': {
      const { read, accepted, decided } = foreseen;
      return cli.t(
        `批次继续：已读 ${count(read)}，已决 ${count(decided)} / ${count(accepted)}`,
        `its batch goes on: ${count(read)} read, ${count(decided)} of ${count(accepted)} decided`,
      );
    }
    case 'fail':
      return cli.out.paint(
        'red',
        cli.t(
          `仍会失败 [${foreseen.code}] ${foreseen.about}`,
          `would fail again [${foreseen.code}] ${foreseen.about}`,
        ),
      );
  }
}

function decidedLine(cli: Cli, entry: Entry): string {
  const { outcome, amounts, denial, reasons = [], conflict, refusal } = decisionView(entry);
  const codes = [denial, ...reasons, conflict, refusal].flatMap((reason) => (reason ? [reason.code] : []));
  const { body } = entry;
  const adjusted = adjustmentsOf(entry);
  return [
    outcomeName(outcome),
    ...codes.map((code) => `[${code}]`),
    ...(body.kind === 'repeat' ? [cli.t(`同分录 ${body.of}`, `of entry ${body.of}`)] : []),
    ...(amounts === undefined
      ? []
      : [
          cli.t(
            `总费用 ${money(amounts.billedFen)}，基金 ${money(fundsOf(amounts.fundsFen))}，现金 ${money(amounts.cashFen)}`,
            `billed ${money(amounts.billedFen)}, funds ${money(fundsOf(amounts.fundsFen))}, cash ${money(amounts.cashFen)}`,
          ),
        ]),
    ...(adjusted === 0
      ? []
      : [cli.t(`并调整其后 ${adjusted} 笔`, `and ${adjusted} other settlements adjusted`)]),
  ].join(' ');
}

const fundsOf = (paid: Readonly<Record<string, number | undefined>>): number =>
  Object.values(paid).reduce<number>((sum, amount) => sum + (amount ?? 0), 0);

/** What to do about those that stay, a line for each reason. */
function adviceLines({ t }: Cli, letters: readonly Redriven[]): string[] {
  const codes = new Set(
    letters.flatMap(({ foreseen }) => (foreseen.would === 'fail' ? [foreseen.code] : [])),
  );
  return [...codes].map((code) => `- [${code}] ${t(...ADVICE[code])}`);
}

const ADVICE: Readonly<
  Record<Extract<Foreseen, { would: 'fail' }>['code'], readonly [zh: string, en: string]>
> = {
  unreadable: [
    '本版本读不懂该消息，它留在原处，不妨碍其他消息。若为另一版本所写，请用那个版本重放；若非本系统的消息，核实后按消息编号从死信队列删除。',
    'This version cannot read it; it stays and blocks no other group. If another version wrote it, redrive with that one; if it is nothing of ours, make sure, and delete it from the dead-letter queue by its message id.',
  ],
  'release-missing': [
    '记录库中没有该政策版本：请从备份恢复 releases/ 下的文件，或以相同内容重新发布，再重放。',
    'The reference release is not in the records bucket: restore it under releases/, or publish the same content again, then redrive.',
  ],
  'release-spoiled': [
    '该政策版本的文件已非原内容：请恢复原文件，再重放。',
    'The stored release is not what its name says: restore the original, then redrive.',
  ],
  'no-such-batch': [
    '没有该批次的清单：若数据库是恢复出来的，请先恢复到受理该批次之后的时刻。',
    'There is no manifest of this batch: if the tables were restored, restore them to a moment after its acceptance.',
  ],
  'invariant-broken': [
    '程序的不变式被破坏，未写入任何内容：请告知开发人员，部署修正后再重放。',
    'An invariant would break, and nothing is written: tell the developers, and redrive once a fix is deployed.',
  ],
  'store-failed': [
    '此刻读不到账本、批次或政策：请检查权限与服务状态，再试一次。',
    'The ledger, the batches or the releases cannot be read just now: check rights and the state of the service, and try again.',
  ],
};

function unseenLines({ t }: Cli, queues: RedriveResult['queues']): string[] {
  return queues.flatMap(({ name, there, seen, failed }) => [
    ...(failed === undefined
      ? []
      : [
          t(
            `${name}：死信队列中途失败（${failed}）。`,
            `${name}: the dead-letter queue failed on the way (${failed}).`,
          ),
        ]),
    ...(there > seen
      ? [
          t(
            `${name}：约有 ${count(there)} 条，看到 ${count(seen)} 条；其余排在同组消息之后、正被他处取用，或超出 --max。`,
            `${name}: about ${count(there)} are there, ${count(seen)} were seen; the others stand behind these in their groups, are held elsewhere, or are more than --max.`,
          ),
        ]
      : []),
  ]);
}
