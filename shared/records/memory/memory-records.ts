// The records bucket in memory, for tests and the simulation.

import type { RecordStore } from '../port.ts';

/** An empty bucket in memory; `objects` is there for tests to look into. */
export function memoryRecords(): RecordStore & { readonly objects: Map<string, Uint8Array> } {
  const objects = new Map<string, Uint8Array>();
  const bytesOf = (body: string | Uint8Array) =>
    typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const existing = (key: string): Uint8Array => {
    const object = objects.get(key);
    if (!object) throw new Error('no such object');
    return object;
  };
  const whole = async (chunks: AsyncIterable<string>): Promise<Uint8Array> => {
    const parts: string[] = [];
    for await (const chunk of chunks) parts.push(chunk);
    return bytesOf(parts.join(''));
  };
  const setNew = (key: string, bytes: Uint8Array): boolean => {
    if (objects.has(key)) return false;
    objects.set(key, bytes);
    return true;
  };
  return {
    objects,
    async put(key, body) {
      objects.set(key, bytesOf(body));
    },
    async putNew(key, body) {
      return setNew(key, bytesOf(body));
    },
    async get(key) {
      return objects.get(key);
    },
    async *read(key, fromByte) {
      const object = existing(key);
      for (let at = fromByte; at < object.length; at += 65_536) yield object.subarray(at, at + 65_536);
    },
    async range(key, fromByte, bytes) {
      return existing(key).subarray(fromByte, fromByte + bytes);
    },
    async write(key, chunks) {
      objects.set(key, await whole(chunks));
    },
    async writeNew(key, chunks) {
      return setNew(key, await whole(chunks));
    },
    async list(prefix) {
      return [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    },
  };
}
