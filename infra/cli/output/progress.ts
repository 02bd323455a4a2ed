// How far long work has come: a bar on a terminal, a plain line now and then elsewhere, nothing when it is over at once.

import cliProgress from 'cli-progress';
import { count } from './money.ts';
import type { Stream } from './terminal.ts';
import { widthOf } from './width.ts';

export interface Progress {
  /** What is done, and of how much; the total may become known, or grow, on the way. */
  update(done: number, total: number): void;
  /** Takes the bar away. */
  stop(): void;
}

export interface ProgressOptions {
  readonly what: string;
  /** Bytes are shown in MB. */
  readonly unit?: 'count' | 'bytes';
  readonly now: () => number;
}

/** Off a terminal: a line at most so often. */
const LINE_EVERY_MS = 5_000;
const STILL_EVERY_MS = 60_000;
const BAR_COLUMNS = 30;

/** Starts showing progress on a stream (stderr). */
export function progress(stream: Stream, { what, unit = 'count', now }: ProgressOptions): Progress {
  const shown = unit === 'bytes' ? megabytes : count;
  return stream.isTTY === true ? bar(stream, what, shown) : lines(stream, what, shown, now);
}

function bar(stream: Stream, what: string, shown: (n: number) => string): Progress {
  const single = new cliProgress.SingleBar({
    stream,
    format: (_, { progress: part, value, total }) => {
      const full = Math.round(Math.min(1, Number.isFinite(part) ? part : 0) * BAR_COLUMNS);
      const text = `${what}  ${'#'.repeat(full)}${'.'.repeat(BAR_COLUMNS - full)}  ${shown(value)} / ${shown(total)}`;
      return widthOf(text) < (stream.columns || 80) ? text : `${what}  ${shown(value)} / ${shown(total)}`;
    },
    hideCursor: null, // Ctrl-C would leave it hidden.
    clearOnComplete: true,
    fps: 8,
  });
  let started = false;
  return {
    update(done, total) {
      if (!started) single.start(total, done);
      else if (single.getTotal() !== total) single.setTotal(total);
      started = true;
      single.update(done);
    },
    stop() {
      if (started) single.stop();
    },
  };
}

function lines(stream: Stream, what: string, shown: (n: number) => string, now: () => number): Progress {
  let [last, shownDone] = [now(), -1];
  return {
    update(done, total) {
      const since = now() - last;
      // What stands still is said again now and then, so that a log shows that somebody is still there.
      if (since < LINE_EVERY_MS || (done === shownDone && since < STILL_EVERY_MS)) return;
      [last, shownDone] = [now(), done];
      stream.write(`${what} ${shown(done)} / ${shown(total)}\n`);
    },
    stop() {},
  };
}

const megabytes = (bytes: number): string =>
  `${Math.floor(bytes / 1_000_000)}.${Math.floor((bytes % 1_000_000) / 100_000)} MB`;
