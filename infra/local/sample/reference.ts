// SAMPLE DATA, INVENTED: catalogue and providers of the sample release, in the form a release holds them.

import type * as z from 'zod';
import type { Catalogue } from '../../../shared/reference/catalogue.ts';
import { SAMPLE_ITEMS } from './items.ts';

export { SAMPLE_AREA, SAMPLE_PROVIDERS } from './providers.ts';

const FROM = '2020-01-01';

/** The sample catalogue: every item in one version, in force for the whole of the sample years. */
export const sampleCatalogue = (): z.input<typeof Catalogue> =>
  SAMPLE_ITEMS.map(({ code, name, category, special, origin, itemClass, firstPay, limit }) => ({
    code,
    name,
    category,
    ...(special === undefined ? {} : { special }),
    ...(origin === undefined ? {} : { origin }),
    versions: [
      {
        from: FROM,
        class: itemClass,
        // 丙 is outside the scope altogether: its share is not a first-pay share.
        ...(itemClass === 'B' && firstPay > 0 ? { firstPayBasisPoints: firstPay * 100 } : {}),
        ...(limit === undefined ? {} : { priceLimit: limit }),
      },
    ],
  }));
