// How trouble is told: for people in their language, with every field error; for machines as a problem document.

import type { Lang } from './context.ts';
import { CliError, cliError, EXIT, type Trouble } from './exit.ts';
import type { Output } from './output/terminal.ts';
import { printable } from './output/width.ts';

/** Lines that tell people what is wrong, and where. */
export function troubleLines(
  trouble: Trouble,
  lang: Lang,
  paint: Output['paint'] = (_, text) => text,
): string[] {
  const zh = lang === 'zh';
  const { title, titleEn, detail, detailEn, status, code, errors = [], requestId } = trouble;
  const mark = status === undefined ? code : `${status} ${code}`;
  return [
    `${paint('red', zh ? title : (titleEn ?? title))} (${mark})`,
    `  ${zh ? detail : (detailEn ?? detail)}`,
    ...errors.map((error) => fieldErrorLine(error, lang)),
    ...(requestId === undefined ? [] : [`  requestId: ${requestId}`]),
  ].map(printable);
}

/** One field error: where, code, sentence. */
export const fieldErrorLine = (
  { path, code, zh, en }: NonNullable<Trouble['errors']>[number],
  lang: Lang,
  indent = '  ',
): string =>
  printable(`${indent}- ${path === '' ? '' : `${path}  `}[${code}] ${lang === 'zh' ? zh : (en ?? zh)}`);

/** Anything thrown, as a CliError. What we did not foresee is named by its kind only: its message may quote data. */
export function asCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  const { code, name } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { code: undefined, name: 'unknown' };
  const what = code ?? name;
  return cliError(
    EXIT.serverError,
    'unexpected',
    { zh: '命令意外中止', en: 'The command failed unexpectedly' },
    {
      zh: `出现未预料的情况（${what}）。设置 JIESUAN_DEBUG=1 后重试可看到出处；请把它告知开发人员。`,
      en: `Something unforeseen happened (${what}). Try again with JIESUAN_DEBUG=1 to see where, and tell the developers.`,
    },
  );
}
