// Commands that need no server: check a policy pack, show it, compare two, run a situation.

import type { Declare } from '../program.ts';
import type { AdjudicateOptions } from '../commands/adjudicate.ts';

export function declareOfflineCommands({ program, add, does, t }: Declare): void {
  program.commandsGroup(t('离线（不需要服务）：', 'Offline, without a server:'));

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
