// `npm start`: starts the product, on a first start loads the sample and shows what it came to, then serves until
// Ctrl-C. Everything printed here is for people: Chinese first, English after, amounts in yuan.

import { writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { count, money } from '../cli/output/money.ts';
import { fundName, fundsInOrder } from '../cli/output/names.ts';
import { type Progress, progress } from '../cli/output/progress.ts';
import { amounts } from '../cli/output/table.ts';
import { DATA_DIR, Refused } from './data-dir.ts';
import { PortInUse } from './http-server.ts';
import { DEFAULT_PORT, type Runner, startRunner } from './runner.ts';
import { loadSample, type SampleProgress, SampleRefused, type SampleSummary } from './sample/load-sample.ts';
import { SAMPLE_AREA } from './sample/providers.ts';

export interface StartOptions {
  readonly port?: number;
  /** `.jiesuan` when left out. */
  readonly dataDir?: string;
  /** Start over: throw away what the data directory holds. */
  readonly fresh?: boolean;
  /** false: no sample, also on a first start. */
  readonly sample?: boolean;
  /** Home pooling area; the sample's when left out. Another one starts without the sample. */
  readonly area?: string;
  readonly output?: NodeJS.WriteStream;
  /** Stops, as Ctrl-C does. */
  readonly signal?: AbortSignal;
}

/** Runs until it is stopped; resolves to the exit code. */
export async function start(options: StartOptions = {}): Promise<number> {
  const output = options.output ?? process.stdout;
  const say = (line = '') => output.write(`${line}\n`);
  process.env['POWERTOOLS_LOG_LEVEL'] ??= 'ERROR'; // What goes right, or is set right, is said here in words.
  const stopped = stopSignal(options.signal);
  let runner: Runner | undefined;
  try {
    const began = Date.now();
    runner = await startRunner({
      port: options.port ?? DEFAULT_PORT,
      fresh: options.fresh ?? false,
      ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
      ...(options.area === undefined ? {} : { area: options.area }),
      onError: (error) => say(`重试中 · Trying again: ${nameOf(error)}`),
    });
    runner.dir.writeNote('server', {
      url: runner.url,
      pid: process.pid,
      startedAt: new Date().toISOString(),
      engines: runner.engines.endpoints, // For `jiesuan verify` and `receipt`, which read the tables themselves.
    });
    say(
      `结算 Jiesuan · ${runner.url} · 数据 data: ${shown(runner.dir.path)} · ${seconds(Date.now() - began)}`,
    );
    if (runner.resumed > 0)
      say(
        `上次未完成的 ${runner.resumed} 个批次继续处理。Going on with ${runner.resumed} unfinished batches.`,
      );
    const interrupted = await Promise.race([
      sampleOnFirstStart(runner, options, output),
      stopped.then(() => true),
    ]);
    if (interrupted !== true) {
      say(`正在服务，Ctrl-C 停止。Serving; Ctrl-C stops. API: ${runner.url}/docs`);
      await stopped;
    }
    say('\n正在停止… Stopping…');
    await runner.stop();
    return 0;
  } catch (error) {
    await runner?.stop();
    if (!(error instanceof Refused || error instanceof PortInUse)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

interface SampleNote {
  readonly state: 'loading' | 'loaded' | 'none';
  readonly summary?: SampleSummary;
}

async function sampleOnFirstStart(
  runner: Runner,
  options: StartOptions,
  output: NodeJS.WriteStream,
): Promise<void> {
  const note = runner.dir.readNote('sample') as SampleNote | undefined;
  if (note?.state === 'loaded' && note.summary) return printNext(note.summary, runner, output);
  const wanted = options.sample !== false && (options.area ?? SAMPLE_AREA) === SAMPLE_AREA;
  if (note?.state === 'none' || !wanted)
    return runner.dir.writeNote('sample', { state: 'none' } satisfies SampleNote);
  // "loading" is kept until it is through: a start that is cut off here loads it again, which changes nothing twice.
  runner.dir.writeNote('sample', { state: 'loading' } satisfies SampleNote);
  const bars = phaseBars(output);
  let summary: SampleSummary;
  try {
    summary = await loadSample(runner, (step) => bars.show(step)).finally(() => bars.stop());
  } catch (error) {
    if (!(error instanceof SampleRefused)) throw error;
    output.write(
      `示例未能载入，下次启动会再试。The sample could not be loaded; the next start tries again.\n${error.message}\n`,
    );
    return;
  }
  runner.dir.writeNote('sample', { state: 'loaded', summary } satisfies SampleNote);
  printSummary(summary, output);
  // The first day is sealed as soon as there is something in it, so that there is a seal to verify against.
  try {
    const { day, entries } = await runner.seal();
    output.write(`\n已封存 ${day} · Sealed: ${count(entries)} 条分录 entries\n`);
  } catch (error) {
    output.write(`\n未能封存，今晚再试 · Not sealed, tonight it is tried again: ${nameOf(error)}\n`);
  }
  try {
    await runner.clear(); // Statements of the month as it stands, so that there are some to look at.
  } catch (error) {
    output.write(`\n未能生成对账单，今晚再试 · No statements, tonight it is tried again: ${nameOf(error)}\n`);
  }
  printNext(summary, runner, output);
}

/** One bar after the other, a phase each. */
function phaseBars(output: NodeJS.WriteStream) {
  let [phase, bar]: [SampleProgress['phase'] | undefined, Progress | undefined] = [undefined, undefined];
  return {
    show(step: SampleProgress) {
      if (step.phase !== phase) {
        bar?.stop();
        bar = progress(output, { what: PHASES[step.phase], now: Date.now });
        if (!output.isTTY) output.write(`${PHASES[step.phase]}\n`);
      }
      phase = step.phase;
      bar?.update(step.done, step.of);
    },
    stop: () => bar?.stop(),
  };
}

const PHASES: Readonly<Record<SampleProgress['phase'], string>> = {
  publish: '发布示例政策与目录 · publishing the sample release',
  enrol: '登记示例参保人 · enrolling sample members',
  settle: '结算示例单据 · settling sample claims',
};

/** The table of what the sample came to. */
export function printSummary(summary: SampleSummary, output: NodeJS.WritableStream): void {
  const rows: (readonly [string, string])[] = [
    ['示例单据 sample claims', count(summary.claims)],
    ['  已结算 settled', count(summary.settled)],
    ['  拒付 denied', count(summary.denied)],
    ...(summary.pended > 0 ? [['  待审核 pended', count(summary.pended)] as const] : []),
    ['  退回 rejected', count(summary.rejected)],
    ['已结算费用 billed, settled (元 yuan)', money(summary.billedFen)],
    ...fundsInOrder(summary.fundsFen).map(([fund, paid]) => [`  ${fundName(fund)}`, money(paid)] as const),
    ['  个人账户 personal accounts', money(summary.accountFen)],
    ['  个人现金 cash', money(summary.cashFen)],
    ...(summary.hospitalFen > 0 ? [['  医院负担 hospitals', money(summary.hospitalFen)] as const] : []),
    ['用时 time', seconds(summary.milliseconds)],
  ];
  output.write(`\n${amounts(rows, '').join('\n')}\n`);
}

/** Commands to try, with ids that exist. */
function printNext({ example, quote }: SampleSummary, runner: Runner, output: NodeJS.WritableStream): void {
  const file = join(runner.dir.path, 'sample-quote.json');
  writeFileSync(file, `${JSON.stringify(quote.claim, undefined, 2)}\n`);
  // The commands find the server by the data directory: it notes the address there.
  const data = runner.dir.path === resolve(DATA_DIR) ? '' : ` --data ${shown(runner.dir.path)}`;
  output.write(
    [
      '',
      '接下来可以试试 · Try next:',
      `  npx jiesuan status ${example.batchId}${data}`,
      `  npx jiesuan explain ${example.providerId} ${example.claimNo}${data}`,
      `  npx jiesuan statement ${example.providerId}${data}`,
      `  npx jiesuan verify --all${data}`,
      `  npx jiesuan quote ${shown(file)} --as provider:${quote.providerId}${data}`,
      '',
      '',
    ].join('\n'),
  );
}

const seconds = (ms: number): string => {
  const tenths = Math.round(ms / 100);
  return `${Math.trunc(tenths / 10)}.${tenths % 10} s`;
};

/** The path as one would type it here. */
const shown = (path: string): string => {
  const short = relative(process.cwd(), path);
  return short !== '' && !short.startsWith('..') ? short : path;
};

/** Never the message of an error: it may quote what was sent. */
const nameOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
};

/**
 * Resolves at the first Ctrl-C, SIGTERM or abort. A second Ctrl-C ends the process at once, but not one that comes with
 * the first: a terminal, npm and the launcher may each pass the same one on.
 */
function stopSignal(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const stop = (name: NodeJS.Signals) => {
      if (askedAt !== undefined && name === 'SIGINT' && Date.now() - askedAt > 1_000) process.exit(130);
      askedAt ??= Date.now();
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      data: { type: 'string' },
      fresh: { type: 'boolean' },
      'no-sample': { type: 'boolean' },
    },
  });
  process.exitCode = await start({
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
    ...(values.data === undefined ? {} : { dataDir: values.data }),
    fresh: values.fresh ?? false,
    sample: values['no-sample'] !== true,
  });
}
