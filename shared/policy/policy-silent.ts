// A gap is not a bug of ours and not a denial: the claim goes to a person (`policy-silent`), and no number is invented.

/** The pack, or what is known of the member, does not say what holds here. Caught in adjudicate.ts. */
export class PolicySilent extends Error {
  override readonly name = 'PolicySilent';
  readonly parameter: string;

  constructor(parameter: string) {
    super(`the policy is silent: ${parameter}`);
    this.parameter = parameter;
  }
}
