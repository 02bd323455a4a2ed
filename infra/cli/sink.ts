// Where a result goes: stdout, or with --out a file that appears whole or not at all.

import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Cli } from './context.ts';
import { usageError } from './exit.ts';
import { output } from './output/terminal.ts';

/** Writes pieces to stdout or to a file; a file is written beside its place and moved there at the end. */
export async function writeTo(
  cli: Cli,
  out: string | undefined,
  pieces: AsyncIterable<string>,
): Promise<void> {
  if (out === undefined) {
    for await (const piece of pieces) await cli.out.write(piece);
    return;
  }
  const beside = `${out}.${process.pid}.part`;
  const stream = createWriteStream(beside, { mode: 0o600 });
  const file = output(stream, {});
  try {
    for await (const piece of pieces) await file.write(piece);
    await new Promise<void>((resolve, reject) =>
      stream.end((error?: Error | null) => (error ? reject(error) : resolve())),
    );
    await rename(beside, out);
  } catch (error) {
    stream.destroy();
    await rm(beside, { force: true });
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw usageError('cannot-write', `无法写入 ${out}（${code}）。`, `${out} cannot be written (${code}).`);
  }
  await cli.err.print(cli.t(`已写入 ${out}`, `Written to ${out}`));
}
