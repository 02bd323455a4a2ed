// A broken invariant is a bug: stop here, write nothing. Expected refusals (a denial, a rejection) are values, never errors.

/** Thrown when something that can never be, is. Its message names the rule, never a personal value. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

export function assert(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new InvariantError(rule);
}
