// How the API says no: RFC 9457 problem documents with a stable code. A use case throws a Problem; api.ts turns it into
// an answer. The codes and their sentences stand in problems.ts. A problem never quotes what was sent.

import type { FieldError } from './field-errors.ts';
import { PROBLEMS, type ProblemCode, type ProblemFacts } from './problems.ts';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8';

/** The document as sent: Chinese in the standard members, English beside them. */
export interface ProblemDocument {
  /** A stable name, not an address to fetch; its last part is the code. */
  readonly type: `urn:jiesuan:problem:${ProblemCode}`;
  readonly title: string;
  readonly titleEn: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  readonly detailEn: string;
  readonly errors?: readonly FieldError[];
  /** Only with `internal`: what to tell the operators. */
  readonly requestId?: string;
}

export interface ProblemParts {
  /** Numbers and fixed words that the sentence of this code needs; never a value that was sent. */
  readonly facts?: ProblemFacts;
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** An expected refusal of a request. Anything else that is thrown becomes `internal` and is logged. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly #parts: ProblemParts;

  constructor(code: ProblemCode, parts: ProblemParts = {}) {
    super(code);
    this.code = code;
    this.status = PROBLEMS[code].status;
    this.headers = parts.headers ?? {};
    this.#parts = parts;
  }

  /** The problem document of this refusal. */
  document(requestId?: string): ProblemDocument {
    const { status, title, detail } = PROBLEMS[this.code];
    const sentence = detail(this.#parts.facts ?? {});
    return {
      type: `urn:jiesuan:problem:${this.code}`,
      title: title.zh,
      titleEn: title.en,
      status,
      code: this.code,
      detail: sentence.zh,
      detailEn: sentence.en,
      ...(this.#parts.errors ? { errors: this.#parts.errors } : {}),
      ...(requestId === undefined ? {} : { requestId }),
    };
  }
}
