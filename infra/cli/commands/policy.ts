// `jiesuan policy check | show | diff`: what is wrong with a pack, what it says on a day, what changed. Without a server.

import { dayInChina, isLocalDate } from '../../../shared/time/dates.ts';
import { checkPack, type Finding } from '../../../shared/policy/tools/check-pack.ts';
import { diffPacks, diffText } from '../../../shared/policy/tools/diff-packs.ts';
import { showPack } from '../../../shared/policy/tools/show-pack.ts';
import type { Cli } from '../context.ts';
import { EXIT, type Exit, usageError } from '../exit.ts';
import { packDocument, packIssues, packPaths, packTitle, readPack } from '../pack-file.ts';

/** Checks packs. Exit 1 when one of them must not be published. */
export async function checkPolicies(cli: Cli, names: readonly string[]): Promise<Exit> {
  let worst: Exit = EXIT.ok;
  const documents: unknown[] = [];
  for (const file of names.flatMap(packPaths)) {
    const findings = checkPack(packIssues(file, () => packDocument(file)));
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    if (errors > 0) worst = EXIT.no;
    if (cli.json) documents.push({ pack: packTitle(file), publishable: errors === 0, findings });
    else
      await cli.out.print(
        `${cli.out.paint('bold', packTitle(file))}: ${verdict(cli, findings, errors)}`,
        ...findings.flatMap((finding) => findingLines(cli, finding)),
      );
  }
  if (cli.json) await cli.document(documents);
  return worst;
}

function verdict(cli: Cli, findings: readonly Finding[], errors: number): string {
  if (errors > 0)
    return cli.out.paint(
      'red',
      cli.t(`${errors} 处错误，不能发布`, `${errors} error${errors === 1 ? '' : 's'}, not to be published`),
    );
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  return (
    cli.out.paint('green', cli.t('可以发布', 'fit to be published')) +
    (warnings > 0 ? cli.t(`，${warnings} 处警告`, `, ${warnings} warnings`) : '')
  );
}

const SEVERITIES = { error: ['错误', 'red'], warning: ['警告', 'yellow'], note: ['说明', 'gray'] } as const;

function findingLines(cli: Cli, { severity, kind, where, message, on, example }: Finding): string[] {
  const [zh, colour] = SEVERITIES[severity];
  return [
    `  ${cli.out.paint(colour, cli.t(zh, severity))} [${kind}] ${where === '' ? '' : `${where}: `}${message}${on === undefined ? '' : ` (${cli.t('自', 'from')} ${on})`}`,
    ...(example === undefined ? [] : [`      ${cli.t('例', 'example')}: ${example}`]),
  ];
}

export interface ShowOptions {
  readonly on?: string;
}

/** Shows packs as they are on a day. */
export async function showPolicies(cli: Cli, names: readonly string[], { on }: ShowOptions): Promise<Exit> {
  const day = on === undefined ? dayInChina(cli.io.now()) : dayOf(on);
  for (const file of names.flatMap(packPaths)) {
    const pack = readPack(file);
    if (cli.json) await cli.document(pack);
    else
      await cli.out.print(
        packIssues(file, () => showPack(pack, day)),
        '',
      );
  }
  return EXIT.ok;
}

/** Compares two packs, or one on two days (PACK@DATE). Exit 1 when they differ, as diff does. */
export async function diffPolicies(
  cli: Cli,
  [before = '', after = '']: readonly string[],
  { on }: ShowOptions,
): Promise<Exit> {
  const [old, now] = [packOn(cli, before, on), packOn(cli, after, on)];
  const differences = packIssues(`${before}, ${after}`, () =>
    diffPacks(old.pack, old.day, now.pack, now.day),
  );
  if (cli.json) await cli.document(differences);
  else if (differences.length > 0) await cli.out.print(diffText(differences));
  else await cli.err.print(cli.t('没有差异。', 'No differences.'));
  return differences.length === 0 ? EXIT.ok : EXIT.no;
}

function packOn(cli: Cli, text: string, on: string | undefined): { pack: unknown; day: string } {
  const [, name = text, day = on] = /^(.+)@([\d-]+)$/.exec(text) ?? [];
  const files = packPaths(name);
  if (files.length !== 1 || files[0] === undefined) {
    throw usageError(
      'one-pack',
      `${name} 含有多个政策包，请指定其一，如 qinhuangdao/employee。`,
      `${name} stands for several packs; name one, such as qinhuangdao/employee.`,
    );
  }
  return { pack: readPack(files[0]), day: day === undefined ? dayInChina(cli.io.now()) : dayOf(day) };
}

function dayOf(text: string): string {
  if (isLocalDate(text)) return text;
  throw usageError('bad-date', '日期应为 YYYY-MM-DD。', 'A date is YYYY-MM-DD.');
}
