// The engines in a thread of their own, in the same process: they take about half of the work, and a long write of
// theirs does not hold up the functions or the HTTP API. This file is both sides: who starts the thread, and the thread.

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type EngineOptions, type Engines, startEngines } from './engines.ts';

type Started = Omit<Engines, 'stop'>;
type FromThread = { readonly started: Started } | { readonly failed: string };
const STOP = 'stop';
/** A thread that has not stopped by then is ended; LevelDB is made to be cut off. */
const STOP_WITHIN_MS = 5_000;

/** Starts the engines in a thread. `onCrash` is told if they end by themselves: nothing works from then on. */
export async function startEngineThread(
  options: EngineOptions,
  onCrash: (error: Error) => void,
): Promise<Engines> {
  const thread = new Worker(new URL(import.meta.url), { workerData: options, execArgv: [] });
  let stopping: Promise<void> | undefined;
  const started = await new Promise<Started>((resolve, reject) => {
    const gone = (code: number) => reject(new Error(`the engines ended with ${code} while they started`));
    thread.once('exit', gone);
    thread.once('error', reject);
    thread.once('message', (message: FromThread) => {
      thread.off('exit', gone).off('error', reject);
      if ('started' in message) resolve(message.started);
      else reject(new Error(message.failed));
    });
  });
  thread.on('error', onCrash);
  thread.on('exit', (code) => {
    if (stopping === undefined) onCrash(new Error(`the engines ended with ${code}`));
  });
  return {
    ...started,
    stop() {
      stopping ??= stop(thread);
      return stopping;
    },
  };
}

async function stop(thread: Worker): Promise<void> {
  const gone = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  thread.postMessage(STOP, []);
  const timer = setTimeout(() => void thread.terminate(), STOP_WITHIN_MS);
  await gone;
  clearTimeout(timer);
}

/** The thread's side. */
async function serve(port: NonNullable<typeof parentPort>): Promise<void> {
  const tell = (message: FromThread) => port.postMessage(message);
  try {
    const engines = await startEngines(workerData as EngineOptions);
    port.on('message', (message) => {
      if (message === STOP) void engines.stop().finally(() => port.close()); // With its port closed the thread ends by itself.
    });
    const { endpoints, region, env, ports } = engines;
    tell({ started: { endpoints, region, env, ports } });
  } catch (error) {
    tell({ failed: error instanceof Error ? error.message : String(error) });
    port.close();
  }
}

if (!isMainThread && parentPort !== null && isOptions(workerData)) await serve(parentPort);

/** Other threads (those of a test runner) may import this file too; they are not started by us. */
function isOptions(data: unknown): data is EngineOptions {
  return typeof data === 'object' && data !== null && 'objectDir' in data;
}
