// That DynamoDB Local can be reached from this machine only, and ends with whoever started it. Linux tells both.

import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startDynamoDbLocal } from './start.ts';

const LOOPBACK = ['0100007F', '0000000000000000FFFF00000100007F', '00000000000000000000000001000000'];

it.runIf(existsSync('/proc/self/net/tcp'))('listens on the loopback interface and nowhere else', async () => {
  const database = await startDynamoDbLocal();
  try {
    const found = listening(database.pid);
    expect(found.map(({ port }) => port)).toEqual([Number(new URL(database.endpoint).port)]);
    for (const { address } of found) expect(LOOPBACK).toContain(address);
  } finally {
    await database.stop();
  }
  expect(existsSync(`/proc/${database.pid}`)).toBe(false);
});

/** Listening sockets of a process, by the kernel's own table. */
function listening(pid: number): { address: string; port: number }[] {
  const own = new Set(readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`)));
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => row.trim().split(/\s+/))
      .filter((columns) => columns[3] === '0A' && own.has(`socket:[${columns[9]}]`))
      .map((columns) => {
        const [address = '', port = ''] = (columns[1] ?? '').split(':');
        return { address, port: Number.parseInt(port, 16) };
      }),
  );
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // Closed since the directory was read.
  }
}
