// Makes a failing run small: fewer kinds of faults, fewer batches, fewer records, then fewer single faults, as long as
// the same promise is broken. What is left is the story of the bug. Since every number is drawn for a name, taking
// something away leaves the rest as it was, more or less.

import type { Fault } from './faults.ts';
import type { Parts } from './parts.ts';
import { type Run, runSeed } from './run.ts';
import type { Post, Scenario } from './scenario.ts';

/** Runs that shrinking may take. */
const TRIES_MAX = 400;

interface Cut {
  readonly off: ReadonlySet<Fault>;
  readonly spared: ReadonlySet<string>;
  readonly posts: readonly Post[];
}

export interface Shrunken {
  readonly run: Run;
  readonly tries: number;
  readonly faults: readonly string[];
}

/** The smallest run found that breaks the same promise, with its trace. */
export async function shrink(failed: Run, parts?: Parts): Promise<Shrunken> {
  let tries = 0;
  let best = failed;
  let cut: Cut = { off: new Set(), spared: new Set(), posts: failed.scenario.posts };

  const attempt = async (next: Cut, trace = false): Promise<Run> => {
    const scenario = (made: Scenario): Scenario => ({ ...made, posts: next.posts });
    return runSeed(failed.seed, { ...(parts ? { parts } : {}), trace, scenario, shrunk: next });
  };
  /** Takes something away, if the same promise is still broken without it. */
  const without = async (change: Partial<Cut>): Promise<boolean> => {
    if (tries++ >= TRIES_MAX) return false;
    const next = { ...cut, ...change };
    const run = await attempt(next);
    if (run.finding?.promise !== failed.finding?.promise) return false;
    [cut, best] = [next, run];
    return true;
  };

  const triesLeft = (): boolean => tries < TRIES_MAX;
  for (let before = ''; before !== sizeOf(best) && triesLeft(); ) {
    before = sizeOf(best);
    for (const fault of Object.keys(best.faults) as Fault[])
      if (!cut.off.has(fault)) await without({ off: new Set([...cut.off, fault]) });
    for (let at = cut.posts.length - 1; at >= 0; at--)
      await without({ posts: cut.posts.filter((_, other) => other !== at) });
    for (let at = cut.posts.length - 1; at >= 0; at--) await withFewerRecords(at);
    for (
      let piece = Math.ceil(best.met.length / 2);
      piece >= 1 && triesLeft();
      piece = Math.floor(piece / 2)
    ) {
      for (let from = 0; from < best.met.length; from += piece) {
        const some = best.met.slice(from, from + piece);
        if (await without({ spared: new Set([...cut.spared, ...some]) })) from -= piece;
      }
    }
  }
  const run = await attempt(cut, true);
  return { run, tries, faults: run.met };

  async function withFewerRecords(at: number): Promise<void> {
    const replaced = (post: Post): readonly Post[] =>
      cut.posts.map((other, index) => (index === at ? post : other));
    for (let record = (cut.posts[at]?.records.length ?? 0) - 1; record >= 0; record--) {
      const post = cut.posts[at] as Post;
      if (post.records.length > 1)
        await without({
          posts: replaced({ ...post, records: post.records.filter((_, other) => other !== record) }),
        });
    }
    const post = cut.posts[at] as Post;
    if (post.at.length > 1) await without({ posts: replaced({ ...post, at: post.at.slice(0, 1) }) });
  }
}

const sizeOf = ({ met, records, steps, scenario }: Run): string =>
  [met.length, records, scenario.posts.length, steps].join();
