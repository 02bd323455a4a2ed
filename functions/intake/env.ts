// The variables this function reads (meanings in ../env.ts). The stack grants and sets exactly these.

export const ENV = [
  'JIESUAN_STAGE',
  'JIESUAN_AREA',
  'BATCHES_TABLE',
  'RECORDS_BUCKET',
  'UPLOADS_BUCKET',
  'SPLIT_QUEUE_URL',
  'AUTH_MODE',
  'AUTH_ISSUER',
  'AUTH_AUDIENCE',
  'AUTH_JWKS',
] as const;
