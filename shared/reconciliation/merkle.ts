// Merkle trees over hashes (base64url SHA-256). Leaves and inner nodes are hashed under different prefixes, so that
// neither can pass for the other; an odd node goes up as it is. A path proves one leaf without showing the others.

import { sha256 } from '../ledger/codec.ts';

/** One step of a path: the neighbour, and on which side it stands. */
export type Step = readonly ['left' | 'right', hash: string];

const node = (left: string, right: string): string => sha256(`node\n${left}\n${right}`);
const leaf = (value: string): string => sha256(`leaf\n${value}`);

/** The root over values; of none, the hash of nothing. */
export function merkleRoot(values: readonly string[]): string {
  let level = values.map(leaf);
  while (level.length > 1) level = nextLevel(level);
  return level[0] ?? sha256('nothing');
}

/** The path from one value to the root. */
export function merklePath(values: readonly string[], index: number): readonly Step[] {
  const path: Step[] = [];
  let [level, at] = [values.map(leaf), index];
  while (level.length > 1) {
    const other = level[at ^ 1];
    if (other !== undefined) path.push([at % 2 === 0 ? 'right' : 'left', other]);
    [level, at] = [nextLevel(level), at >> 1];
  }
  return path;
}

/** The root that a value comes to along a path. */
export const rootAlong = (value: string, path: readonly Step[]): string =>
  path.reduce(
    (hash, [side, other]) => (side === 'left' ? node(other, hash) : node(hash, other)),
    leaf(value),
  );

function nextLevel(level: readonly string[]): string[] {
  const next: string[] = [];
  for (let at = 0; at < level.length; at += 2) {
    const [left, right] = [level[at]!, level[at + 1]];
    next.push(right === undefined ? left : node(left, right));
  }
  return next;
}
