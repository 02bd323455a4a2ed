// A reference release: policies, catalogue and providers that decide together. Plain JSON documents in, an
// immutable compiled release out. Pure: where the documents are kept is somebody else's question.

import * as z from 'zod';
import { Pack } from '../policy/pack/schema.ts';
import { type CompiledPack, compilePack } from '../policy/pack/compile.ts';
import { Catalogue, type CompiledItem, compileCatalogue } from './catalogue.ts';
import { type CompiledProvider, compileProvider, Providers } from './providers.ts';

/** What is published: the parsed packs, the catalogue, the providers. Plain JSON, so its hash names it. */
export const ReleaseDocuments = z.strictObject({
  id: z
    .string()
    .min(1)
    .max(80)
    .meta({ description: 'Name of the release; entries name the release that decided them' }),
  packs: z.array(Pack),
  catalogue: Catalogue,
  providers: Providers,
});
/** The documents as posted and stored: before any default or unit is applied. */
export type ReleaseDocuments = z.input<typeof ReleaseDocuments>;

export interface Release {
  readonly id: string;
  /** The packs of a pooling area, one per scheme; empty when it has none. */
  policy(area: string): readonly CompiledPack[];
  provider(id: string): CompiledProvider | undefined;
  item(code: string, on: string): CompiledItem | undefined;
  /** Areas that have a pack. */
  readonly areas: readonly string[];
  /** Number of item versions: their `index` is below it. */
  readonly itemCount: number;
}

/** Compiles the documents; throws a PackError or a ZodError that says where, and changes nothing. */
export function compileRelease(documents: ReleaseDocuments): Release {
  const { id, packs, catalogue, providers } = ReleaseDocuments.parse(documents);
  const byArea = new Map<string, CompiledPack[]>();
  for (const pack of packs) {
    const compiled = compilePack(pack);
    byArea.set(pack.area, [...(byArea.get(pack.area) ?? []), compiled]);
  }
  const items = compileCatalogue(catalogue);
  const byId = new Map(providers.map((provider) => [provider.id, compileProvider(provider)]));
  const none: readonly CompiledPack[] = [];
  return {
    id,
    policy: (area) => byArea.get(area) ?? none,
    provider: (providerIdText) => byId.get(providerIdText),
    item: (code, on) => items.item(code, on),
    areas: [...byArea.keys()],
    itemCount: items.size,
  };
}
