// What the functions read from their environment, by name and once per cold start. A bad environment stops here,
// naming the variable. The CDK stack and the local runner set exactly these.

import * as z from 'zod';

const name = z.string().min(1);
const url = z.string().min(1);

/** Every variable any function reads; each function picks its own below. */
export const VARIABLES = {
  /** Stage: local, test, production ... Appears in logs and metrics. */
  JIESUAN_STAGE: name.default('local'),
  /** Home pooling area of this installation, for members and providers of no other (6 digits). */
  JIESUAN_AREA: z.string().regex(/^\d{6}$/),
  LEDGER_TABLE: name,
  BATCHES_TABLE: name,
  /** Bucket of raw batches, rejections, remittances and releases. */
  RECORDS_BUCKET: name,
  /** Bucket of what is written once and locked: the daily seals, and months that are cleared. */
  SEALED_BUCKET: name,
  /** Bucket that providers upload to by pre-signed address; copied from at acceptance. */
  UPLOADS_BUCKET: name,
  SPLIT_QUEUE_URL: url,
  SETTLE_QUEUE_URL: url,
  CLOSE_QUEUE_URL: url,
  /** Event bus for "batch completed"; empty: no event is sent. */
  EVENT_BUS: z.string().default(''),
  /** Key of the member pseudonym: the key itself (local), or the ARN of the secret that holds it. */
  PSEUDONYM_KEY: name,
  /** Who may call: `jwt` (tokens verified here against AUTH_JWKS, AUTH_ISSUER, AUTH_AUDIENCE) or `iam` (SigV4 at the gateway). */
  AUTH_MODE: z.enum(['jwt', 'iam']),
  AUTH_ISSUER: z.string().default(''),
  AUTH_AUDIENCE: z.string().default('jiesuan'),
  /** JSON Web Key Set: the JSON itself, or its https address. */
  AUTH_JWKS: z.string().default(''),
  /** A batch not complete so many minutes after acceptance is late. */
  LATE_AFTER_MINUTES: z.coerce.number().int().positive().default(60),
  /** How long a quote is promised to hold. */
  QUOTE_VALID_MINUTES: z.coerce.number().int().positive().default(30),
} as const;

export type VariableName = keyof typeof VARIABLES;

/** Reads the named variables, or throws one error that lists every bad one by name (never by value). */
export function readEnv<N extends VariableName>(names: readonly N[], from: NodeJS.ProcessEnv = process.env) {
  const shape = Object.fromEntries(names.map((n) => [n, VARIABLES[n]])) as Pick<typeof VARIABLES, N>;
  const parsed = z.object(shape).safeParse(from);
  if (!parsed.success) {
    const bad = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new Error(`environment: missing or malformed variables: ${bad}`);
  }
  return parsed.data;
}
