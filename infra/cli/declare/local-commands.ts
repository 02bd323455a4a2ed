// Commands of a local installation: run it, sign a token for it, make sample claims.

import type { Declare } from './declare.ts';
import type { GenerateCliOptions } from '../commands/generate.ts';
import type { StartCliOptions } from '../commands/start.ts';
import type { TokenOptions } from '../commands/token.ts';

export function declareLocalCommands({ program, add, does, t }: Declare): void {
  program.commandsGroup(t('本地：', 'Local:'));

  const start = add(
    program,
    'start',
    '在本机启动整个系统（内嵌引擎，数据在 .jiesuan）',
    'run the whole product here, with embedded engines',
    'jiesuan start --port 8800 --fresh',
  )
    .option('--port <n>', t('端口（默认 8787）', 'port (8787)'))
    .option('--fresh', t('清空数据重新开始', 'start over with no data'))
    .option('--no-sample', t('不载入示例', 'without the sample'))
    .option('--quiet', t('不输出进度与说明', 'print nothing unless it fails'));
  does(start, async (cli, _args, options: StartCliOptions) =>
    (await import('../commands/start.ts')).start(cli, options),
  );

  const token = add(
    program,
    'token',
    '用本地开发密钥签发令牌',
    'sign a token with the local development keys',
    'curl -H "Authorization: Bearer $(jiesuan token --role ops)" http://127.0.0.1:8787/v1/batches?providerId=H0001',
  )
    .option('--provider <id>', t('机构令牌', 'for this provider'))
    .option('--role <role>', t('ops 或 agency', 'ops or agency'))
    .option('--ttl <time>', t('有效期，如 15m、1h、7d', 'good for so long: 15m, 1h, 7d'), '1h');
  does(token, async (cli, _args, options: TokenOptions) =>
    (await import('../commands/token.ts')).token(cli, options),
  );

  const generate = add(
    program,
    'generate',
    '生成合成的参保人与单据（相同种子得到相同文件）',
    'make synthetic members and claims; the same seed makes the same files',
    'jiesuan generate --seed 7 --members 1000 --claims 5000 --out sample',
  )
    .option('--seed <seed>', t('种子', 'seed'), '1')
    .option('--members <n>', t('参保人数', 'how many members'), '100')
    .option('--claims <n>', t('单据数', 'how many claims'), '1000')
    .option('--from <date>', t('服务日期起', 'first day of service'), '2025-01-01')
    .option('--to <date>', t('服务日期止', 'last day of service'), '2025-12-31')
    .option('--lines-max <n>', t('每张单据最多明细行', 'most lines of one claim'), '500')
    .option(
      '--ndjson',
      t('每家机构一个 NDJSON 文件（大批量）', 'one NDJSON file per provider, for large batches'),
    )
    .option('--out <dir>', t('输出目录', 'directory to write to'), 'generated');
  does(generate, async (cli, _args, options: GenerateCliOptions) =>
    (await import('../commands/generate.ts')).generateFiles(cli, options),
  );
}
