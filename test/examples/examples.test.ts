// Runs every situation in this folder: worked cases as they were published, to the fen. A situation names the shipped
// packs it needs, or carries its own. Add a file and it is run.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPack, PACKS_FOLDER } from '../../shared/policy/packs/load-packs.ts';
import { differencesText, parseSituation, runSituation } from '../../shared/policy/tools/run-situation.ts';

const files = (folder: string): string[] =>
  (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith('.yaml')).sort();

describe('worked examples', () => {
  for (const name of files(import.meta.dirname)) {
    const situation = parseSituation(readFileSync(join(import.meta.dirname, name), 'utf8'));
    it(situation.title, () => {
      const packs = (situation.packs ?? []).map((pack) => loadPack(join(PACKS_FOLDER, `${pack}.yaml`)));
      expect(differencesText(runSituation(situation, packs))).toBe('');
    });
  }
});
