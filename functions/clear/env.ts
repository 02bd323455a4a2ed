// The variables this function reads (meanings in ../env.ts). The stack grants and sets exactly these.

export const ENV = [
  'JIESUAN_STAGE',
  'LEDGER_TABLE',
  'BATCHES_TABLE',
  'RECORDS_BUCKET',
  'SEALED_BUCKET',
  'LATE_AFTER_MINUTES',
] as const;
