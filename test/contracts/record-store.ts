// What every record store must do. Run on memory, and on the S3 API (the embedded engine).

import { beforeAll, describe, expect, it } from 'vitest';
import type { RecordStore } from '../../shared/records/port.ts';

let prefixes = 0;
const TYPE = 'application/x-ndjson';

/** More than S3 takes in one part of an upload (5 MiB), so that the end of one is asked for the condition too. */
const LONG = 6 * 1024 * 1024;

export function describeRecordStore(name: string, open: () => Promise<RecordStore>): void {
  describe(`record store: ${name}`, () => {
    let store: RecordStore;
    beforeAll(async () => {
      store = await open();
    });
    const fresh = () => `contract/${prefixes++}/`;
    async function* chunksOf(text: string): AsyncGenerator<string> {
      for (let at = 0; at < text.length; at += 1024 * 1024) yield text.slice(at, at + 1024 * 1024);
    }
    const text = async (key: string): Promise<string | undefined> => {
      const bytes = await store.get(key);
      return bytes && new TextDecoder().decode(bytes);
    };

    it('gives back what was put, whole and in parts, and nothing where nothing is', async () => {
      const key = `${fresh()}a`;
      expect(await store.get(key)).toBeUndefined();
      await store.put(key, '结算0123456789', TYPE);
      expect(await text(key)).toBe('结算0123456789');
      expect(new TextDecoder().decode(await store.range(key, 6, 4))).toBe('0123');
      const read: Uint8Array[] = [];
      for await (const chunk of store.read(key, 8)) read.push(chunk);
      expect(Buffer.concat(read).toString()).toBe('23456789');
    });

    it('lists keys under a prefix, in order, and no others', async () => {
      const prefix = fresh();
      for (const key of ['c', 'a', 'b/1']) await store.put(`${prefix}${key}`, key, TYPE);
      await store.put(`${fresh()}d`, 'd', TYPE);
      expect(await store.list(prefix)).toEqual([`${prefix}a`, `${prefix}b/1`, `${prefix}c`]);
    });

    it('puts a new object once: the first stays, whoever comes after', async () => {
      const key = `${fresh()}seal`;
      expect(await store.putNew(key, 'first', TYPE)).toBe(true);
      expect(await store.putNew(key, 'second', TYPE)).toBe(false);
      expect(await text(key)).toBe('first');
      // Nothing that was written otherwise is replaced either.
      await store.put(`${key}2`, 'first', TYPE);
      expect(await store.putNew(`${key}2`, 'second', TYPE)).toBe(false);
      expect(await text(`${key}2`)).toBe('first');
    });

    it('lets one of several win that put at once, and keeps what that one wrote', async () => {
      const key = `${fresh()}seal`;
      const won = await Promise.all(
        Array.from({ length: 8 }, (_, n) => store.putNew(key, `writer ${n}`, TYPE)),
      );
      expect(won.filter((each) => each)).toHaveLength(1);
      expect(await text(key)).toBe(`writer ${won.indexOf(true)}`);
    });

    it.each([
      ['short', 100],
      ['long', LONG],
    ])('writes a new %s object part by part, once', async (_what, length) => {
      const key = `${fresh()}heads`;
      expect(await store.writeNew(key, chunksOf('a'.repeat(length)), TYPE)).toBe(true);
      expect(await store.writeNew(key, chunksOf('b'.repeat(length)), TYPE)).toBe(false);
      expect(await text(key)).toBe('a'.repeat(length));
      await store.write(key, chunksOf('c'.repeat(length)), TYPE);
      expect(await text(key)).toBe('c'.repeat(length));
    });
  });
}
