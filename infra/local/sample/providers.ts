// SAMPLE DATA, INVENTED: designated institutions and pharmacies of the sample area. Names only sound like Qinhuangdao;
// none of these institutions exists. Levels are those of the sample packs, whose lowest is "level 1 and below".

import type * as z from 'zod';
import type { Provider } from '../../../shared/reference/providers.ts';

type ProviderDocument = z.input<typeof Provider>;

/** 秦皇岛, GB/T 2260. */
export const SAMPLE_AREA = '130300';
const OPENED = '2020-01-01';

const provider = (
  id: string,
  name: string,
  type: ProviderDocument['type'],
  level: string,
): ProviderDocument => ({
  id,
  name,
  area: SAMPLE_AREA,
  type,
  history: [{ from: OPENED, status: 'designated', level }],
});

export const SAMPLE_PROVIDERS: readonly ProviderDocument[] = [
  provider('H0001', '示例市第一人民医院', 'hospital', '3'),
  provider('H0002', '示例市中医医院', 'tcm', '3'),
  provider('H0003', '示例市妇幼保健院', 'specialist', '3'),
  provider('H0011', '示例市海港区人民医院', 'hospital', '2'),
  provider('H0012', '示例市北戴河医院', 'hospital', '2'),
  provider('H0013', '示例市抚宁区中医院', 'tcm', '2'),
  provider('H0021', '示例市山海关区康复医院', 'hospital', '1'),
  provider('H0022', '示例市卢龙县石门镇中心卫生院', 'hospital', '1'),
  provider('H0031', '示例市文化路社区卫生服务中心', 'community', '1'),
  provider('H0032', '示例市西港路社区卫生服务中心', 'community', '1'),
  provider('P0001', '示例大药房海阳路店', 'pharmacy', '1'),
  provider('P0002', '示例大药房建设大街店', 'pharmacy', '1'),
  provider('P0003', '示例康民药店', 'pharmacy', '1'),
  provider('P0004', '示例同德堂药房', 'pharmacy', '1'),
  {
    // Moved up a level, and was suspended for a month: what an institution was depends on the day.
    ...provider('H0014', '示例市昌黎县人民医院', 'hospital', '2'),
    history: [
      { from: OPENED, status: 'designated', level: '1' },
      { from: '2024-07-01', status: 'designated', level: '2' },
      { from: '2025-03-01', status: 'suspended', level: '2' },
      { from: '2025-04-01', status: 'designated', level: '2' },
    ],
  },
];
