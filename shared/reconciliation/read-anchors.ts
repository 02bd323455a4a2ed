// Reads the seals back, and checks each against its own leaves before anything is held against it.

import type { RecordStore } from '../records/port.ts';
import type { Finding } from './findings.ts';
import { anchorKey, type DaySeal, readHeads, rootOfHeads, type SealedHead } from './day-seal.ts';

export interface Anchor {
  readonly seal: DaySeal;
  readonly heads: readonly SealedHead[];
}

type Reads = Pick<RecordStore, 'get' | 'list'>;

/** Days that are sealed, the newest first. */
export async function sealedDays(sealed: Reads): Promise<readonly string[]> {
  const keys = await sealed.list(anchorKey.all);
  return keys
    .filter(anchorKey.isSeal)
    .map((key) => key.slice(anchorKey.all.length, -'.json'.length))
    .sort()
    .reverse();
}

/** The seal of a day with its heads; undefined when there is none, or it cannot be read. */
export async function readAnchor(sealed: Reads, day: string): Promise<Anchor | undefined> {
  const text = await textOf(sealed, anchorKey.seal(day));
  if (text === undefined) return undefined;
  try {
    const seal = JSON.parse(text) as DaySeal;
    const heads = await textOf(sealed, seal.heads);
    return heads === undefined ? undefined : { seal, heads: readHeads(heads) };
  } catch {
    return undefined;
  }
}

/** What is wrong with a seal by itself: its root is not that of its leaves. */
export function checkAnchor({ seal, heads }: Anchor): Finding[] {
  const finding = (detail: string): Finding => ({
    stream: '',
    seq: 0,
    code: 'anchor-broken',
    detail: `${seal.day}: ${detail}`,
  });
  return [
    ...(rootOfHeads(heads) === seal.root ? [] : [finding('root')]),
    ...(heads.length === seal.totals.streams ? [] : [finding('streams')]),
    ...(heads.reduce((sum, { seq }) => sum + seq, 0) === seal.totals.entries ? [] : [finding('entries')]),
  ];
}

async function textOf(sealed: Reads, key: string): Promise<string | undefined> {
  const bytes = await sealed.get(key);
  return bytes && new TextDecoder().decode(bytes);
}
