// Calls an exported Lambda handler as the platform would: with a context that counts down, and an end to the waiting
// when the function's time-out is over. (The platform also stops the work itself; here it may run on unseen, which
// is what a redelivery has to cope with anyway.)

import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';

/** What every handler of ours is, whatever its event. */
export type LambdaHandler = (event: never, context: Context) => unknown;

export interface LocalFunction {
  readonly name: string;
  readonly handler: LambdaHandler;
  readonly timeoutSeconds: number;
}

/** The function did not answer within its time-out. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

/** Calls the handler once; rejects with what it throws, or with TimedOut. */
export async function invoke(fn: LocalFunction, event: unknown): Promise<unknown> {
  const context = contextOf(fn);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new TimedOut(`${fn.name}: no answer within ${fn.timeoutSeconds} seconds`)),
      fn.timeoutSeconds * 1_000,
    );
  });
  try {
    return await Promise.race([(async () => fn.handler(event as never, context))(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A context with the facts a handler may ask for. */
export function contextOf({ name, timeoutSeconds }: LocalFunction): Context {
  const end = Date.now() + timeoutSeconds * 1_000;
  const noLonger = () => {
    throw new Error('context.done, fail and succeed belong to handlers with callbacks; ours are async');
  };
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${name}`,
    memoryLimitInMB: '1024',
    awsRequestId: randomUUID(),
    logGroupName: `/local/${name}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, end - Date.now()),
    done: noLonger,
    fail: noLonger,
    succeed: noLonger,
  };
}
