// Deploys the stage `localstack` to an emulator on this machine (compose.yaml), through cdklocal. Tokens of
// `jiesuan token` are good there: the stage gets the public key of this installation's development issuer.
// Not run in this repository's CI; infra/README.md says what is known about it.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { DEV_AUDIENCE, DEV_ISSUER, devJwks } from '../shared/http/dev-issuer.ts';
import { DATA_DIR } from './local/data-dir.ts';
import { localKeys } from './local/keys.ts';

const { issuer } = await localKeys(join(DATA_DIR, 'keys'));
const context = [
  ['stage', 'localstack'],
  ['authIssuer', DEV_ISSUER],
  ['authAudience', DEV_AUDIENCE],
  ['authJwks', devJwks(issuer)],
].flatMap(([name, value]) => ['-c', `${name}=${value}`]);

cdklocal('bootstrap', ...context);
cdklocal('deploy', '--all', '--require-approval', 'never', ...context, ...process.argv.slice(2));

function cdklocal(...args: string[]): void {
  const { status } = spawnSync('cdklocal', args, {
    stdio: 'inherit',
    // An emulator takes any credentials, but wants some.
    env: {
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      ...process.env,
    },
  });
  if (status !== 0) process.exit(status ?? 1);
}
