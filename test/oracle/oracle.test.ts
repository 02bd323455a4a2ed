// The engine against an independent oracle, on some thousand cases; `node test/oracle/main.ts --cases 1000000` is the
// long run.

import { expect, it } from 'vitest';
import { compareSeed } from './compare.ts';

// Each policy is compiled, so few bills are run on each.
it('the adjudicator comes to what the oracle comes to, to the fen', () => {
  let cases = 0;
  for (let seed = 1_000_000; cases < 20_000; seed++) {
    const result = compareSeed(seed);
    expect(result.mismatch).toBeUndefined();
    cases += result.cases;
  }
});
