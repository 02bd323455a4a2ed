// What settle works with, made once per cold start. The heads and the releases stay for as long as the container.

import { dynamoClient } from '../../shared/aws/clients.ts';
import { headCache } from '../../shared/ledger/append.ts';
import { dynamoLedger } from '../../shared/ledger/dynamodb/dynamo-ledger.ts';
import { functionLog } from '../../shared/observability/logger.ts';
import { functionMeter } from '../../shared/observability/metrics-emitter.ts';
import { s3Reader } from '../../shared/records/s3/s3-get.ts';
import { releaseLoader } from '../../shared/reference/releases.ts';
import { readEnv } from '../env.ts';
import { ENV } from './env.ts';

export function wire() {
  const env = readEnv(ENV);
  return {
    ledger: dynamoLedger(dynamoClient(), env.LEDGER_TABLE),
    heads: headCache(),
    release: releaseLoader(s3Reader(env.RECORDS_BUCKET)),
    /** 20 ms, doubled with every move, give or take half: two writers that met once should not meet again. */
    pause: (move: number) =>
      new Promise<void>((resolve) => setTimeout(resolve, 20 * 2 ** move * (0.5 + Math.random()))),
    log: functionLog('settle', env.JIESUAN_STAGE),
    meter: functionMeter('settle', env.JIESUAN_STAGE),
  };
}
