// A gap is not a bug of ours and not a denial: the claim goes to a person (`policy-silent`), and no number is invented.

/** The pack, or what is known of the member, does not say what holds here. Caught in adjudicate.ts; of a refund, in reverse.ts. */
export class PolicySilent extends Error {
  override readonly name = 'PolicySilent';
  readonly parameter: string;

  constructor(parameter: string) {
    super(`the policy is silent: ${parameter}`);
    this.parameter = parameter;
  }
}

/** What is asked for; undefined where the policy is silent, and nobody can tell. */
export function whereKnown<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof PolicySilent) return undefined;
    throw error;
  }
}
