// `jiesuan adjudicate`: settles the claims of a situation under a pack, without a server. Where the situation says what
// to expect, it is held against what came out.

import * as z from 'zod';
import { YAMLParseError } from 'yaml';
import {
  differencesText,
  parseSituation,
  runSituation,
  type SituationReport,
} from '../../../shared/policy/tools/run-situation.ts';
import type { Cli } from '../context.ts';
import { CliError, EXIT, type Exit, usageError } from '../exit.ts';
import { sourceOf, utf8 } from '../files.ts';
import { packIssues, packPaths, readPack } from '../pack-file.ts';

export interface AdjudicateOptions {
  readonly situation: string;
  readonly pack?: readonly string[];
  readonly explain?: boolean;
}

/** Runs a situation. Exit 1 when an expectation does not hold. */
export async function adjudicate(
  cli: Cli,
  { situation: file, pack, explain }: AdjudicateOptions,
): Promise<Exit> {
  const source = await sourceOf(file, cli.io.stdin);
  const text = utf8(source.name, await source.all());
  const situation = readable(source.name, () => parseSituation(text));
  const names = pack ?? situation.packs ?? [];
  if (names.length === 0 && situation.pack === undefined)
    throw usageError(
      'no-pack',
      '请用 --pack 指定政策包，如 qinhuangdao/employee。',
      'Name a pack with --pack, such as qinhuangdao/employee.',
    );
  const files = names.flatMap(packPaths);
  const report = readable(source.name, () =>
    packIssues(names.join(', ') || source.name, () => runSituation(situation, files.map(readPack))),
  );
  if (cli.json) await cli.document(report);
  else await cli.out.print(...lines(report, cli, explain === true));
  return report.holds ? EXIT.ok : EXIT.no;
}

function lines(report: SituationReport, cli: Cli, all: boolean): string[] {
  const checked = report.results.some(({ differences }) => differences.length > 0);
  const verdict = report.holds
    ? cli.out.paint('green', cli.t('符合', 'holds'))
    : cli.out.paint('red', cli.t('不符', 'does not hold'));
  return [
    `${cli.out.paint('bold', report.title)}: ${verdict}`,
    ...(checked ? [differencesText(report)] : []),
    ...(all || !checked
      ? report.results.flatMap(({ claimNo, explanation }) => ['', claimNo, explanation])
      : []),
  ];
}

/** What is wrong with the situation, with its places. A situation is written by hand and holds no real member. */
function readable<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof YAMLParseError)
      throw usageError(
        'not-yaml',
        `${name} 不是合法的 YAML:${error.message}`,
        `${name} is not YAML: ${error.message}`,
      );
    if (!(error instanceof z.ZodError)) throw error;
    throw new CliError(EXIT.usage, {
      type: 'urn:jiesuan:cli:situation-invalid',
      title: '情景文件有误',
      titleEn: 'The situation cannot be read',
      code: 'situation-invalid',
      detail: `${name}：每一处见下。`,
      detailEn: `${name}: every place is below.`,
      errors: error.issues.map(({ path, message, code }) => ({
        path: path.map(String).join('.'),
        code,
        zh: message,
        en: message,
      })),
    });
  }
}
