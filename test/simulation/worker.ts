// A thread that runs seeds, or its share of the enumeration, and reports what came of them.

import { parentPort } from 'node:worker_threads';
import { work, type Job } from './work.ts';

parentPort?.on('message', (job: Job) => {
  void work(job).then((done) => parentPort?.postMessage(done));
});
