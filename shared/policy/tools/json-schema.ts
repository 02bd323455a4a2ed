// The JSON Schema of a pack and of a situation, generated from zod: for completion in an editor and for the API.

import * as z from 'zod';
import { Pack } from '../pack/schema.ts';
import { Situation } from './run-situation.ts';

/** What may be written in a pack file. */
export const packJsonSchema = (): Record<string, unknown> => ({
  ...z.toJSONSchema(Pack, { io: 'input', unrepresentable: 'any', reused: 'ref' }),
  title: 'Policy pack',
});

/** What may be written in a situation file. */
export const situationJsonSchema = (): Record<string, unknown> => ({
  ...z.toJSONSchema(Situation, { io: 'input', unrepresentable: 'any', reused: 'ref' }),
  title: 'Situation',
});
