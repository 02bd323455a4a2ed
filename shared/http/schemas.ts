// Schemas of what every route may answer, for the OpenAPI document.

import * as z from 'zod';

/** One thing that is wrong with a request, and where. */
export const FieldErrorSchema = z
  .object({
    path: z.string().meta({
      description: 'Where, such as claims[3].lines[0].amountFen; empty: the whole',
      examples: ['lines[0].amountFen'],
    }),
    code: z.string().meta({ description: 'Stable code', examples: ['not-a-date'] }),
    zh: z.string(),
    en: z.string(),
  })
  .meta({
    id: 'FieldError',
    description: 'One thing that is wrong, and where. It never contains what was sent',
  });

/** RFC 9457. */
export const ProblemSchema = z
  .object({
    type: z.string().meta({ description: 'urn:jiesuan:problem:<code>' }),
    title: z.string(),
    titleEn: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'Stable code; the list is on /docs' }),
    detail: z.string(),
    detailEn: z.string(),
    errors: z.array(FieldErrorSchema).optional(),
    requestId: z.string().optional().meta({ description: 'Only with code internal' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem: Chinese in title and detail, English beside them' });
