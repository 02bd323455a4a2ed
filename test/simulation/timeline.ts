// Virtual time: a queue of things that will happen, in order of their moment. Nothing waits for a real clock. After
// everything that wakes product code, the promises it set off run out before the next thing happens.

export interface Timeline {
  /** Milliseconds; fractions only order things. */
  readonly now: () => number;
  /** Steps taken so far. */
  readonly steps: () => number;
  /** Runs something at a moment. `wakes`: it resolves promises, so let them run out afterwards. */
  at(moment: number, what: () => void, wakes?: boolean): void;
  after(milliseconds: number, what: () => void, wakes?: boolean): void;
  /** Runs until nothing is left, `stepsMax` is reached, or `until` says so. */
  run(options: { readonly stepsMax: number; readonly until: () => boolean }): Promise<void>;
}

interface Happening {
  readonly moment: number;
  readonly order: number;
  readonly wakes: boolean;
  readonly what: () => void;
}

/** A timeline that begins at a moment. */
export function timelineFrom(start: number): Timeline {
  const heap: Happening[] = [];
  let [now, order, steps] = [start, 0, 0];

  const at: Timeline['at'] = (moment, what, wakes = true) => {
    push(heap, { moment: Math.max(moment, now), order: order++, wakes, what });
  };
  return {
    now: () => now,
    steps: () => steps,
    at,
    after: (milliseconds, what, wakes) => at(now + milliseconds, what, wakes),
    run: ({ stepsMax, until }) =>
      new Promise((resolve, reject) => {
        const turn = (): void => {
          try {
            for (;;) {
              if (until() || steps >= stepsMax) return resolve();
              const next = pop(heap);
              if (!next) return resolve();
              now = next.moment;
              steps++;
              next.what();
              if (next.wakes) return whenPromisesRanOut(turn, steps);
            }
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        };
        turn();
      }),
  };
}

/** Every so many steps the real event loop gets a turn: messages between threads, a test runner's own clock. */
const BREATHES_EVERY = 1_000;

/**
 * Goes on when no promise is left to settle. Ticks run only after the queue of promises is empty, and cost a fifth of
 * a turn of the event loop.
 */
function whenPromisesRanOut(then: () => void, steps: number): void {
  if (steps % BREATHES_EVERY === 0) setImmediate(then);
  else queueMicrotask(() => process.nextTick(then));
}

const earlier = (a: Happening, b: Happening): boolean =>
  a.moment < b.moment || (a.moment === b.moment && a.order < b.order);

function push(heap: Happening[], item: Happening): void {
  let at = heap.push(item) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!earlier(item, heap[parent] as Happening)) break;
    heap[at] = heap[parent] as Happening;
    at = parent;
  }
  heap[at] = item;
}

function pop(heap: Happening[]): Happening | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && earlier(heap[child + 1] as Happening, heap[child] as Happening)) child++;
    if (!earlier(heap[child] as Happening, last)) break;
    heap[at] = heap[child] as Happening;
    at = child;
  }
  heap[at] = last;
  return first;
}
