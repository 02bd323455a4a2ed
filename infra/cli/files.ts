// Reads the files that commands are given: JSON, NDJSON, "-" for standard input. What is wrong with a file is said with
// its line and column, never with its content.

import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { CliError, usageError } from './exit.ts';

/** A file to read more than once, or standard input, held in memory. */
export interface Source {
  /** For people; the name alone, not where it lies. */
  readonly name: string;
  readonly bytes: number;
  open(): Readable | AsyncIterable<Uint8Array>;
  all(): Promise<Uint8Array>;
}

/** Opens a file, or standard input for "-". */
export async function sourceOf(path: string, stdin: Readable): Promise<Source> {
  if (path === '-') {
    const chunks: Uint8Array[] = [];
    for await (const chunk of stdin as AsyncIterable<Uint8Array | string>)
      chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    return sourceOfBytes('stdin', Buffer.concat(chunks));
  }
  const bytes = await reading(path, async () => {
    const found = await stat(path);
    if (found.isDirectory())
      throw usageError(
        'is-a-directory',
        `${path} 是目录，需要文件。`,
        `${path} is a directory; a file is needed.`,
      );
    return found.size;
  });
  return {
    name: basename(path),
    bytes,
    open: () => createReadStream(path, { highWaterMark: 1 << 18 }),
    all: () => reading(path, () => readFile(path)),
  };
}

/** A source of bytes that are in memory already. */
export const sourceOfBytes = (name: string, content: Uint8Array): Source => ({
  name,
  bytes: content.length,
  open: () => oneChunk(content),
  all: () => Promise.resolve(content),
});

async function* oneChunk(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}

/** Runs a read; a file that is not there is the caller's mistake, and said so. */
export async function reading<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CliError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    if (code === 'ENOENT')
      throw usageError('no-such-file', `找不到文件 ${path}。`, `There is no file ${path}.`);
    throw usageError('unreadable-file', `无法读取 ${path}（${code}）。`, `${path} cannot be read (${code}).`);
  }
}

/** Bytes as text; says how to convert what is not UTF-8. */
export function utf8(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes); // Also drops a byte order mark.
  } catch {
    throw usageError(
      'not-utf-8',
      `${name} 不是 UTF-8 编码。GBK 文件请先转换，如：iconv -f GB18030 -t UTF-8 原文件 > 新文件。`,
      `${name} is not UTF-8. Convert a GBK file first, such as: iconv -f GB18030 -t UTF-8 old > new.`,
    );
  }
}

/** Bytes as JSON; says where it breaks, not what stands there. */
export function json(name: string, bytes: Uint8Array): unknown {
  const text = utf8(name, bytes);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const [, line, column] = /line (\d+) column (\d+)/.exec((error as Error).message) ?? [];
    const [zh, en] =
      line === undefined
        ? ['', '']
        : [`（第 ${line} 行第 ${column} 列附近）`, ` (near line ${line}, column ${column})`];
    throw usageError('not-json', `${name} 不是合法的 JSON${zh}。`, `${name} is not JSON${en}.`);
  }
}

/** Whether a text is newline-delimited JSON rather than one document: its first line is an object by itself, and more follows or its name says so. */
export function isNdjson(name: string, start: Uint8Array, wholeFile: boolean): boolean {
  if (/\.(ndjson|jsonl)$/i.test(name)) return true;
  const text = new TextDecoder().decode(start).trimStart();
  const end = text.indexOf('\n');
  const first = end < 0 ? text : text.slice(0, end);
  const more = end >= 0 && (!wholeFile || text.slice(end).trim() !== '');
  return more && isObject(first);
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
