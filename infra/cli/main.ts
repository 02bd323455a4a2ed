// The `jiesuan` command, in this process (jiesuan.js imports it). What a command line does stands in run.ts.

import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './run.ts';

const { stdin, stdout, stderr, env } = process;
const io = { stdin, stdout, stderr, env, now: Date.now, sleep: (ms: number) => sleep(ms) };

// Not process.exit(): what is still on its way to a pipe has to arrive.
process.exitCode = await run(process.argv.slice(2), io);
