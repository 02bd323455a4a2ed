// Commands about the ledger as a whole: its books by month, verify it, seal it and clear months, give receipts, and what
// keeps it waiting: redrive.

import { Option } from 'commander';
import { WORK_QUEUES } from '../../../shared/queue/port.ts';
import type { RedriveOptions } from '../commands/redrive.ts';
import type { ReceiptOptions, VerifyReceiptOptions } from '../commands/receipt.ts';
import type { StatementOptions } from '../commands/statement.ts';
import type { VerifyCliOptions } from '../commands/verify.ts';
import type { Declare } from './declare.ts';

export function declareProofCommands({ program, add, does, t }: Declare): void {
  program.commandsGroup(t('账本：', 'The ledger:'));

  const statement = add(
    program,
    'statement <provider> [month]',
    '一家机构的月度对账单：列出各月，或某月的明细',
    "a provider's statements: its months, or the rows of one",
    'jiesuan statement H0001\njiesuan statement H0001 2026-09 --view full --format csv --out 2026-09.csv',
  )
    .addOption(
      new Option(
        '--view <view>',
        t(
          'difference 差额（默认）：每次变动一行；full 全额：冲回原版本，再记入现版本',
          'difference (the default): one row per change; full: the old version out, the new one in',
        ),
      ).choices(['difference', 'full']),
    )
    .addOption(
      new Option('--format <format>', t('格式', 'format')).choices(['table', 'json', 'ndjson', 'csv']),
    )
    .option('--out <file>', t('写入文件', 'write to a file'));
  does(statement, async (cli, args, options: StatementOptions) =>
    (await import('../commands/statement.ts')).statement(cli, args, options),
  );

  const books = add(
    program,
    'books',
    '各月账簿：是否已结账、合计，以及哪些批次使其不能结账',
    'the books of each month: cleared or not, totals, and which batches keep it open',
    'jiesuan books',
  );
  does(books, async (cli) => (await import('../commands/books.ts')).books(cli));

  const verify = add(
    program,
    'verify',
    '核验账本：序号、哈希链、恒等式、逐笔重算、封存与批次计数；有问题时退出码为 1',
    'check the ledger: sequence, chain, identities, replay, seals, counts of batches; exit 1 on findings',
    'jiesuan verify --all',
  )
    .option('--all', t('全部（默认）', 'everything (the default)'))
    .option('--member <number>', t('一位参保人（“-”为标准输入）', 'one member ("-": standard input)'))
    .option('--area <code>', t('参保地（默认本地）', "the member's pooling area (this installation's)"))
    .option(
      '--day <date>',
      t('只重算该日有分录的参保人；其余检查照做', 'decide again only members with entries of that day'),
    )
    .option(
      '--full',
      t(
        '再把每条原始记录按当时情形重新结算（在 AWS 上另设 PSEUDONYM_KEY 则一并核对参保人）',
        'settle every record as it was posted again too, on what stood then (on AWS, with PSEUDONYM_KEY, also whose it is)',
      ),
    )
    .option(
      '--sql',
      t(
        '另用 SQL 独立核验一遍，两者须一致（全部分录载入内存）',
        'ask the second verifier, in SQL, too: both must say the same (holds all entries in memory)',
      ),
    )
    .option('--workers <n>', t('线程数（默认每核一个）', 'threads (one per core)'), Number)
    .option(
      '--seal',
      t(
        '核验通过后：封存今天，已过且批次全部完成的月份结账，其余月份生成当前对账单',
        'when it holds: seal today, clear the months that are over and complete, write the statements of the others as they stand',
      ),
    );
  does(verify, async (cli, _args, options: VerifyCliOptions) =>
    (await import('../commands/verify.ts')).verify(cli, options),
  );

  const verifyReceipt = add(
    verify,
    'receipt <file>',
    '离线核验一份凭证',
    'check a receipt, offline',
    'jiesuan verify receipt receipt.json --root M2x...',
  ).option('--root <hash>', t('另行取得的当日根', 'the root of the day, learnt elsewhere'));
  does(verifyReceipt, async (cli, [file = ''], options: VerifyReceiptOptions) =>
    (await import('../commands/receipt.ts')).verifyReceipt(cli, file, options),
  );

  const receipt = add(
    program,
    'receipt <claim...>',
    '一张单据的可核验凭证（封存后含 Merkle 路径）',
    'a receipt of one claim that can be checked offline, with its Merkle path once a day is sealed',
    'jiesuan receipt H0001/ZY0000001 --out receipt.json',
  ).option('--out <file>', t('写入的文件（默认 receipt-单据.json）', 'file to write (receipt-CLAIM.json)'));
  does(receipt, async (cli, names, options: ReceiptOptions) =>
    (await import('../commands/receipt.ts')).receipt(cli, names, options),
  );

  const redrive = add(
    program,
    'redrive',
    '死信：列出失败消息及重放后的结果；--replay 逐条重放，各只一次',
    'dead letters: list them with what would come of each; --replay sends them again, each once',
    'jiesuan redrive\njiesuan redrive --replay --batch H0001.20260901-01',
  )
    .option(
      '--replay',
      t('重放可以办结的消息（先询问）', 'send those again that would go through (asks first)'),
    )
    .option('--yes', t('不询问', 'without asking'))
    .addOption(
      new Option('--queue <name...>', t('只看这些队列', 'only these queues')).choices([...WORK_QUEUES]),
    )
    .option('--batch <id>', t('只看该批次', 'only this batch'))
    .option(
      '--claim <claim>',
      t('只看该单据，如 H0001/ZY0000001', 'only this claim, such as H0001/ZY0000001'),
    )
    .option(
      '--group <group>',
      t('只看该消息组（参保人假名或机构）', "only this group (a member's pseudonym, a provider)"),
    )
    .option('--max <count>', t('最多这么多条（列出时默认 1000）', 'so many at most (1000 when listing)'))
    .addHelpText('after', redriveHelp(t));
  does(redrive, async (cli, _args, options: RedriveOptions) =>
    (await import('../commands/redrive.ts')).redrive(cli, options),
  );
}

const redriveHelp = (t: Declare['t']): string =>
  t(
    `
列出时：消息暂时隐藏（最长五分钟），结束时恢复，什么也不取走。同组的消息，队列一次最多给出最早的十条
（本机的队列只给一条）；其余要等前面的处理之后才看得到。结果按账本此刻的状态推算，以实际结算为准；
拆分与关账的消息只按批次的状态判断。
重放时：先作为新消息发送（新的去重编号），再从死信中删除；中断后再次执行也只结算一次。入账时间是重放的时间。
仍会失败的留在原处。
退出码：0 没有死信或都可以办结、都已重放；1 有仍会失败的；5 有的未能发送、删除或读取。`,
    `
Listing hides the messages (five minutes at the longest), shows them again at the end, and takes nothing away. Of one
group the queue gives at most the oldest ten at once (the local one: one); the others show when those are gone. What
is foreseen is decided on the ledger as it is now; the settlement decides. Messages of split and close are judged by
the state of their batch alone.
Replaying sends each as a new message (under a new deduplication id) and then deletes it; cut off and run again, it
still settles once. The entry's time is that of the replay. What would fail again stays.
Exit codes: 0 nothing there, or all would go through, or all replayed; 1 some would fail again; 5 some could not be
sent, deleted or looked at.`,
  );
