// Commands of the agency: members and reference data.

import type { EnrolOptions } from '../commands/enrol.ts';
import type { PublishOptions } from '../commands/publish.ts';
import type { Declare } from './declare.ts';

export function declareReferenceCommands({ program, add, does, t }: Declare): void {
  program.commandsGroup(t('经办：', 'Agency:'));

  const enrol = add(
    program,
    'enrol <file...>',
    '登记参保与个人账户入账（JSON 或 NDJSON）',
    'enrol members and credit their accounts (JSON or NDJSON)',
    'jiesuan enrol enrolments.json --wait',
  )
    .option('--batch-no <no>', t('批次号（文件中没有时）', 'batch number, unless the file names it'))
    .option('--date <date>', t('业务日期（默认今天）', 'business date (today)'))
    .option('--wait', t('等待全部记入', 'wait until all is recorded'))
    .option('--timeout <time>', t('最多等待，如 10m', 'wait at most so long'), '1h')
    .option('--strict', t('有退回的记录时退出码为 1', 'exit 1 when records were rejected'));
  does(enrol, async (cli, files, options: EnrolOptions) =>
    (await import('../commands/enrol.ts')).enrol(cli, files, options),
  );

  const publish = add(
    program,
    'publish <path>',
    '发布政策、目录与机构版本（JSON 文件，或含 packs/、catalogue.json、providers.json 的目录）',
    'publish policies, catalogue and providers: a JSON file, or a directory with packs/, catalogue.json, providers.json',
    'jiesuan publish reference/ --from 2026-09-01T00:00:00+08:00',
  ).option(
    '--from <instant>',
    t('生效时间（默认文件所写，否则现在）', 'in force from (what the file says, else now)'),
  );
  does(publish, async (cli, [path = ''], options: PublishOptions) =>
    (await import('../commands/publish.ts')).publish(cli, path, options),
  );
}
