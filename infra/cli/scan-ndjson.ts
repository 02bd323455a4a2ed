// Goes once through an NDJSON file of claims, whatever its size, for what posting it needs: SHA-256, length, number of
// records, sum of the bills. Lines that cannot be read count as records, as they do at the server.

import { createHash } from 'node:crypto';
import { usageError } from './exit.ts';
import type { Source } from './files.ts';

export interface Scan {
  readonly sha256: string;
  readonly bytes: number;
  readonly records: number;
  /** Sum of what can be read of the bills, in fen. */
  readonly billedFen: number;
}

const NEWLINE = 0x0a;

/** Scans a file; `onBytes` is told how far it has come. */
export async function scanNdjson(source: Source, onBytes: (bytes: number) => void = () => {}): Promise<Scan> {
  const hash = createHash('sha256');
  let [bytes, records, billedFen] = [0, 0, 0];
  let held: Uint8Array[] = [];
  const line = (last: Uint8Array) => {
    const whole = held.length === 0 ? last : Buffer.concat([...held, last]);
    held = [];
    if (whole.every(isSpace)) return;
    records++;
    const billed = billedOf(whole);
    if (!Number.isSafeInteger(billedFen + billed))
      throw usageError(
        'total-too-large',
        `${source.name} 的费用合计过大，请分批提交。`,
        `The bills of ${source.name} add up to more than can be posted at once; split the file.`,
      );
    billedFen += billed;
  };
  for await (const chunk of source.open() as AsyncIterable<Uint8Array>) {
    hash.update(chunk);
    bytes += chunk.length;
    let from = 0;
    for (let cut = chunk.indexOf(NEWLINE); cut >= 0; cut = chunk.indexOf(NEWLINE, from)) {
      line(chunk.subarray(from, cut));
      from = cut + 1;
    }
    if (from < chunk.length) held.push(chunk.subarray(from));
    onBytes(bytes);
  }
  if (held.length > 0) line(new Uint8Array());
  return { sha256: hash.digest('hex'), bytes, records, billedFen };
}

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d;

function billedOf(line: Uint8Array): number {
  try {
    const { billedFen } = JSON.parse(new TextDecoder().decode(line)) as { billedFen?: unknown };
    return typeof billedFen === 'number' && Number.isSafeInteger(billedFen) ? billedFen : 0;
  } catch {
    return 0;
  }
}
