// The schedule of the seal where no scheduler is: once a day, at the hour that the stack has. A day that nobody was there
// to seal has no seal, and none is made up afterwards: a seal says what stood at its own moment.

const DAY_MS = 86_400_000;
/** China has one time zone and no summer time. */
const CHINA_AHEAD_MS = 8 * 3_600_000;

/** Milliseconds from a moment to the next time that clocks in China show this. */
export function untilInChina(
  now: number,
  { hour, minute }: { readonly hour: number; readonly minute: number },
): number {
  const at = (hour * 60 + minute) * 60_000;
  const sinceMidnight = (now + CHINA_AHEAD_MS) % DAY_MS;
  return at > sinceMidnight ? at - sinceMidnight : at - sinceMidnight + DAY_MS;
}

/** Works every day at that time until it is stopped. */
export function everyDay(
  when: { readonly hour: number; readonly minute: number },
  work: () => Promise<unknown>,
  onError: (error: unknown) => void,
): { stop(): void } {
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    timer = setTimeout(
      () => {
        void work().catch(onError);
        wait();
      },
      untilInChina(Date.now(), when),
    );
  };
  wait();
  return { stop: () => clearTimeout(timer) };
}
