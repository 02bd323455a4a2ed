// The same work on several files: what the server refuses of one does not hold up the others. Anything else (no server,
// an unreadable file) ends it, after what was done is shown.

import type { Cli } from './context.ts';
import { CliError, EXIT, type Exit } from './exit.ts';
import { troubleLines } from './problems.ts';

/** Does the work on each file; with --json one document for one answer, else a list. The exit code is the worst. */
export async function eachFile(
  cli: Cli,
  files: readonly string[],
  work: (file: string, show: (document: unknown) => void) => Promise<Exit>,
): Promise<Exit> {
  const documents: unknown[] = [];
  const show = (document: unknown) => void documents.push(document);
  let worst: Exit = EXIT.ok;
  try {
    for (const file of files) {
      const exit = await work(file, show).catch((error: unknown) => refused(error, file));
      worst = exit > worst ? exit : worst;
    }
  } finally {
    if (cli.json && documents.length > 0)
      await cli.document(documents.length === 1 && files.length === 1 ? documents[0] : documents);
  }
  return worst;

  async function refused(error: unknown, file: string): Promise<Exit> {
    if (files.length === 1 || !(error instanceof CliError) || error.exit !== EXIT.refused) throw error;
    if (cli.json) show({ file, problem: error.trouble });
    else await cli.err.print(`${file}:`, ...troubleLines(error.trouble, cli.lang, cli.err.paint));
    return error.exit;
  }
}
