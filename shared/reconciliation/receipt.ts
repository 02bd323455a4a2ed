// A receipt of one entry: what it says, how it hashes, and, once a day is sealed, the path from it to that day's root.
// It can be checked without us. The path shows hashes of the member's other entries, never what they say.

import { entryHash } from '../ledger/codec.ts';
import type { EntryPlace } from '../ledger/entry.ts';
import type { StoredEntry } from '../ledger/port.ts';
import { leafOf, type SealedHead } from './day-seal.ts';
import { merklePath, merkleRoot, rootAlong, type Step } from './merkle.ts';
import type { Anchor } from './read-anchors.ts';

export interface Receipt {
  readonly format: 'jiesuan-receipt/1';
  readonly place: EntryPlace;
  /** The exact text of the entry, which the hash is over. */
  readonly text: string;
  readonly hash: string;
  /** Missing until a day is sealed after the entry. */
  readonly sealed?: {
    readonly day: string;
    readonly root: string;
    /** From this entry to the root over the stream's entries. */
    readonly inStream: readonly Step[];
    /** The stream's leaf of that day, and from there to the root of the day. */
    readonly leaf: SealedHead;
    readonly inDay: readonly Step[];
  };
}

/** Makes a receipt. `stream`: the entries of the stream, oldest first, at least up to where the day saw it. */
export function makeReceipt(
  entry: StoredEntry,
  stream: readonly StoredEntry[],
  anchor: Anchor | undefined,
): Receipt {
  const { place, text, hash } = entry;
  const receipt: Receipt = { format: 'jiesuan-receipt/1', place, text, hash };
  const at = anchor?.heads.indexOf(place.stream) ?? -1;
  const leaf = at < 0 ? undefined : anchor?.heads.at(at);
  if (!anchor || !leaf || leaf.seq < place.seq) return receipt;
  const hashes = stream.filter((each) => each.place.seq <= leaf.seq).map((each) => each.hash);
  // A stream that is not what was sealed has no path; verification says so.
  if (merkleRoot(hashes) !== leaf.entries) return receipt;
  const { day, root } = anchor.seal;
  const inDay = merklePath(Array.from(anchor.heads, leafOf), at);
  return { ...receipt, sealed: { day, root, inStream: merklePath(hashes, place.seq - 1), leaf, inDay } };
}

export type ReceiptFault = 'hash' | 'path-in-stream' | 'leaf' | 'path-in-day' | 'root-not-the-published-one';

/** What is wrong with a receipt by itself, and against a root that was learnt elsewhere. */
export function checkReceipt(
  { place, text, hash, sealed }: Receipt,
  published?: string,
): readonly ReceiptFault[] {
  const faults: ReceiptFault[] = [];
  if (entryHash(place, text) !== hash) faults.push('hash');
  if (sealed) {
    if (rootAlong(hash, sealed.inStream) !== sealed.leaf.entries) faults.push('path-in-stream');
    if (sealed.leaf.stream !== place.stream || sealed.leaf.seq < place.seq) faults.push('leaf');
    if (rootAlong(leafOf(sealed.leaf), sealed.inDay) !== sealed.root) faults.push('path-in-day');
  }
  if (published !== undefined && sealed?.root !== published) faults.push('root-not-the-published-one');
  return faults;
}
