// A sequence of pseudo-random numbers from a seed (xorshift, 32 bits): the same seed makes the same cases everywhere.

export interface Chance {
  /** From 0 up to, but not including, `limit`. */
  below(limit: number): number;
  /** Both ends included; whole numbers of any size a double holds. */
  between(from: number, to: number): number;
  of<T>(list: readonly T[]): T;
  happens(percent: number): boolean;
}

export function chanceOf(seed: number): Chance {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let i = 0; i < 8; i++) next();
  const unit = () => (next() * 2 ** 21 + (next() >>> 11)) / 2 ** 53;
  const below = (limit: number) => Math.floor(unit() * limit);
  return {
    below,
    between: (from, to) => from + below(to - from + 1),
    of: (list) => list[below(list.length)]!,
    happens: (percent) => below(100) < percent,
  };
}
