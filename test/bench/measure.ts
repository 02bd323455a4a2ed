// How times are taken here. Stages are interleaved round by round, so that whatever else the machine does meets all
// of them; every stage works on values freshly made for it, untimed, so that none profits from what another one
// looked up or cached; every result is looked at, so that nothing is optimised away. The median round is the figure,
// the best and the worst tenth are its spread; ratios are taken within a round. (The processor time of a thread would
// leave out what others use, but some kernels count it in steps of 4 ms.)

export interface Stage<T> {
  readonly name: string;
  /** Makes the inputs of one round. Not timed. */
  readonly prepare: () => readonly T[];
  /** Works on one input; what it gives back is consumed. */
  readonly run: (input: T, index: number) => unknown;
}

export interface Timing {
  /** Microseconds per input. */
  readonly median: number;
  readonly best: number;
  /** 90th percentile of the rounds. */
  readonly worst: number;
  readonly rounds: readonly number[];
}

/** Whatever a stage gives back ends here. */
let sink = 0;
function consume(value: unknown): void {
  if (typeof value === 'object' && value !== null) sink += 1;
  else if (typeof value === 'string') sink += value.length;
}
export const sunk = (): number => sink;

/** Times stages against each other: first rounds that do not count, then rounds that do. */
export function timeStages(stages: readonly Stage<never>[], rounds: number, warmUp: number): Timing[] {
  const times = stages.map((): number[] => []);
  for (let round = -warmUp; round < rounds; round++) {
    for (const [at, stage] of stages.entries()) {
      const micros = timeOnce(stage);
      if (round >= 0) times[at]?.push(micros);
    }
  }
  return times.map(timingOf);
}

/** A list of stages may work on inputs of different types. */
export const stage = <T>(
  name: string,
  prepare: () => readonly T[],
  run: (input: T, index: number) => unknown,
): Stage<never> => ({ name, prepare, run }) as unknown as Stage<never>;

function timeOnce({ prepare, run }: Stage<never>): number {
  const inputs = prepare();
  const began = process.hrtime.bigint();
  for (let i = 0; i < inputs.length; i++) consume(run(inputs[i] as never, i));
  return Number(process.hrtime.bigint() - began) / 1_000 / inputs.length;
}

const timingOf = (rounds: number[]): Timing => ({
  median: quantile(rounds, 0.5),
  best: Math.min(...rounds),
  worst: quantile(rounds, 0.9),
  rounds,
});

/** Median of the ratios of two stages, round by round. */
export const ratio = (of: Timing, to: Timing): number =>
  quantile(
    of.rounds.map((micros, round) => micros / (to.rounds[round] as number)),
    0.5,
  );

/** The value below which a share of all values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
