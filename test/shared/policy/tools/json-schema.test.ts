// The schemas that editors complete with are those of the code.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PACKS_FOLDER } from '../../../../shared/policy/packs/load-packs.ts';
import { packJsonSchema, situationJsonSchema } from '../../../../shared/policy/tools/json-schema.ts';

describe('the schemas for editors', () => {
  const onDisk = (name: string): unknown => JSON.parse(readFileSync(join(PACKS_FOLDER, name), 'utf8'));

  it('are those of the code; write them anew with packs/write-schemas.ts when this fails', () => {
    expect(onDisk('pack.schema.json')).toEqual(JSON.parse(JSON.stringify(packJsonSchema())));
    expect(onDisk('situation.schema.json')).toEqual(JSON.parse(JSON.stringify(situationJsonSchema())));
  });
});
