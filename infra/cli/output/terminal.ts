// The two streams a command writes to. Results go to stdout and nowhere else; progress, advice and errors to stderr.
// Writing waits when the reader is slow, and a reader who has seen enough (`| head`) ends the command in peace.

import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

export type Stream = Writable & { readonly isTTY?: boolean; readonly columns?: number };
type Style = Parameters<typeof styleText>[0];

export interface Output {
  readonly isTTY: boolean;
  /** Writes text as it is; resolves when there is room for more. */
  readonly write: (text: string | Uint8Array) => Promise<void>;
  /** Writes lines. */
  readonly print: (...lines: readonly string[]) => Promise<void>;
  /** Colours a text where colours are wanted. */
  readonly paint: (style: Style, text: string) => string;
}

/** Whoever reads us has stopped reading. */
export class ReaderLeft extends Error {
  override readonly name = 'ReaderLeft';
}

/** Makes an output of a stream. */
export function output(stream: Stream, env: Readonly<Record<string, string | undefined>>): Output {
  const isTTY = stream.isTTY === true;
  const coloured = isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  let left: Error | undefined;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    left = error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED' ? new ReaderLeft() : error;
  });
  const write = (text: string | Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      if (left !== undefined) return reject(left);
      stream.write(text, (error) => {
        if (!error) return resolve();
        const gone =
          (error as NodeJS.ErrnoException).code === 'EPIPE' ||
          (error as NodeJS.ErrnoException).code === 'ERR_STREAM_DESTROYED';
        reject(gone ? new ReaderLeft() : error);
      });
    });
  return {
    isTTY,
    write,
    print: (...lines) => write(lines.map((line) => `${line}\n`).join('')),
    paint: (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text),
  };
}
