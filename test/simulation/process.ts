// A simulated process: one invocation of one component. Every call it makes to a store or a queue is a point where
// time passes and anything may go wrong. When it dies, no answer reaches it any more and all it remembered is gone;
// what it had sent may still be applied.

import type { Core } from './core.ts';
import type { CallFault, Fault } from './faults.ts';

/** A store or a queue failed, or seemed to. */
export class ServiceFailed extends Error {
  override readonly name = 'ServiceFailed';
}

export interface Process {
  readonly name: string;
  alive(): boolean;
  /** Its own clock, which may be wrong. */
  readonly now: () => number;
  readonly remainingMs: () => number;
  /** Waits, if it lives. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** One call: `effect` is applied at the other side, the answer comes back later, or something goes wrong. */
  readonly call: <T>(operation: string, subject: string, writes: boolean, effect: () => T) => Promise<T>;
  kill(why: string): void;
}

export interface Lifetime {
  readonly timeoutMs: number;
  readonly skewMs: number;
  /** Faults that the platform's rules exclude here. */
  readonly never?: ReadonlySet<Fault>;
}

export type Ended<T> =
  | { readonly how: 'answered'; readonly answer: T }
  | { readonly how: 'failed'; readonly error: unknown }
  | { readonly how: 'died' };

/** Runs something as a process; `ended` is told once how it went. */
export function runProcess<T>(
  core: Core,
  name: string,
  { timeoutMs, skewMs, never }: Lifetime,
  body: (process: Process) => Promise<T>,
  ended: (how: Ended<T>) => void,
): void {
  const { timeline, chance, trace } = core;
  let living = true;
  let deadline = timeline.now() + timeoutMs;
  const end = (how: Ended<T>): void => {
    if (!living) return;
    living = false;
    // This may run inside a promise of the product's, where nobody would see an error.
    try {
      ended(how);
    } catch (error) {
      core.failed ??= error instanceof Error ? error : new Error(String(error));
    }
  };
  const kill = (why: string): void => {
    if (!living) return;
    trace.note(`${name} dies: ${why}`);
    end({ how: 'died' });
  };
  const watch = (): void => {
    if (!living) return;
    if (timeline.now() >= deadline) kill('its time is up');
    else timeline.at(deadline, watch, false);
  };
  timeline.at(deadline, watch, false);

  const process: Process = {
    name,
    alive: () => living,
    now: () => Math.floor(timeline.now() + skewMs),
    remainingMs: () => deadline - timeline.now(),
    kill,
    pause: (milliseconds) =>
      new Promise((resolve) => timeline.after(milliseconds, () => living && resolve())),
    call: (operation, subject, writes, effect) =>
      new Promise((resolve, reject) => {
        if (!living) return;
        const what = core.nth(`${operation} ${subject}`);
        const ordinal = core.calls++;
        const fault = core.healed ? undefined : core.plan.atCall({ name: what, ordinal, writes, never });
        if (fault) core.count(fault, what);
        // Three numbers out of one draw: there, back, and how long when it is long.
        const drawn = chance.draw(`${what} takes`) * 2 ** 32;
        const there = 1 + ((drawn % 2 ** 10) / 2 ** 10) * 19;
        const back = 1 + ((Math.floor(drawn / 2 ** 10) % 2 ** 10) / 2 ** 10) * 19;
        const long = Math.floor(drawn / 2 ** 20) / 2 ** 12;

        const answer = (after: number, say: () => void): void =>
          timeline.after(after, () => {
            if (living) say();
          });
        const fail = () => reject(new ServiceFailed(`${fault}: ${operation}`));
        /** Applies the call, and answers as it went. */
        const apply = (answerAfter: number | undefined, times = 1): void => {
          try {
            let result = effect();
            if (times === 2) result = effect();
            if (answerAfter !== undefined) answer(answerAfter, () => resolve(result));
          } catch (error) {
            if (error instanceof Error && error.name === 'Finding') throw error;
            if (answerAfter !== undefined)
              answer(answerAfter, () => reject(error instanceof Error ? error : new Error(String(error))));
          }
        };
        trace.note(`${name}: ${what}`);
        switch (fault) {
          case undefined:
            return timeline.after(there, () => apply(back), false);
          case 'refused':
            return answer(there + back, fail);
          case 'timed-out':
            return answer(2_000 + long * 6_000, fail);
          case 'lost':
            return timeline.after(
              there,
              () => {
                apply(undefined);
                answer(back + long * 6_000, fail);
              },
              false,
            );
          case 'repeated':
            return timeline.after(there, () => apply(back + long * 500, 2), false);
          case 'slow':
            return timeline.after(there + long * 5_000, () => apply(back + long * 5_000), false);
          case 'late':
            return timeline.after(16_000 + long * 200_000, () => apply(back), false);
          case 'paused': {
            const still = 20_000 + long * 280_000;
            deadline = Math.max(deadline, timeline.now() + still + 10_000);
            return timeline.after(there, () => apply(still), false);
          }
          case 'crash-before':
            return kill('crashes');
          case 'crash-after':
            return timeline.after(there, () => {
              apply(undefined);
              kill('crashes');
            });
        }
      }),
  };
  // Begun on a step of its own, so that nothing of it runs inside whoever started it.
  timeline.after(0, () => {
    body(process).then(
      (answer) => end({ how: 'answered', answer }),
      (error: unknown) => end({ how: 'failed', error }),
    );
  });
}

/** Faults that are put at every call when they are enumerated. */
export const ENUMERATED: readonly CallFault[] = ['refused', 'lost', 'crash-before', 'crash-after', 'paused'];
