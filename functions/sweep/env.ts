// The variables this function reads (meanings in ../env.ts). The stack grants and sets exactly these.

export const ENV = [
  'JIESUAN_STAGE',
  'BATCHES_TABLE',
  'SPLIT_QUEUE_URL',
  'CLOSE_QUEUE_URL',
  'LATE_AFTER_MINUTES',
] as const;
