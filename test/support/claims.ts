// Posted claims for tests: valid unless spoiled on purpose. Members are synthetic.

import type { PostedClaim } from '../../shared/claim/claim.ts';

/** A pharmacy claim of one line. */
export const aClaim = (over: Partial<Record<keyof PostedClaim, unknown>> = {}): Record<string, unknown> => ({
  claimNo: 'C1',
  memberId: 'DEMO0000000001',
  encounter: 'pharmacy',
  servedOn: '2026-09-01',
  billedFen: 1_234,
  lines: [
    {
      lineNo: 1,
      itemCode: 'XA01',
      itemName: '阿莫西林胶囊',
      quantity: '1',
      unitPrice: '12.34',
      amountFen: 1_234,
      servedOn: '2026-09-01',
    },
  ],
  ...over,
});

/** Claims C0, C1 ... of members taken in turn. */
export const claims = (count: number, members = 7): Record<string, unknown>[] =>
  Array.from({ length: count }, (_, n) =>
    aClaim({ claimNo: `C${n}`, memberId: `DEMO${String(n % members).padStart(10, '0')}` }),
  );
