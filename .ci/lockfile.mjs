// A lockfile entry without a version makes every later `npm ci` fail: packages with a binary per platform sometimes
// lack one. An entry with an address would tie the repository to one registry.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

let bad = 0;
const lockfiles = execFileSync('git', ['ls-files', '*package-lock.json'], { encoding: 'utf8' }).trim().split('\n');
for (const file of lockfiles) {
  const { packages } = JSON.parse(readFileSync(file, 'utf8'));
  for (const [name, { version, link, resolved }] of Object.entries(packages)) {
    if (name === '' || link) continue;
    if (!version) console.error(`${file}: ${name} has no version`);
    if (resolved) console.error(`${file}: ${name} names a registry address`);
    if (!version || resolved) bad++;
  }
}
process.exit(bad === 0 ? 0 : 1);
