// How a claim is named on the command line: "H0001/ZY0000001", or the two apart.

import { usageError } from './exit.ts';

export interface ClaimName {
  readonly providerId: string;
  readonly claimNo: string;
}

/** Reads the name of a claim. */
export function parseClaimName(words: readonly string[]): ClaimName {
  const [providerId = '', claimNo = '', ...more] = words.flatMap((word) => word.split('/'));
  if (/^[A-Za-z0-9]{1,20}$/.test(providerId) && /^[A-Za-z0-9_-]{1,40}$/.test(claimNo) && more.length === 0)
    return { providerId, claimNo };
  throw usageError(
    'bad-claim-name',
    '单据写作 机构编号/单据号，如 H0001/ZY0000001。',
    'A claim is named PROVIDER/CLAIMNO, such as H0001/ZY0000001.',
  );
}
