// A thread that runs seeds, or its share of the enumeration, and reports what came of them.

import { parentPort } from 'node:worker_threads';
import { work, type Job } from './work.ts';

const port = parentPort;
port?.on('message', (job: Job) => void answer(job));

async function answer(job: Job): Promise<void> {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread has no origin.
  port?.postMessage(await work(job));
}
