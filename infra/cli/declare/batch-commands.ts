// Commands about batches: post, follow, read what they came to.

import { Option } from 'commander';
import type { BatchesOptions } from '../commands/batches.ts';
import type { PostOptions } from '../commands/post.ts';
import type { RejectionsOptions } from '../commands/rejections.ts';
import type { RemittanceOptions } from '../commands/remittance.ts';
import type { ResultsOptions } from '../commands/results.ts';
import type { Outcome } from '../../../functions/results/decision-view.ts';
import type { StatusOptions } from '../commands/status.ts';
import type { Declare } from './declare.ts';

/** Spelled out here so that --help loads nothing of the API. */
const OUTCOMES = [
  'settled',
  'denied',
  'pended',
  'repeat',
  'conflict',
  'refused',
  'reversed',
  'recorded',
] as const satisfies readonly Outcome[];

export function declareBatchCommands({ program, add, does, t }: Declare): void {
  program.commandsGroup(t('批次：', 'Batches:'));
  const strict = t('有退回的单据时退出码为 1', 'exit 1 when records were rejected');
  const timeout = t('最多等待，如 10m', 'wait at most so long');

  const post = add(
    program,
    'post <file...>',
    '提交一批或多批单据（批次 JSON，或单据 NDJSON；“-”为标准输入）',
    'post batches: batch JSON, or claims as NDJSON ("-": standard input)',
    'jiesuan post batch.json --wait\njiesuan post claims.ndjson --provider H0001 --batch-no 20260901-01 --wait',
  )
    .option('--provider <id>', t('机构编号（NDJSON 必填）', 'provider number (needed with NDJSON)'))
    .option('--batch-no <no>', t('批次号（NDJSON 必填）', 'batch number (needed with NDJSON)'))
    .option('--date <date>', t('业务日期（默认今天）', 'business date (today)'))
    .option('--upload', t('先上传再提交（较大的文件自动如此）', 'upload first; large files always are'))
    .option('--wait', t('等待全部作出决定，然后输出汇总', 'wait until all is decided, then print the totals'))
    .option('--timeout <time>', timeout, '1h')
    .option('--strict', strict);
  does(post, async (cli, files, options: PostOptions) =>
    (await import('../commands/post.ts')).post(cli, files, options),
  );

  const status = add(
    program,
    'status <batch>',
    '批次进度与合计',
    'where a batch stands, and its totals',
    'jiesuan status H0001.20260901-01 --wait',
  )
    .option('--wait', t('等待全部作出决定', 'wait until all is decided'))
    .option('--timeout <time>', timeout, '1h')
    .option('--strict', strict);
  does(status, async (cli, [batch = ''], options: StatusOptions) =>
    (await import('../commands/status.ts')).status(cli, batch, options),
  );

  const results = add(
    program,
    'results <batch>',
    '批次结果',
    'what each record came to',
    'jiesuan results H0001.20260901-01 --format csv --out results.csv',
  )
    .addOption(
      new Option('--format <format>', t('格式', 'format')).choices(['table', 'json', 'ndjson', 'csv']),
    )
    .addOption(
      new Option(
        '--outcome <outcome>',
        t('只看一种结果，如 conflict', 'only one outcome, such as conflict'),
      ).choices(OUTCOMES),
    )
    .option('--limit <n>', t('最多多少条', 'at most so many records'))
    .option('--out <file>', t('写入文件', 'write to a file'));
  does(results, async (cli, [batch = ''], options: ResultsOptions) =>
    (await import('../commands/results.ts')).results(cli, batch, options),
  );

  const rejections = add(
    program,
    'rejections <batch>',
    '退回的单据及原因',
    'records that could not be read, and why',
    'jiesuan rejections H0001.20260901-01',
  ).option('--strict', strict);
  does(rejections, async (cli, [batch = ''], options: RejectionsOptions) =>
    (await import('../commands/rejections.ts')).rejections(cli, batch, options),
  );

  const remittance = add(
    program,
    'remittance <batch>',
    '已完成批次的支付清单文件（NDJSON）',
    'the remittance file of a complete batch (NDJSON)',
    'jiesuan remittance H0001.20260901-01 --out remittance.ndjson',
  ).option('--out <file>', t('写入文件', 'write to a file'));
  does(remittance, async (cli, [batch = ''], options: RemittanceOptions) =>
    (await import('../commands/remittance.ts')).remittance(cli, batch, options),
  );

  const batches = add(
    program,
    'batches',
    '一家机构的批次，最新的在前',
    "a provider's batches, newest first",
    'jiesuan batches --provider H0001',
  )
    .option(
      '--provider <id>',
      t('机构编号；the-agency 为经办机构的登记批次', "provider number; the-agency: the agency's enrolments"),
    )
    .option('--limit <n>', t('最多多少条', 'at most so many'), '20');
  does(batches, async (cli, _args, options: BatchesOptions) =>
    (await import('../commands/batches.ts')).batches(cli, options),
  );
}
