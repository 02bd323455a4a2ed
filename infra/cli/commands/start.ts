// `jiesuan start`: the whole product in this process. The work is infra/local/start.ts.

import { Writable } from 'node:stream';
import type { Cli } from '../context.ts';
import { EXIT, type Exit, usageError } from '../exit.ts';

export interface StartCliOptions {
  readonly port?: string;
  readonly fresh?: boolean;
  /** false with --no-sample. */
  readonly sample?: boolean;
  readonly quiet?: boolean;
}

/** Starts, and resolves when it has been stopped. */
export async function start(
  { dataDir }: Cli,
  { port, fresh, sample, quiet }: StartCliOptions,
): Promise<Exit> {
  const numbered = port === undefined ? undefined : portOf(port);
  const local = await import('../../local/start.ts'); // Loads the SDK, the engines and every function.
  const code = await local.start({
    dataDir,
    fresh: fresh === true,
    sample: sample !== false,
    ...(numbered === undefined ? {} : { port: numbered }),
    ...(quiet === true ? { output: nowhere() } : {}),
  });
  return code === 0 ? EXIT.ok : EXIT.no;
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= 0 && port <= 65_535) return port;
  throw usageError(
    'bad-port',
    '端口为 0 至 65535 的整数（0 为任一空闲端口）。',
    'A port is a whole number from 0 to 65535 (0: any free one).',
  );
}

const nowhere = () =>
  new Writable({ write: (_chunk, _encoding, done) => done() }) as unknown as NodeJS.WriteStream;
