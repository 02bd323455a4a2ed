// The seal of a day: how many streams and entries there were, what they added up to, and a Merkle root over every
// stream's head. It lies outside the table, so that what the chain cannot see of itself (its tail, a whole member) is
// seen. A leaf is salted: who is shown a path learns nothing about the neighbours, not even by guessing.

import type { LocalDate } from '../time/dates.ts';
import type { SealedTotals } from './control-totals.ts';
import { merkleRoot } from './merkle.ts';

/** One stream as it stood. `entries` is the Merkle root over the hashes of all its entries. */
export interface SealedHead {
  readonly stream: string;
  readonly seq: number;
  readonly head: string;
  readonly entries: string;
  readonly salt: string;
}

export interface DaySeal {
  readonly format: 1;
  readonly day: LocalDate;
  readonly sealedAt: number;
  readonly totals: SealedTotals;
  /** Root over the leaves in the order of the heads file. */
  readonly root: string;
  /** Where the heads lie. */
  readonly heads: string;
}

/** Keys in the bucket of what is sealed. */
export const anchorKey = {
  all: 'anchors/',
  seal: (day: string) => `anchors/${day}.json`,
  /** The heads under their own root: what a walk leaves behind that died before its seal is in nobody's way. */
  heads: (day: string, root: string) => `anchors/${day}.${root}.heads.ndjson`,
  isSeal: (key: string) => /^anchors\/\d{4}-\d\d-\d\d\.json$/.test(key),
} as const;

/** What of a head goes into the tree. */
export const leafOf = ({ stream, seq, head, entries, salt }: SealedHead): string =>
  `${salt}\n${stream}\n${seq}\n${head}\n${entries}`;

/** The order of the heads file: by stream, so that the same heads give the same root. */
export const inLeafOrder = (heads: readonly SealedHead[]): SealedHead[] =>
  [...heads].sort((a, b) => (a.stream < b.stream ? -1 : a.stream > b.stream ? 1 : 0));

export const rootOfHeads = (heads: Iterable<SealedHead>): string => merkleRoot(Array.from(heads, leafOf));

/** A line of the heads file. */
export const headLine = ({ stream, seq, head, entries, salt }: SealedHead): string =>
  `${JSON.stringify([stream, seq, head, entries, salt])}\n`;

/** The head of a line; throws where it is not one of ours. */
export function readHead(line: string): SealedHead {
  const [stream, seq, head, entries, salt] = JSON.parse(line) as [string, number, string, string, string];
  return { stream, seq, head, entries, salt };
}

/** How the line of a stream begins: no other stream's line does. */
export const headLineOf = (stream: string): string => `[${JSON.stringify(stream)},`;
