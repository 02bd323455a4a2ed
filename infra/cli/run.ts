// One command line from beginning to end: makes the program, runs it, and turns whatever happens into an exit code.

import { CommanderError } from 'commander';
import { type Io, languageOf } from './context.ts';
import { EXIT, type Exit, usageError } from './exit.ts';
import { output, ReaderLeft } from './output/terminal.ts';
import { asCliError, troubleLines } from './problems.ts';
import { program } from './program.ts';

/** Runs a command line; resolves to its exit code. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const lang = languageOf(args, io.env);
  const forMachines = args.includes('--json');
  let exit: Exit = EXIT.ok;
  try {
    await program(io, { lang, forMachines }, (code) => (exit = code)).parseAsync([...args], { from: 'user' });
    return exit;
  } catch (error) {
    if (error instanceof ReaderLeft) return EXIT.ok;
    if (error instanceof CommanderError && (error.exitCode === 0 || !forMachines))
      return error.exitCode === 0 ? EXIT.ok : EXIT.usage; // It has said why.
    if (io.env['JIESUAN_DEBUG'] && error instanceof Error) io.stderr.write(`${error.stack}\n`);
    const { trouble, exit: code } = asCliError(error instanceof CommanderError ? usage(error) : error);
    const err = output(io.stderr, io.env);
    await (forMachines
      ? err.print(JSON.stringify(trouble, undefined, 2))
      : err.print(...troubleLines(trouble, lang, err.paint)));
    return code;
  }
}

const usage = ({ message }: CommanderError) =>
  usageError('bad-usage', message.replace(/^error: /, ''), message.replace(/^error: /, ''));
