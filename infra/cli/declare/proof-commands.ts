// Commands about the ledger as a whole: verify it, seal it, and give receipts.

import type { ReceiptOptions, VerifyReceiptOptions } from '../commands/receipt.ts';
import type { VerifyCliOptions } from '../commands/verify.ts';
import type { Declare } from '../program.ts';

export function declareProofCommands({ program, add, does, t }: Declare): void {
  program.commandsGroup(t('账本：', 'The ledger:'));

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
    .option('--full', t('再按原始单据重算', 'decide the raw claims again too'))
    .option('--seal', t('核验通过后封存今天', 'when it holds, seal today'));
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
}
