// A lockfile entry without a version makes every later `npm ci` fail: packages with a binary per platform sometimes
// lack one. An entry with an address would tie the repository to one registry.

import { readFileSync } from 'node:fs';

let bad = 0;
for (const file of ['package-lock.json', 'test/dynamodb-local/package-lock.json']) {
  const { packages } = JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'));
  for (const [name, { version, link, resolved }] of Object.entries(packages)) {
    if (name === '' || link) continue;
    if (!version) console.error(`${file}: ${name} has no version`);
    if (resolved) console.error(`${file}: ${name} names a registry address`);
    if (!version || resolved) bad++;
  }
}
process.exit(bad === 0 ? 0 : 1);
