// The medical catalogue (医保目录): what an item is on a day. Class, first-pay share, price limits, restrictions.
// How a class is paid is policy and stands in the packs; the catalogue only says what the item is.

import * as z from 'zod';
import { Encounter } from '../claim/claim.ts';
import { date, displayName, itemCode, unitPrice } from '../claim/fields.ts';
import { type UnitPrice, unitPrice as toUnitPrice } from '../money/quantity.ts';
import { beginOnDifferentDays, inOrder, versionOn } from './dated.ts';

/** Restricted use (限制使用): where one of these does not hold, the line is outside the scope. */
export const Restriction = z.strictObject({
  ageFrom: z.int().min(0).max(150).optional().meta({ description: 'Youngest age, completed years' }),
  ageTo: z.int().min(0).max(150).optional().meta({ description: 'Oldest age, completed years' }),
  sex: z.enum(['F', 'M']).optional(),
  diagnoses: z
    .array(z.string())
    .min(1)
    .optional()
    .meta({ description: 'Prefixes of diagnosis codes, one of which the claim must carry' }),
  hospitalLevels: z
    .array(z.string())
    .min(1)
    .optional()
    .meta({ description: 'Hospital levels that may use it' }),
  encounters: z.array(Encounter).min(1).optional(),
});

export const ItemVersion = z.strictObject({
  from: date,
  to: date.optional(),
  class: z.enum(['A', 'B', 'C']).meta({ description: '甲 A, 乙 B, 丙 C' }),
  firstPayBasisPoints: z
    .int()
    .min(0)
    .max(10_000)
    .optional()
    .meta({ description: 'First-pay share (先行自付比例); 0 when left out' }),
  priceLimit: z
    .union([unitPrice, z.record(z.string(), unitPrice)])
    .optional()
    .meta({
      description: 'Price limit in yuan (定价上限), or one per price-limit level; "*" for the other levels',
    }),
  restriction: Restriction.optional(),
  needsApproval: z
    .boolean()
    .optional()
    .meta({ description: 'Paid only when the hospital marked the line approved' }),
  quantityPerClaimMax: z
    .int()
    .positive()
    .optional()
    .meta({ description: 'More than this on one claim is suspicious (whole units)' }),
});

export const CatalogueItem = z.strictObject({
  code: itemCode,
  name: displayName,
  category: z
    .string()
    .max(40)
    .optional()
    .meta({ description: 'drug, herbal, service, material, bed, exam ... as the packs name categories' }),
  special: z
    .enum(['exam', 'treatment', 'material', 'drug'])
    .optional()
    .meta({ description: '特殊检查 / 特殊治疗 / 特殊材料 / 单行支付药品' }),
  origin: z
    .enum(['domestic', 'imported', 'joint-venture'])
    .optional()
    .meta({ description: '国产 / 进口 / 合资' }),
  versions: z.array(ItemVersion).min(1).refine(beginOnDifferentDays, 'two-versions-from-the-same-day'),
});
export type CatalogueItem = z.infer<typeof CatalogueItem>;

export const Catalogue = z.array(CatalogueItem);

/** One version of one item, ready for the hot path. `index` numbers item versions through the whole catalogue. */
export interface CompiledItem {
  readonly index: number;
  readonly code: string;
  readonly from: string;
  readonly to: string | undefined;
  readonly itemClass: 'A' | 'B' | 'C';
  readonly firstPay: number;
  readonly priceLimits: ReadonlyMap<string, UnitPrice> | undefined;
  readonly restriction: z.infer<typeof Restriction> | undefined;
  readonly needsApproval: boolean;
  readonly quantityMax: number | undefined;
  readonly category: string | undefined;
  readonly special: string | undefined;
  readonly origin: string | undefined;
  readonly name: string;
}

export interface CompiledCatalogue {
  readonly size: number;
  item(code: string, on: string): CompiledItem | undefined;
}

/** Builds the lookup: one hash lookup per line, and a walk over versions only where an item has several. */
export function compileCatalogue(items: readonly CatalogueItem[]): CompiledCatalogue {
  const byCode = new Map<string, readonly CompiledItem[]>();
  let index = 0;
  for (const item of items) {
    const versions = inOrder(item.versions).map(
      (version): CompiledItem => ({
        index: index++,
        code: item.code,
        from: version.from,
        to: version.to,
        itemClass: version.class,
        firstPay: version.firstPayBasisPoints ?? 0,
        priceLimits: priceLimits(version.priceLimit),
        restriction: version.restriction,
        needsApproval: version.needsApproval ?? false,
        quantityMax: version.quantityPerClaimMax,
        category: item.category,
        special: item.special,
        origin: item.origin,
        name: item.name,
      }),
    );
    byCode.set(item.code, versions);
  }
  return {
    size: index,
    item(code, on) {
      const versions = byCode.get(code);
      return versions === undefined ? undefined : versionOn(versions, on);
    },
  };
}

function priceLimits(
  limit: string | Record<string, string> | undefined,
): ReadonlyMap<string, UnitPrice> | undefined {
  if (limit === undefined) return undefined;
  const levels = typeof limit === 'string' ? { '*': limit } : limit;
  return new Map(Object.entries(levels).map(([level, price]) => [level, toUnitPrice(price)]));
}
