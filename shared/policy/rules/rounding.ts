// Rounding of a fund's payment, as the pack says: half-up, down or up, to the fen, the jiao or the yuan.

import { multiplyDivideHalfUp } from '../../money/ratio.ts';
import type { CompiledPolicy } from '../pack/compile.ts';

/** `numerator` is fen times basis points; the result is whole units of fen. Exact beyond 2^53. */
export function payment(policy: CompiledPolicy, numerator: number): number {
  const { unit, roundingMode } = policy;
  const divisor = 10_000 * unit;
  if (roundingMode === 'half-up') return unit * multiplyDivideHalfUp(numerator, 1, divisor);
  const remainder = numerator % divisor;
  const whole = (numerator - remainder) / divisor;
  return unit * (roundingMode === 'up' && remainder > 0 ? whole + 1 : whole);
}
