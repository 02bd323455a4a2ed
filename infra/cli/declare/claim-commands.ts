// Commands about one claim or one member.

import type { ExplainOptions } from '../commands/explain.ts';
import type { PositionOptions } from '../commands/position.ts';
import type { QuoteOptions } from '../commands/quote.ts';
import type { ReverseOptions } from '../commands/reverse.ts';
import type { ReviewOptions } from '../commands/review.ts';
import type { Declare } from './declare.ts';

export function declareClaimCommands({ program, add, does, t }: Declare): void {
  program.commandsGroup(t('单据与参保人：', 'Claims and members:'));

  const claim = add(
    program,
    'claim <claim...>',
    '一张单据的结果与历史',
    'what became of one claim',
    'jiesuan claim H0001/ZY0000001',
  );
  does(claim, async (cli, names) => (await import('../commands/claim.ts')).claim(cli, names));

  const explain = add(
    program,
    'explain <claim...>',
    '一张单据的逐步说明：规则、数字、条款',
    'why a claim came to what it came to: rule, numbers, clause',
    'jiesuan explain H0001/ZY0000001 --lines',
  )
    .option('--lines', t('同时列出每行明细的归类', 'also what each line came to'))
    .option('--seq <n>', t('该单据的另一次决定', 'another decision of the claim than the one that counts'));
  does(explain, async (cli, names, options: ExplainOptions) =>
    (await import('../commands/explain.ts')).explain(cli, names, options),
  );

  const quote = add(
    program,
    'quote <file>',
    '预结算：与正式结算相同的计算，不写入（“-”为标准输入）',
    'what a claim would come to; nothing is written ("-": standard input)',
    'jiesuan quote claim.json --provider H0001',
  )
    .option('--provider <id>', t('机构编号（文件中没有时）', 'provider number, unless the file names it'))
    .option('--lines', t('同时列出每行明细的归类', 'also what each line came to'));
  does(quote, async (cli, [file = ''], options: QuoteOptions) =>
    (await import('../commands/quote.ts')).quote(cli, file, options),
  );

  const review = add(
    program,
    'review <claim...>',
    '审核一张待审核的单据：同意、核减部分明细、不予支付',
    'decide a pended claim: approve it, refuse part of its lines, or deny it',
    'jiesuan review H0001/ZY0000001 --reduce 3=120.00 --reason not-indicated',
  )
    .option('--approve', t('按原单结算', 'settle it as it is'))
    .option('--deny', t('不予支付', 'pay nothing'))
    .option(
      '--reduce <line=yuan...>',
      t('该行核减的金额（元），转为全自费', 'refuse so many yuan of a line: they become self-paid'),
    )
    .requiredOption(
      '--reason <code>',
      t('理由代码（小写字母、数字、连字符）', 'why: small letters, digits, hyphens'),
    )
    .option(
      '--review-no <number>',
      t('审核单号（默认按时间生成）', "the review's own number (made from the time)"),
    )
    .option('--timeout <time>', t('最多等待', 'wait at most so long'), '2m');
  does(review, async (cli, names, options: ReviewOptions) =>
    (await import('../commands/review.ts')).review(cli, names, options),
  );

  const reverse = add(
    program,
    'reverse <claim...>',
    '冲正一次结算，或退其中几行',
    'undo a settlement, or refund lines of it',
    'jiesuan reverse H0001/ZY0000001 --reason billed-in-error',
  )
    .requiredOption(
      '--reason <code>',
      t('理由代码（小写字母、数字、连字符）', 'why: small letters, digits, hyphens'),
    )
    .option('--refund <line=quantity=yuan...>', t('只退该行的数量与金额', 'take back only so much of a line'))
    .option(
      '--reversal-no <number>',
      t('冲正单号（默认按时间生成）', "the reversal's own number (made from the time)"),
    )
    .option('--timeout <time>', t('最多等待', 'wait at most so long'), '2m');
  does(reverse, async (cli, names, options: ReverseOptions) =>
    (await import('../commands/reverse.ts')).reverse(cli, names, options),
  );

  const position = add(
    program,
    'position <member>',
    '参保人的待遇累计（“-”：从标准输入读取人员编号，不留在命令历史中）',
    'what a member has used up ("-": read the number from standard input, off the shell history)',
    'echo DEMO0000000001 | jiesuan position -',
  ).option('--area <code>', t('参保地（默认本地）', "the member's pooling area (this installation's)"));
  does(position, async (cli, [member = ''], options: PositionOptions) =>
    (await import('../commands/position.ts')).position(cli, member, options),
  );
}
