// Which of a resource's representations is wanted: ?format= says it, else the Accept header, else JSON.

import { Problem } from '../../shared/http/problem.ts';

export const MEDIA_TYPES = {
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
  text: 'text/plain; charset=utf-8',
} as const;
export type Format = keyof typeof MEDIA_TYPES;

const ACCEPTED: Readonly<Record<string, Format>> = {
  '*/*': 'json',
  'application/*': 'json',
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'text/csv': 'csv',
  'text/plain': 'text',
};

/** Chooses among the formats offered, the first one by default. Throws 406 when none of them is accepted. */
export function negotiate<F extends Format>(
  offered: readonly [F, ...F[]],
  asked: F | undefined,
  accept: string | undefined,
): F {
  if (asked !== undefined) return asked;
  if (accept === undefined || accept.trim() === '') return offered[0];
  const wanted = accept
    .toLowerCase()
    .split(',')
    .map((range) => {
      const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
      const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { type, q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ q }) => q > 0)
    .sort((a, b) => b.q - a.q); // Stable: equal wishes keep their order.
  for (const { type } of wanted) {
    const format = type === '*/*' || type === 'application/*' ? offered[0] : ACCEPTED[type];
    if (format !== undefined && (offered as readonly Format[]).includes(format)) return format as F;
  }
  throw new Problem('not-acceptable', {
    facts: { offered: offered.map((format) => MEDIA_TYPES[format].split(';')[0]).join(', ') },
  });
}
