// All chance of a simulation, from one seed. A number is drawn for a name ("which member", "is this call lost"), not
// from a sequence: the same name gets the same number whatever else happens. So when a failure is shrunk, taking one
// claim away leaves the fate of all others as it was.

export interface Chance {
  /** From 0 up to, but not including, 1. */
  draw(name: string): number;
  /** A whole number from 0 up to, but not including, `below`. */
  below(name: string, below: number): number;
  /** A whole number from `from` to `to`, both included. */
  between(name: string, from: number, to: number): number;
  happens(name: string, probability: number): boolean;
  of<T>(name: string, list: readonly T[]): T;
}

/** The chance of one seed. */
export function chanceOf(seed: number): Chance {
  const start = mix(Math.imul(seed | 0, 0x9e3779b1) ^ 0x5bd1e995 ^ Math.floor(seed / 2 ** 32));
  const draw = (name: string): number => {
    let state = start;
    for (let at = 0; at < name.length; at++) state = Math.imul(state ^ name.charCodeAt(at), 0x01000193);
    return mix(state) / 2 ** 32;
  };
  const below = (name: string, limit: number) => Math.floor(draw(name) * limit);
  return {
    draw,
    below,
    between: (name, from, to) => from + below(name, to - from + 1),
    happens: (name, probability) => draw(name) < probability,
    of: <T>(name: string, list: readonly T[]) => list[below(name, list.length)] as T,
  };
}

/** Spreads every bit over all others (the finaliser of MurmurHash3). */
function mix(state: number): number {
  let mixed = state | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
