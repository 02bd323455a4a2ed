// The registry of designated institutions and pharmacies: what an institution was on a day. One number per
// institution for the whole area; a suspension or a new level is a new dated version, never an edit.

import * as z from 'zod';
import { areaCode, date, displayName, providerId } from '../claim/fields.ts';
import { beginOnDifferentDays, inOrder, versionOn } from './dated.ts';

export const ProviderVersion = z.strictObject({
  from: date,
  to: date.optional(),
  status: z.enum(['designated', 'suspended', 'ended']).meta({ description: '定点 / 暂停 / 终止协议' }),
  level: z.string().max(20).meta({
    description: 'Hospital level (hosp_lv), as the packs name levels: "1", "2", "3", "community" ...',
  }),
  deductibleLevel: z
    .string()
    .max(20)
    .optional()
    .meta({ description: 'Level for the deductible (dedc_hosp_lv) where it differs' }),
  priceLimitLevel: z
    .string()
    .max(20)
    .optional()
    .meta({ description: 'Level for price limits (lmtpric_hosp_lv) where it differs' }),
  creditGrade: z.string().max(10).optional().meta({ description: 'Credit grade (信用等级)' }),
});

export const Provider = z.strictObject({
  id: providerId,
  name: displayName,
  area: areaCode,
  type: z.enum(['hospital', 'community', 'tcm', 'specialist', 'pharmacy']),
  history: z.array(ProviderVersion).min(1).refine(beginOnDifferentDays, 'two-versions-from-the-same-day'),
});
export type Provider = z.infer<typeof Provider>;

export const Providers = z.array(Provider);

/** A provider as it was on one day. */
export interface ProviderOn {
  readonly status: 'designated' | 'suspended' | 'ended';
  readonly level: string;
  readonly deductibleLevel: string;
  readonly priceLimitLevel: string;
  readonly creditGrade: string | undefined;
  readonly from: string;
  readonly to: string | undefined;
}

export interface CompiledProvider {
  readonly id: string;
  readonly name: string;
  readonly area: string;
  readonly type: Provider['type'];
  on(day: string): ProviderOn | undefined;
}

export function compileProvider(provider: Provider): CompiledProvider {
  const history = inOrder(provider.history).map(
    (version): ProviderOn => ({
      status: version.status,
      level: version.level,
      deductibleLevel: version.deductibleLevel ?? version.level,
      priceLimitLevel: version.priceLimitLevel ?? version.level,
      creditGrade: version.creditGrade,
      from: version.from,
      to: version.to,
    }),
  );
  return {
    id: provider.id,
    name: provider.name,
    area: provider.area,
    type: provider.type,
    on: (day) => versionOn(history, day),
  };
}
