// What results works with, made once per cold start.

import { dynamoClient, objectClient } from '../../shared/aws/clients.ts';
import { pseudonymKey } from '../../shared/aws/pseudonym-key.ts';
import { dynamoBatches } from '../../shared/batch/dynamodb/dynamo-batches.ts';
import { identification } from '../../shared/http/identity.ts';
import { dynamoLedger } from '../../shared/ledger/dynamodb/dynamo-ledger.ts';
import { pseudonymiser } from '../../shared/member/pseudonym.ts';
import { functionLog } from '../../shared/observability/logger.ts';
import { functionMeter } from '../../shared/observability/metrics-emitter.ts';
import { s3Records } from '../../shared/records/s3/s3-records.ts';
import { dynamoPointers } from '../../shared/reference/dynamo-pointers.ts';
import { releaseLoader } from '../../shared/reference/releases.ts';
import { readEnv } from '../env.ts';
import type { ResultsDeps } from './deps.ts';
import { ENV } from './env.ts';

export async function wire() {
  const env = readEnv(ENV);
  const database = dynamoClient();
  const objects = objectClient();
  const records = s3Records(objects, env.RECORDS_BUCKET);
  const deps: ResultsDeps = {
    ledger: dynamoLedger(database, env.LEDGER_TABLE),
    batches: dynamoBatches(database, env.BATCHES_TABLE),
    records,
    sealed: s3Records(objects, env.SEALED_BUCKET),
    release: releaseLoader(records),
    pointers: dynamoPointers(database, env.BATCHES_TABLE),
    pseudonymOf: pseudonymiser(await pseudonymKey(env.PSEUDONYM_KEY)),
    area: env.JIESUAN_AREA,
    lateAfterMinutes: env.LATE_AFTER_MINUTES,
    quoteValidMinutes: env.QUOTE_VALID_MINUTES,
  };
  return {
    deps,
    api: {
      identify: identification(env),
      log: functionLog('results', env.JIESUAN_STAGE),
      meter: functionMeter('results', env.JIESUAN_STAGE),
      now: Date.now,
    },
  };
}
