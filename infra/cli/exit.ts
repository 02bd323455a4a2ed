// How a command ends: the exit codes that scripts can rely on, and the one kind of error that commands throw. It
// becomes two or three lines for people, or a problem document for machines; never a stack.

import type { Bilingual } from '../../shared/http/problems.ts';

export const EXIT = {
  ok: 0,
  /** It worked, and the answer is no: a quote that would not be paid, a check that failed, `--strict` with rejections. */
  no: 1,
  usage: 2,
  unreachable: 3,
  refused: 4,
  serverError: 5,
} as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** What a problem says, whoever says it: the server's own document, or ours in the same form. */
export interface Trouble {
  readonly type?: string;
  readonly title: string;
  readonly titleEn: string;
  readonly status?: number;
  readonly code: string;
  readonly detail: string;
  readonly detailEn: string;
  readonly errors?: readonly {
    readonly path: string;
    readonly code: string;
    readonly zh: string;
    readonly en: string;
  }[];
  readonly requestId?: string;
}

/** A command cannot go on. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exit: Exit;
  readonly trouble: Trouble;

  constructor(exit: Exit, trouble: Trouble) {
    super(trouble.code);
    this.exit = exit;
    this.trouble = trouble;
  }
}

/** An error of our own: what was found, and the next step. */
export const cliError = (exit: Exit, code: string, title: Bilingual, detail: Bilingual): CliError =>
  new CliError(exit, {
    type: `urn:jiesuan:cli:${code}`,
    title: title.zh,
    titleEn: title.en,
    code,
    detail: detail.zh,
    detailEn: detail.en,
  });

/** The command line, or a file it names, is not as it has to be. */
export const usageError = (code: string, zh: string, en: string): CliError =>
  cliError(EXIT.usage, code, { zh: '输入有误', en: 'Wrong input' }, { zh, en });
