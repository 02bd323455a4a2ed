// 支付比例: the fund's ratio in one band, after the pack's changes in order: own table, points, age points,
// factor on self-pay, floor and ceiling; last the part of the benefit that is paid at all (half while waiting).

import { multiplyDivideHalfUp, ONE } from '../../money/ratio.ts';
import type { Citation } from '../adjudication.ts';
import type { CompiledBands, CompiledRatioChange } from '../pack/compile.ts';
import { type Choices, required } from '../pack/predicate.ts';
import { cited, NO_CITATIONS, type Settling } from '../settling.ts';

/** The citations of the ratio computed last; read at once, so that no pair has to be allocated. */
export let ratioCitations: readonly Citation[] = [];

/** The fund's ratio in basis points for a band (counted from 0), between 0 and 10,000. */
export function ratio(
  s: Settling,
  bands: CompiledBands,
  adjust: readonly CompiledRatioChange[],
  band: number,
  layer: string,
): number {
  const { c } = s;
  const first = required(bands.table[band]!.ratio, c, layer, 'ratio');
  let value = first.value;
  let citations = first.citations;
  for (let i = 0; i < adjust.length; i++) {
    const change = adjust[i]!;
    if (change.bands !== undefined && !change.bands.includes(band)) continue;
    if (change.test !== undefined && !change.test(c)) continue;
    const pick = (choices: Choices<number>): number => {
      const choice = required(choices, c, layer, 'adjust');
      if (s.explains) citations = cited(citations, choice.citations);
      return choice.value;
    };
    if (change.value !== undefined) {
      citations = NO_CITATIONS;
      value = pick(change.value);
    }
    if (change.points !== undefined) value += pick(change.points);
    if (change.pointsPerYearOfAge !== undefined) value += pick(change.pointsPerYearOfAge) * c.age;
    if (change.selfPayTimes !== undefined)
      value = ONE - multiplyDivideHalfUp(ONE - value, pick(change.selfPayTimes), ONE);
    if (change.times !== undefined) value = multiplyDivideHalfUp(value, pick(change.times), ONE);
    // A floor or a ceiling is cited only where it makes a difference.
    if (change.atLeast !== undefined) {
      const floor = required(change.atLeast, c, layer, 'adjust');
      if (floor.value > value) value = pick(change.atLeast);
    }
    if (change.atMost !== undefined) {
      const ceiling = required(change.atMost, c, layer, 'adjust');
      if (ceiling.value < value) value = pick(change.atMost);
    }
  }
  if (s.benefitTimes !== ONE) {
    value = multiplyDivideHalfUp(value, s.benefitTimes, ONE);
    if (s.explains) citations = cited(citations, s.timesCitations);
  }
  ratioCitations = citations;
  return value < 0 ? 0 : value > ONE ? ONE : value;
}
