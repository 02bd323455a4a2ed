// Reads the seals back, and checks each against its own leaves before anything is held against it.

import type { RecordStore } from '../records/port.ts';
import { anchorKey, type DaySeal, rootOfHeads } from './day-seal.ts';
import type { Finding } from './findings.ts';
import { SealedHeads } from './sealed-heads.ts';

export interface Anchor {
  readonly seal: DaySeal;
  readonly heads: SealedHeads;
}

type Reads = Pick<RecordStore, 'get' | 'list'>;

/** A seal is there, and is not what we write. Never the same as no seal: somebody spoiled it. */
export class AnchorUnreadable extends Error {
  override readonly name = 'AnchorUnreadable';
  readonly day: string;
  constructor(day: string) {
    super(`the seal of ${day} cannot be read`);
    this.day = day;
  }
}

/** Days that are sealed, the newest first. */
export async function sealedDays(sealed: Reads): Promise<readonly string[]> {
  const keys = await sealed.list(anchorKey.all);
  return keys
    .filter(anchorKey.isSeal)
    .map((key) => key.slice(anchorKey.all.length, -'.json'.length))
    .sort()
    .reverse();
}

/** The seal of a day with its heads; undefined when there is none. Throws AnchorUnreadable. */
export async function readAnchor(sealed: Reads, day: string): Promise<Anchor | undefined> {
  const bytes = await sealed.get(anchorKey.seal(day));
  if (bytes === undefined) return undefined;
  const seal = parsed(bytes);
  const heads = typeof seal?.heads === 'string' ? await sealed.get(seal.heads) : undefined;
  if (!seal?.totals || heads === undefined) throw new AnchorUnreadable(day);
  try {
    return { seal, heads: SealedHeads.of(heads) };
  } catch {
    throw new AnchorUnreadable(day);
  }
}

/** What is wrong with a seal by itself: its root is not that of its leaves. */
export function checkAnchor({ seal, heads }: Anchor): Finding[] {
  let entries = 0;
  for (const { seq } of heads) entries += seq;
  return [
    ...(rootOfHeads(heads) === seal.root ? [] : [brokenAnchor(seal.day, 'root')]),
    ...(heads.size === seal.totals.streams ? [] : [brokenAnchor(seal.day, 'streams')]),
    ...(entries === seal.totals.entries ? [] : [brokenAnchor(seal.day, 'entries')]),
  ];
}

export const brokenAnchor = (day: string, detail: string): Finding => ({
  stream: '',
  seq: 0,
  code: 'anchor-broken',
  detail: `${day}: ${detail}`,
});

function parsed(bytes: Uint8Array): DaySeal | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as DaySeal;
  } catch {
    return undefined;
  }
}
