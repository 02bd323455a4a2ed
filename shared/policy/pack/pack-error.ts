// Why a pack does not compile: each issue says where in the pack, what is wrong, and on which day it shows.

export interface PackIssue {
  readonly path: string;
  readonly message: string;
  readonly on?: string;
}

export class PackError extends Error {
  override readonly name = 'PackError';
  readonly issues: readonly PackIssue[];
  readonly area: string | undefined;
  readonly scheme: string | undefined;

  constructor(
    pack: { readonly area?: string | undefined; readonly scheme?: string },
    issues: readonly PackIssue[],
  ) {
    const unique = [...new Map(issues.map((issue) => [`${issue.path}: ${issue.message}`, issue])).values()];
    super(
      `the pack ${pack.area ?? '?'}${pack.scheme === undefined ? '' : `/${pack.scheme}`} does not compile:\n` +
        unique
          .map(
            ({ path, message, on }) =>
              `  ${path === '' ? '(top)' : path}: ${message}${on === undefined ? '' : ` (on ${on})`}`,
          )
          .join('\n'),
    );
    this.issues = unique;
    this.area = pack.area;
    this.scheme = pack.scheme;
  }
}
