// Writes the golden chains: node test/golden/write-golden.ts "why they must change". README.md here says when that is
// allowed. The reason stands in the file, and the test demands one.

import { writeFileSync } from 'node:fs';
import { makeChains } from '../support/chains.ts';
import { GOLDEN_CHAINS, GOLDEN_RELEASES } from './read-golden.ts';

const reason = process.argv[2] ?? '';
if (reason.length < 20)
  throw new Error('say why the golden chains change, in a sentence: what was decided, and by whom');

const { streams, documents } = await makeChains('golden', 36, 60);
const lines = [...streams.values()]
  .flat()
  .map(({ place, text, hash }) => JSON.stringify([Object.values(place), hash, text]));
writeFileSync(GOLDEN_RELEASES, `${JSON.stringify({ reason, documents })}\n`);
writeFileSync(GOLDEN_CHAINS, `${lines.join('\n')}\n`);
console.log(`${lines.length} entries of ${streams.size} streams`);
