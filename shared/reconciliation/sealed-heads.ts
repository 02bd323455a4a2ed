// The heads of a sealed day, as the bytes of their file: millions of them in the memory that the file takes, and once for
// all threads. A stream is found by halving, since the file is in the order of streams; a file that is not does not fit
// its root either.

import { headLineOf, readHead, type SealedHead } from './day-seal.ts';

/** What another thread is given: it shares the memory. */
export interface SharedHeads {
  readonly bytes: SharedArrayBuffer;
  /** Where each line starts, and where the last one ends. */
  readonly starts: SharedArrayBuffer;
  /** 1 for every head whose stream was met. */
  readonly met: SharedArrayBuffer;
}

const NEWLINE = 0x0a;

export class SealedHeads implements Iterable<SealedHead> {
  readonly shared: SharedHeads;
  readonly #bytes: Buffer;
  readonly #starts: Uint32Array;
  readonly #met: Uint8Array;

  constructor(shared: SharedHeads) {
    this.shared = shared;
    this.#bytes = Buffer.from(shared.bytes);
    this.#starts = new Uint32Array(shared.starts);
    this.#met = new Uint8Array(shared.met);
  }

  /** The heads of a file; throws where a line is not one of ours. */
  static of(file: Uint8Array): SealedHeads {
    let lines = 0;
    for (const byte of file) if (byte === NEWLINE) lines++;
    const bytes = new SharedArrayBuffer(file.length);
    new Uint8Array(bytes).set(file);
    const starts = new SharedArrayBuffer(4 * (lines + 1));
    const at = new Uint32Array(starts);
    for (let line = 1, byte = file.indexOf(NEWLINE); byte >= 0; byte = file.indexOf(NEWLINE, byte + 1))
      at[line++] = byte + 1;
    if (at[lines] !== file.length) throw new Error('the last line of a heads file has an end');
    const heads = new SealedHeads({ bytes, starts, met: new SharedArrayBuffer(lines) });
    for (const { stream, seq } of heads)
      if (typeof stream !== 'string' || !Number.isSafeInteger(seq)) throw new Error('a head has a place');
    return heads;
  }

  get size(): number {
    return this.#starts.length - 1;
  }

  at(index: number): SealedHead {
    return readHead(this.#bytes.toString('utf8', this.#starts[index], this.#starts[index + 1]));
  }

  /** Where the head of a stream stands; -1 when it has none. */
  indexOf(stream: string): number {
    const wanted = Buffer.from(headLineOf(stream));
    let [from, to] = [0, this.size];
    while (from < to) {
      const middle = (from + to) >> 1;
      const start = this.#starts[middle]!;
      const order = wanted.compare(this.#bytes, start, start + wanted.length);
      if (order === 0) return middle;
      if (order < 0) to = middle;
      else from = middle + 1;
    }
    return -1;
  }

  /** The head of a stream that was met now. */
  meet(stream: string): SealedHead | undefined {
    const index = this.indexOf(stream);
    if (index < 0) return undefined;
    this.#met[index] = 1;
    return this.at(index);
  }

  /** Heads whose stream nobody met. */
  *missing(): Generator<SealedHead> {
    for (let index = 0; index < this.size; index++) if (this.#met[index] === 0) yield this.at(index);
  }

  *[Symbol.iterator](): Generator<SealedHead> {
    for (let index = 0; index < this.size; index++) yield this.at(index);
  }
}
