// The command line: global options, help, and every command with its arguments. What a command does stands in
// commands/ and is loaded only when it is run, so that --help answers at once.

import { existsSync, readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { type Cli, cliOf, DEFAULT_URL, type GlobalOptions, type Io, type Lang } from './context.ts';
import type { Declare } from './declare/declare.ts';
import { declareBatchCommands } from './declare/batch-commands.ts';
import { declareClaimCommands } from './declare/claim-commands.ts';
import { declareLocalCommands } from './declare/local-commands.ts';
import { declareOfflineCommands } from './declare/offline-commands.ts';
import { declareProofCommands } from './declare/proof-commands.ts';
import { declareReferenceCommands } from './declare/reference-commands.ts';
import type { Exit } from './exit.ts';
import { output } from './output/terminal.ts';
import { usageInChinese } from './usage-zh.ts';

/** Makes the program; `ended` is told the exit code of the command that ran. */
export function program(
  io: Io,
  { lang, forMachines }: { readonly lang: Lang; readonly forMachines: boolean },
  ended: (exit: Exit) => void,
): Command {
  const t = (zh: string, en: string) => (lang === 'zh' ? zh : en);
  const command = base(io, t, forMachines);
  const declare: Declare = {
    program: command,
    t,
    add: (parent, signature, zh, en, example) =>
      parent
        .command(signature)
        .description(t(zh, en))
        .helpOption('-h, --help', t('显示帮助', 'show help'))
        .addHelpText(
          'after',
          `\n${t('示例：', 'Example:')}\n${example.replace(/^/gm, '  ')}\n\n${t('全局选项与退出码见', 'Global options and exit codes:')} jiesuan --help`,
        ),
    does: (declared, work) =>
      void declared.action(async (...given: unknown[]) => {
        const ran = given.at(-1) as Command;
        const cli = cliOf(io, lang, ran.optsWithGlobals<GlobalOptions>());
        ended(
          await work(
            cli,
            ran.processedArgs.flat().filter((arg): arg is string => typeof arg === 'string'),
            ran.opts<never>(),
          ),
        );
      }),
  };
  declareLocalCommands(declare);
  declareBatchCommands(declare);
  declareClaimCommands(declare);
  declareReferenceCommands(declare);
  declareProofCommands(declare);
  // Offline work needs the tools of the policy engine, and nothing else; they are shipped with the repository.
  if (existsSync(new URL('../../shared/policy/tools/', import.meta.url))) declareOfflineCommands(declare);
  return command;
}

function base(io: Io, t: Cli['t'], forMachines: boolean): Command {
  const err = output(io.stderr, io.env);
  const command = new Command('jiesuan')
    .description(
      t(
        '结算：医保单据的提交、结算结果与逐步说明。',
        'Jiesuan settles claims of basic medical insurance: post batches, read results, ask why.',
      ),
    )
    .usage(t('<命令> [选项]', '<command> [options]'))
    .helpOption('-h, --help', t('显示帮助', 'show help'))
    .version(version(), '-V, --version', t('显示版本', 'show the version'))
    .addHelpCommand(
      new Command('help')
        .argument('[command]')
        .helpGroup(t('帮助：', 'Help:'))
        .description(t('显示某个命令的帮助', 'show help of a command')),
    )
    .option(
      '--url <url>',
      t(
        `服务地址（默认 ${DEFAULT_URL}；或 JIESUAN_URL）`,
        `address of the server (${DEFAULT_URL}, or JIESUAN_URL)`,
      ),
    )
    .option(
      '--as <who>',
      t(
        '以何身份：ops、agency、provider:H0001（默认按命令所需）',
        'ask as ops, agency or provider:H0001 (what the command needs)',
      ),
    )
    .option(
      '--token <jwt>',
      t(
        '使用该令牌（或 JIESUAN_TOKEN）；本机服务会自动签发',
        'use this token (or JIESUAN_TOKEN); locally one is made by itself',
      ),
    )
    .option(
      '--json',
      t(
        '结果以 JSON 输出到 stdout，错误以 problem JSON 输出到 stderr',
        'results as JSON on stdout, errors as problem JSON on stderr',
      ),
    )
    .addOption(
      new Option('--lang <lang>', t('语言（默认按 LANG）', 'language (by LANG)')).choices(['zh', 'en']),
    )
    .option('--data <dir>', t('本地数据目录（默认 .jiesuan）', 'local data directory (.jiesuan)'))
    .addHelpText('after', exitCodes(t))
    .configureHelp({ styleTitle: (title) => t(TITLES[title] ?? title, title), showGlobalOptions: false })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => !forMachines && io.stderr.write(text), // Machines get a problem document instead.
      outputError: (text, write) => write(err.paint('red', t(`用法有误：${usageInChinese(text)}`, text))),
    })
    .showHelpAfterError(t('（加 --help 查看用法）', '(add --help for usage)'))
    .exitOverride();
  return command;
}

const version = (): string =>
  (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string })
    .version;

const TITLES: Readonly<Record<string, string>> = {
  'Usage:': '用法：',
  'Options:': '选项：',
  'Commands:': '命令：',
  'Arguments:': '参数：',
};

const exitCodes = (t: Cli['t']): string =>
  `
${t('退出码：', 'Exit codes:')}
  0  ${t('成功', 'it worked')}
  1  ${t('回答为否：预结算不予支付、校验不通过、死信仍会失败、--strict 时有退回、等待超时', 'the answer is no: a quote not payable, a check failed, a dead letter would fail again, rejections with --strict, waited too long')}
  2  ${t('用法或文件有误', 'usage, or a file that cannot be used')}
  3  ${t('无法连接服务器', 'the server cannot be reached')}
  4  ${t('服务器拒绝（4xx）', 'refused by the server (4xx)')}
  5  ${t('服务器出错（5xx）', 'the server failed (5xx)')}

${t('示例：', 'Example:')}
  jiesuan start
  jiesuan post batch.json --wait
  jiesuan explain H0001/ZY0000001`;
