#!/usr/bin/env node
// The entry of `jiesuan` and `npm start`. Plain JavaScript, so that an older Node can run it: the program itself needs
// Node 24, which comes with `npm ci`. Under anything older, this file runs itself again under that one.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;
const root = fileURLToPath(new URL('../../', import.meta.url));
const major = Number(process.versions.node.split('.')[0]);

/** Ends with two sentences for people. */
function stop(zh, en) {
  console.error(`${zh}\n${en}`);
  process.exit(1);
}

/** The Node that `npm ci` installed: the binary itself where it is, so that signals need no go-between. */
function pinnedNode() {
  const places = [
    'node_modules/node/bin/node',
    'node_modules/node/bin/node.exe',
    'node_modules/.bin/node',
    'node_modules/.bin/node.cmd',
  ];
  return places.map((place) => root + place).find((file) => existsSync(file));
}

/** Runs this file again under another Node, as if it were this process. */
function runUnder(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, JIESUAN_RELAUNCHED: '1' },
    shell: node.endsWith('.cmd'),
  });
  // Ctrl-C reaches the child by itself, as a member of the same group; what is sent to us alone is passed on.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) =>
    stop(
      `无法启动 Node ${NEEDED}(${error.code})。请重新运行 npm ci。`,
      `Node ${NEEDED} could not be started (${error.code}). Run npm ci again.`,
    ),
  );
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

if (!existsSync(`${root}node_modules`)) {
  stop(
    '依赖尚未安装:请先在项目目录中运行 npm ci。',
    'The dependencies are not installed: run npm ci in the project directory first.',
  );
} else if (major >= NEEDED) {
  await import('./main.ts');
} else {
  const node = pinnedNode();
  if (node === undefined || process.env.JIESUAN_RELAUNCHED === '1') {
    stop(
      `需要 Node ${NEEDED},当前为 ${process.versions.node}。请运行 npm ci(它会安装 Node ${NEEDED}),或改用 Node ${NEEDED}。`,
      `Node ${NEEDED} is needed, this is ${process.versions.node}. Run npm ci (it installs Node ${NEEDED}), or use Node ${NEEDED}.`,
    );
  } else {
    runUnder(node);
  }
}
