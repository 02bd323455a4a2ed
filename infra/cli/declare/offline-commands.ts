// Commands that need no server: check a policy pack, show it, compare two, run a situation.

import type { Declare } from './declare.ts';
import type { AdjudicateOptions } from '../commands/adjudicate.ts';
import type { ShowOptions } from '../commands/policy.ts';

export function declareOfflineCommands({ program, add, does, t }: Declare): void {
  program.commandsGroup(t('离线（不需要服务）：', 'Offline, without a server:'));

  const policy = program
    .command('policy')
    .description(t('政策包：校验、查看、比较', 'policy packs: check, show, compare'))
    .helpOption('-h, --help', t('显示帮助', 'show help'))
    .helpCommand(false);
  const pack = t(
    'PACK 为 YAML 路径，或 qinhuangdao/employee、qinhuangdao',
    'PACK: a YAML path, or qinhuangdao/employee, or qinhuangdao',
  );

  const check = add(
    policy,
    'check <pack...>',
    `校验政策包；有错误时退出码为 1。${pack}`,
    `what is wrong with packs; exit 1 on errors. ${pack}`,
    'jiesuan policy check qinhuangdao/employee',
  );
  does(check, async (cli, names) => (await import('../commands/policy.ts')).checkPolicies(cli, names));

  const show = add(
    policy,
    'show <pack...>',
    `某日生效的政策，每个数字附出处。${pack}`,
    `what is in force on a day, every number with its source. ${pack}`,
    'jiesuan policy show qinhuangdao/employee --on 2025-07-01',
  ).option('--on <date>', t('日期（默认今天）', 'day (today)'));
  does(show, async (cli, names, options: ShowOptions) =>
    (await import('../commands/policy.ts')).showPolicies(cli, names, options),
  );

  const diff = add(
    policy,
    'diff <before> <after>',
    `比较两个政策包，或同一包的两天（PACK@日期）；有差异时退出码为 1。${pack}`,
    `compare two packs, or two days of one (PACK@DATE); exit 1 when they differ. ${pack}`,
    'jiesuan policy diff qinhuangdao/employee@2023-06-30 qinhuangdao/employee@2025-01-01',
  ).option('--on <date>', t('日期（默认今天）', 'day (today)'));
  does(diff, async (cli, names, options: ShowOptions) =>
    (await import('../commands/policy.ts')).diffPolicies(cli, names, options),
  );

  const adjudicate = add(
    program,
    'adjudicate',
    '按政策包结算一个情景；与 expect 不符时退出码为 1',
    'settle a situation under a pack; exit 1 when its expect: does not hold',
    'jiesuan adjudicate --pack qinhuangdao/employee --situation case.yaml',
  )
    .requiredOption('--situation <file>', t('情景 YAML', 'situation, YAML'))
    .option(
      '--pack <pack...>',
      t(
        '政策包：YAML 路径，或 qinhuangdao/employee（默认情景所列）',
        'pack: a YAML path, or qinhuangdao/employee (those the situation lists)',
      ),
    )
    .option('--explain', t('输出每张单据的计算说明', 'print the explanation of every claim'));
  does(adjudicate, async (cli, _args, options: AdjudicateOptions) =>
    (await import('../commands/adjudicate.ts')).adjudicate(cli, options),
  );
}
