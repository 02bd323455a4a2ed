// Dead letters: what is there and what would come of it, and sending it again. No function of Lambda's: the back
// office runs it (`jiesuan redrive`), on AWS in every region and on this machine.
//
// A message is sent again as a new one, under a deduplication id that its own id is part of, and only then deleted. So
// a crash between the two leaves it in both queues: a second redrive within five minutes is swallowed by the queue, a
// later one is answered by the ledger. Nothing here decides anything; what is foreseen is told, and what would fail
// again is left where it is.

import type { DeadLetter, DeadLetterQueue, WorkQueueName } from '../../shared/queue/port.ts';
import { type About, foresee, type ForeseeDeps, type Looked } from './foresee.ts';

export interface RedriveDeps extends ForeseeDeps {
  readonly queues: readonly DeadLetterQueue[];
  /** Told as it goes: how many have been looked at, and about how many there are. */
  readonly progress?: (done: number, total: number) => void;
}

/** Which dead letters; all when nothing is named. */
export interface Wanted {
  readonly batchId?: string;
  readonly claimKey?: string;
  /** A member's stream, or the provider of a batch that was to be split. */
  readonly group?: string;
  /** So many at most. */
  readonly max?: number;
}

/** What became of a dead letter. */
export type Fate =
  | 'listed'
  /** Sent again, and gone from the dead letters. */
  | 'replayed'
  /** Sent again, and still there: another redrive is answered, and removes it. */
  | 'not-removed'
  /** It would fail again. */
  | 'left'
  /** The queue did not take it. */
  | 'not-sent'
  /** One of its group before it was not sent, or could not be looked at. */
  | 'held-back';

export interface Redriven extends Looked {
  readonly queue: WorkQueueName;
  readonly letter: Pick<DeadLetter, 'id' | 'group' | 'sentAt' | 'receives'>;
  readonly fate: Fate;
}

export interface RedriveResult {
  readonly letters: readonly Redriven[];
  readonly queues: readonly QueueRun[];
}

export interface QueueRun {
  readonly name: WorkQueueName;
  /** About how many there were. */
  readonly there: number;
  /** How many of them were looked at, wanted or not: others stand behind these in their groups, or `max` was reached. */
  readonly seen: number;
  /** The dead-letter queue failed on the way: the name of the error. What was done until then was done. */
  readonly failed?: string;
}

/** Lists dead letters with what would come of each. They are hidden meanwhile, and there again at the end. */
export async function listDeadLetters(wanted: Wanted, deps: RedriveDeps): Promise<RedriveResult> {
  return eachQueue(wanted, deps, async (queue, run) => {
    const held: Held = new Map();
    try {
      for await (const letter of takeOn(queue, run, held)) {
        const looked = await foresee(queue.name, letter, deps);
        if (isWanted(wanted, letter, looked.about) && run.claim()) run.add(letter, looked, 'listed');
      }
    } finally {
      await giveBack(queue, held);
    }
  });
}

/** Sends dead letters again, each once, in the order of their groups. What would fail again stays. */
export async function replayDeadLetters(wanted: Wanted, deps: RedriveDeps): Promise<RedriveResult> {
  return eachQueue(wanted, deps, async (queue, run) => {
    const stopped = new Set<string | undefined>();
    const held: Held = new Map();
    try {
      let [fresh, hides] = [0, false];
      do {
        fresh = 0;
        for await (const letter of takeOn(queue, run, held)) {
          fresh++;
          const looked = await foresee(queue.name, letter, deps);
          if (!isWanted(wanted, letter, looked.about) || !run.claim()) continue;
          const fate = await replayOne(queue, letter, looked, stopped, run);
          if (fate === 'replayed') held.delete(letter.id);
          run.add(letter, looked, fate);
        }
        // What stays hides what is behind it in its group. Given back, it comes together with some of that.
        hides = [...held.values()].some(({ group }) => group !== undefined);
        await giveBack(queue, held);
      } while (fresh > 0 && hides && !run.full());
    } finally {
      await giveBack(queue, held);
    }
  });
}

async function replayOne(
  queue: DeadLetterQueue,
  letter: DeadLetter,
  { about, foreseen }: Looked,
  stopped: Set<string | undefined>,
  { seen }: Run,
): Promise<Fate> {
  const { group } = letter;
  if (group !== undefined && stopped.has(group)) return 'held-back';
  if (about === undefined || foreseen.would === 'fail') {
    // Only what has a reason of its own may be overtaken; a store that is out for a moment is waited for.
    if (foreseen.would === 'fail' && foreseen.code === 'store-failed') stopped.add(group);
    return 'left';
  }
  try {
    // Should the new one fail and come to the dead letters while this runs, it is not sent a second time.
    seen.add(await queue.sendAgain(letter, onceFor(about, letter)));
  } catch {
    stopped.add(group);
    return 'not-sent';
  }
  try {
    await queue.remove(letter);
    return 'replayed';
  } catch {
    return 'not-removed';
  }
}

/** Grows with every redrive: the dead letter of a message that was sent again has a new id. */
const onceFor = ({ batchId, batchIndex }: About, { id }: DeadLetter): string =>
  `${batchId}${batchIndex === undefined ? '' : `#${batchIndex}`}#redrive-${id}`;

const isWanted = (wanted: Wanted, { group }: DeadLetter, about: About | undefined): boolean =>
  (wanted.batchId === undefined || about?.batchId === wanted.batchId) &&
  (wanted.claimKey === undefined || about?.claimKey === wanted.claimKey) &&
  (wanted.group === undefined || group === wanted.group);

/** Taken and not given back yet, by id, under the newest receipt. */
type Held = Map<string, DeadLetter>;

/** What cannot be given back shows itself again when its time is up. */
async function giveBack(queue: DeadLetterQueue, held: Held): Promise<void> {
  const letters = [...held.values()];
  held.clear();
  if (letters.length > 0) await queue.giveBack(letters).catch(() => {});
}

/** One queue at work. */
interface Run {
  /** Messages that were looked at, and the new ones that were sent. */
  readonly seen: Set<string>;
  look(): void;
  /** Whether one more may be worked on. */
  claim(): boolean;
  full(): boolean;
  add(letter: DeadLetter, looked: Looked, fate: Fate): void;
}

/** Takes messages until the queue shows nothing more, and holds them; gives each one out once. */
async function* takeOn(queue: DeadLetterQueue, run: Run, held: Held): AsyncGenerator<DeadLetter> {
  const round = new Set<string>();
  while (!run.full()) {
    const taken = await queue.take();
    for (const letter of taken) held.set(letter.id, letter);
    // Nothing, or only what was held so long that it shows itself again.
    if (taken.every(({ id }) => round.has(id))) return;
    for (const letter of taken) {
      round.add(letter.id);
      if (run.full()) return;
      if (run.seen.has(letter.id)) continue;
      run.seen.add(letter.id);
      run.look();
      yield letter;
    }
  }
}

/** Works through the queues side by side, and keeps count. */
async function eachQueue(
  { max = Number.POSITIVE_INFINITY }: Wanted,
  { queues, progress }: RedriveDeps,
  work: (queue: DeadLetterQueue, run: Run) => Promise<void>,
): Promise<RedriveResult> {
  const counts = await Promise.all(queues.map((queue) => queue.count()));
  const total = counts.reduce((sum, count) => sum + count, 0);
  let [done, claimed] = [0, 0];
  const worked = queues.map(async (queue, at): Promise<QueueRun & Pick<RedriveResult, 'letters'>> => {
    const { name } = queue;
    const letters: Redriven[] = [];
    let seen = 0;
    let failed: string | undefined;
    const run: Run = {
      seen: new Set(),
      look() {
        seen++;
        progress?.(++done, Math.max(done, total));
      },
      claim: () => ++claimed <= max,
      full: () => claimed >= max,
      add({ id, group, sentAt, receives }, looked, fate) {
        const letter = { id, ...(group === undefined ? {} : { group }), sentAt, receives };
        letters.push({ queue: name, letter, ...looked, fate });
      },
    };
    try {
      await work(queue, run);
    } catch (error) {
      failed = error instanceof Error ? error.name : 'unknown';
    }
    const there = Math.max(counts[at] ?? 0, seen);
    return { letters, name, there, seen, ...(failed === undefined ? {} : { failed }) };
  });
  const runs = await Promise.all(worked);
  return {
    letters: runs.flatMap(({ letters }) => letters),
    queues: runs.map(({ letters: _letters, ...run }) => run),
  };
}
