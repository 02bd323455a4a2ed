// Chance that repeats: the same seed gives the same numbers on every machine. Whole numbers only, no floats.

export interface Chance {
  /** A whole number from 0 up to, but not including, `below`. */
  below(below: number): number;
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number;
  /** True in so many of ten thousand cases. */
  happens(basisPoints: number): boolean;
  /** One of a list. */
  of<T>(list: readonly T[]): T;
  /** One of a list of [weight, value]. */
  weighted<T>(list: readonly (readonly [weight: number, value: T])[]): T;
}

/** A generator of 32-bit numbers (the "sfc32" of PractRand), seeded by any text or number. */
export function chance(seed: string | number): Chance {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 1];
  for (const character of String(seed)) a = Math.imul(a ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  const next = (): number => {
    const t = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = (b ^ (b >>> 9)) >>> 0;
    b = (c + (c << 3)) >>> 0;
    c = ((c << 21) | (c >>> 11)) >>> 0;
    c = (c + t) >>> 0;
    return t;
  };
  for (let warmUp = 0; warmUp < 15; warmUp++) next();
  // The bias of a remainder over 2^32 is far below anything that sample data could show.
  const below = (limit: number) => next() % limit;
  const self: Chance = {
    below,
    between: (from, to) => from + below(to - from + 1),
    happens: (basisPoints) => below(10_000) < basisPoints,
    of: (list) => list[below(list.length)]!,
    weighted(list) {
      let left = below(list.reduce((sum, [weight]) => sum + weight, 0));
      for (const [weight, value] of list) {
        if (left < weight) return value;
        left -= weight;
      }
      return list[list.length - 1]![1];
    },
  };
  return self;
}
