// Writes the JSON Schemas for editors anew, after the format has changed: node shared/policy/packs/write-schemas.ts

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packJsonSchema, situationJsonSchema } from '../tools/json-schema.ts';
import { PACKS_FOLDER } from './load-packs.ts';

const write = (name: string, schema: unknown): void =>
  writeFileSync(join(PACKS_FOLDER, name), `${JSON.stringify(schema, null, 2)}\n`);

write('pack.schema.json', packJsonSchema());
write('situation.schema.json', situationJsonSchema());
