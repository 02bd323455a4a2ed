// The shape of a pack, as zod. (Being written.)
import * as z from 'zod';
export const Pack = z.looseObject({ area: z.string() });
export type Pack = z.infer<typeof Pack>;
