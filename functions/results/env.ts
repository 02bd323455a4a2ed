// The variables this function reads (meanings in ../env.ts). The stack grants and sets exactly these.

export const ENV = [
  'JIESUAN_STAGE',
  'JIESUAN_AREA',
  'LEDGER_TABLE',
  'BATCHES_TABLE',
  'RECORDS_BUCKET',
  'SEALED_BUCKET',
  'PSEUDONYM_KEY',
  'AUTH_MODE',
  'AUTH_ISSUER',
  'AUTH_AUDIENCE',
  'AUTH_JWKS',
  'LATE_AFTER_MINUTES',
  'QUOTE_VALID_MINUTES',
] as const;
