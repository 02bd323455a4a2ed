// One payer of a benefit: takes its base, leaves the member his first share and his deductible, walks the bands,
// stops at its caps, pays. The pooled fund is the first layer; 大额, 大病, 公务员, 救助 are the ones above.

import { multiplyDivideHalfUp, ONE } from '../../money/ratio.ts';
import type { Citation } from '../adjudication.ts';
import { type CompiledCap, type CompiledLayer, payerName } from '../pack/compile.ts';
import { required } from '../pack/predicate.ts';
import { NO_LIMIT } from '../pack/resolve.ts';
import { PolicySilent } from '../policy-silent.ts';
import { cited, PART, type Settling } from '../settling.ts';
import { deductible } from './deductible.ts';
import { ratio, ratioCitations } from './ratio.ts';
import { payment } from './rounding.ts';

export function layer(s: Settling, l: CompiledLayer): void {
  const base = takeBase(s, l);
  // A floor under the total has to know what room the caps leave, also where there is nothing to pay of.
  if (base === 0 && s.benefit.total === undefined) return;
  const ofInScope = l.base === undefined;

  // A cap on the in-scope amount itself lets only so much in: what is above never meets first share nor deductible.
  const wholeCap = l.caps.length === 0 ? undefined : tightest(s, l, 'whole', 0, 0);
  const letIn = wholeCap === undefined ? base : Math.min(base, wholeCap.room);
  const firstShare = l.firstShare === undefined || letIn === 0 ? 0 : firstShareOf(s, l, letIn);
  const scopeCap = l.caps.length === 0 ? undefined : tightest(s, l, 'scope', 0, 0);
  const rest = scopeCap === undefined ? letIn - firstShare : Math.min(letIn - firstShare, scopeCap.room);
  const charged =
    l.deductible === undefined || rest === 0 ? 0 : deductible(s, l.deductible, l.id, rest, ofInScope);
  const { covered, paid, room } = bands(s, l, rest, charged, firstShare);
  if (wholeCap !== undefined && letIn < base) capStep(s, l, wholeCap, base, paid);
  else if (scopeCap !== undefined && rest < letIn - firstShare)
    capStep(s, l, scopeCap, letIn - firstShare, paid);

  s.pay(l.payer, paid);
  s.payments.push({ payer: l.payer, paid, room, caps: l.capCounters });
  if (l.base === undefined) {
    s.deductible += charged;
    s.bear(PART.firstShare, firstShare);
    s.bear(PART.deductible, charged);
    s.bear(PART.share, covered - paid);
    s.bear(PART.aboveCap, base - firstShare - charged - covered);
    return;
  }
  let left = paid;
  for (const part of l.base) {
    const taken = Math.min(left, s.parts[part]!);
    s.parts[part] = s.parts[part]! - taken;
    left -= taken;
  }
}

/** What the layer works on: in-scope money that nobody took yet, or what the member still bears of some parts. */
function takeBase(s: Settling, l: CompiledLayer): number {
  if (l.base !== undefined) {
    let sum = 0;
    for (const part of l.base) sum += s.parts[part]!;
    return sum;
  }
  let base = s.undecided;
  if (l.categories !== undefined) {
    let ofCategories = 0;
    for (const category of l.categories) ofCategories += s.basis.categories?.[category] ?? 0;
    base = Math.min(base, ofCategories);
  }
  s.undecided -= base;
  return base;
}

/** 异地先自付: a share of the base that the member pays before everything else. */
function firstShareOf(s: Settling, l: CompiledLayer, base: number): number {
  const choice = required(l.firstShare!, s.c, l.id, 'firstShare');
  if (choice.value === 0) return 0;
  const amount = multiplyDivideHalfUp(base, choice.value, ONE);
  s.step('first-share', l.id, base, amount, { member: amount }, choice.citations, { ratio: choice.value });
  return amount;
}

/** A cap that leaves the least room, and why. */
interface Binding {
  readonly cap: CompiledCap;
  readonly room: number;
  readonly used: number;
  readonly limit: number;
  readonly citations: readonly Citation[];
}

/**
 * What a cap limits: the in-scope amount let in, before the first share or after it, what fund and member share of it,
 * or the fund's payment alone.
 */
type Limits = 'whole' | 'scope' | 'cover' | 'fund';
const limitsOf = (cap: CompiledCap): Limits =>
  !cap.countsShare ? 'fund' : !cap.countsDeductible ? 'cover' : cap.countsFirstShare ? 'whole' : 'scope';

/** Of the caps that limit the same thing, the one that leaves the least room. */
function tightest(
  s: Settling,
  l: CompiledLayer,
  limits: Limits,
  charged: number,
  firstShare: number,
): Binding | undefined {
  let least: Binding | undefined;
  for (const cap of l.caps) {
    if (limitsOf(cap) !== limits) continue;
    const choice = required(cap.amount, s.c, l.id, 'caps');
    if (choice.value === NO_LIMIT) continue;
    const used = cap.used === undefined ? 0 : s.read(cap.used);
    const taken = used + (cap.countsDeductible ? charged : 0) + (cap.countsFirstShare ? firstShare : 0);
    const room = Math.max(0, choice.value - taken);
    if (least === undefined || room < least.room)
      least = { cap, room, used, limit: choice.value, citations: choice.citations };
  }
  return least;
}

/** Walks the bands over what is left of the base, up to the caps. `covered` is what the fund and the member share. */
function bands(
  s: Settling,
  l: CompiledLayer,
  rest: number,
  charged: number,
  firstShare: number,
): { covered: number; paid: number; room: number } {
  const { gross, reached, table } = l.bands;
  const length = rest - charged;
  let start = 0;
  if (reached !== undefined) start = s.read(reached);
  else if (l.base === undefined && s.continuesBands()) start = reachedBefore(s, gross);
  if (gross) start += charged;

  const fundCap = l.caps.length === 0 ? undefined : tightest(s, l, 'fund', charged, firstShare);
  const coverCap = l.caps.length === 0 ? undefined : tightest(s, l, 'cover', charged, firstShare);
  const fundRoom = fundCap === undefined ? NO_LIMIT : fundCap.room;
  const end = coverCap === undefined || coverCap.room > length ? start + length : start + coverCap.room;
  let covered = 0;
  let paid = 0;
  let numerator = 0; // Fen times basis points of all bands so far: rounded once, so that bands add up to the fund.
  let low = 0;
  for (let band = 0; band < table.length && low < end; band++) {
    const upTo = table[band]!.upTo;
    const choice = upTo === undefined ? undefined : required(upTo, s.c, l.id, 'bands.upTo');
    const high = choice === undefined ? NO_LIMIT : choice.value;
    // Ends by different keys may cross for some: what is paid between them the pack does not say.
    if (high < low) throw new PolicySilent(`${l.id}.bands.upTo`);
    const from = Math.max(low, start);
    const inBand = Math.min(high, end) - from;
    low = high;
    if (inBand <= 0) continue;
    const bandRatio = ratio(s, l.bands, l.adjust, band, l.id);
    const before = paid;
    // At most 10^11 fen times 10^4 basis points: far below 2^53, also in sum.
    numerator = s.policy.roundEachBand ? inBand * bandRatio : numerator + inBand * bandRatio;
    // Rounded to the jiao or the yuan, a payment could pass what it pays for; it never does.
    let sum = Math.min(covered + inBand, payment(s.policy, numerator) + (s.policy.roundEachBand ? paid : 0));
    let coveredHere = inBand;
    const wanted = sum;
    if (sum > fundRoom) {
      // The cap is reached inside this band: cover only as much as it takes to fill it.
      sum = fundRoom;
      coveredHere = Math.min(inBand, Math.ceil(((sum - before) * 10_000) / bandRatio));
    }
    paid = sum;
    covered += coveredHere;
    if (s.explains)
      s.step(
        'bands',
        l.id,
        inBand,
        wanted - before,
        { [payerName(l.payer)]: wanted - before, member: inBand - (wanted - before) },
        choice === undefined ? ratioCitations : cited(ratioCitations, choice.citations),
        {
          ratio: bandRatio,
          from,
          upTo: high,
          band: band + 1,
          bands: table.length,
        },
      );
    if (paid < wanted) break;
  }
  covered = Math.max(covered, paid);

  if (s.explains && covered < length) {
    const binding =
      fundCap !== undefined && paid >= fundCap.room ? fundCap : end < start + length ? coverCap : undefined;
    if (binding !== undefined) capStep(s, l, binding, length, paid);
  }
  if (reached !== undefined) s.add(reached, gross ? rest : length);
  for (const cap of l.caps) {
    if (cap.used === undefined) continue;
    const counted =
      paid +
      (cap.countsShare ? covered - paid : 0) +
      (cap.countsDeductible ? charged : 0) +
      (cap.countsFirstShare ? firstShare : 0);
    s.add(cap.used, counted);
  }
  return { covered, paid, room: fundRoom - paid };
}

/** Says that a cap was reached, and what is paid all the same. */
function capStep(s: Settling, l: CompiledLayer, binding: Binding, amount: number, paid: number): void {
  if (!s.explains) return;
  const { cap, limit, used, citations } = binding;
  const bears = { [payerName(l.payer)]: paid, member: amount - paid };
  s.step('cap', cap.name, amount, paid, bears, citations, { limit, used, layer: l.id });
}

/** How far along the bands the continued stay had come. */
function reachedBefore(s: Settling, gross: boolean): number {
  const stay = s.c.continuation!.stay;
  const before = stay.inScope ?? 0;
  return gross ? before : Math.max(0, before - stay.deductible);
}
