// Which addresses this process listens on, from the kernel's own table (Linux). On other systems: unknown.

import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface Listener {
  readonly address: string;
  readonly port: number;
}

/** Listening TCP sockets of this process, or undefined where the system does not tell. */
export function listeners(): Listener[] | undefined {
  if (!existsSync('/proc/self/net/tcp')) return undefined;
  const own = new Set<string>();
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1];
      if (inode !== undefined) own.add(inode);
    } catch {
      // Closed since the directory was read.
    }
  }
  return ['tcp', 'tcp6'].flatMap((table) =>
    rows(table)
      .filter(({ inode }) => own.has(inode))
      .map(({ address, port }) => ({ address, port })),
  );
}

function rows(table: string): (Listener & { inode: string })[] {
  const LISTEN = '0A';
  return readFileSync(`/proc/self/net/${table}`, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[3] === LISTEN)
    .map((columns) => {
      const [hex = '', port = ''] = (columns[1] ?? '').split(':');
      return { address: addressOf(hex), port: Number.parseInt(port, 16), inode: columns[9] ?? '' };
    });
}

/** "0100007F" is 127.0.0.1 in the byte order of the machine; longer ones are IPv6 and kept as they are. */
const addressOf = (hex: string): string =>
  hex.length === 8
    ? (hex.match(/../g) ?? [])
        .reverse()
        .map((byte) => Number.parseInt(byte, 16))
        .join('.')
    : hex;
