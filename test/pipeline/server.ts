// A local installation as a process of its own, so that a test can kill it: prints one line of JSON when it serves.
// Usage: node server.ts DATA_DIR

import { startRunner } from '../../infra/local/runner.ts';

const dynamodbEndpoint = process.env['JIESUAN_TEST_DYNAMODB'];
const runner = await startRunner({
  dataDir: process.argv[2] as string,
  port: 0,
  bundled: process.env['JIESUAN_TEST_BUNDLED'] !== undefined,
  ...(dynamodbEndpoint === undefined ? {} : { dynamodbEndpoint }),
});
console.log(
  JSON.stringify({
    url: runner.url,
    tokens: {
      agency: await runner.token({ role: 'agency' }, 60),
      ops: await runner.token({ role: 'ops' }, 60),
    },
  }),
);
process.on('message', (provider: string) => {
  // Nobody's schedule runs here: the night comes when it is asked for.
  if (provider === 'seal') return void runner.seal().then((sealed) => process.send?.({ sealed }));
  if (provider === 'clear') return void runner.clear().then((months) => process.send?.({ months }));
  void runner.token({ role: 'provider', provider }, 60).then((token) => process.send?.({ provider, token }));
});
process.once('SIGTERM', () => void runner.stop().then(() => process.exit(0)));
