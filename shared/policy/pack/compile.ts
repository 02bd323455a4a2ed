// From a checked pack to a fast evaluator. (Being written.)
import type { Pack } from './schema.ts';
export interface CompiledPack { readonly pack: Pack }
export const compilePack = (pack: Pack): CompiledPack => ({ pack });
