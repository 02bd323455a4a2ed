// What may be wrong with one field: a stable code, and sentences that name what is expected and what to do.
// They never contain the value that was sent. Codes of single fields come first, codes of claims and enrolments after.

import type { Bilingual } from './problems.ts';

/** What a sentence may mention: limits and names from our own schemas, never from the request. */
export type FieldFacts = Readonly<Record<string, string | number>>;
type Sentences = (facts: FieldFacts) => Bilingual;

const said =
  (zh: string, en: string): Sentences =>
  () => ({ zh, en });

export const FIELD_PROBLEMS = {
  // The shape of one field
  missing: said('缺少必填字段，请补充。', 'This field is required; add it.'),
  'unknown-field': said(
    '没有这个字段；请删除，或检查拼写与大小写。',
    'There is no such field; remove it, or check spelling and case.',
  ),
  'wrong-type': ({ expectedZh, expectedEn }) => ({
    zh: `类型不对，应为${expectedZh}。`,
    en: `Wrong type; expected ${expectedEn}.`,
  }),
  'not-an-integer': said(
    '应为整数（金额以分为单位，不带小数）。',
    'Expected a whole number (amounts are in fen, without decimals).',
  ),
  'not-one-of': ({ allowed }) => ({
    zh: `取值不在范围内，可用：${allowed}。`,
    en: `Not one of the allowed values: ${allowed}.`,
  }),
  malformed: ({ expectedZh, expectedEn }) => ({
    zh: `格式不对，应为${expectedZh}。`,
    en: `Wrong format; expected ${expectedEn}.`,
  }),
  'not-a-date': said(
    '应为日历上存在的日期，格式 YYYY-MM-DD。',
    'Expected a day that exists in the calendar, as YYYY-MM-DD.',
  ),
  'not-an-instant': said(
    '应为带时区的时间，如 2026-09-01T00:00:00+08:00。',
    'Expected a moment with its offset, such as 2026-09-01T00:00:00+08:00.',
  ),
  'too-long': ({ max }) => ({ zh: `过长，最多 ${max} 个字符。`, en: `Too long; at most ${max} characters.` }),
  'too-short': ({ min }) => ({
    zh: `过短，至少 ${min} 个字符。`,
    en: `Too short; at least ${min} characters.`,
  }),
  'too-many': ({ max }) => ({ zh: `项数过多，最多 ${max} 项。`, en: `Too many items; at most ${max}.` }),
  'too-few': ({ min }) => ({ zh: `项数过少，至少 ${min} 项。`, en: `Too few items; at least ${min}.` }),
  'out-of-range': ({ bound }) => ({ zh: `超出范围，应 ${bound}。`, en: `Out of range; has to be ${bound}.` }),
  'negative-amount': said(
    '金额不能为负。退费请提交冲正（reversal），不要提交负数金额。',
    'An amount is never negative. For a refund, post a reversal instead of a negative amount.',
  ),
  'malformed-json': said('这条记录不是合法的 JSON。', 'This record is not JSON.'),
  'malformed-utf8': said('这条记录不是合法的 UTF-8。', 'This record is not UTF-8.'),
  'record-too-long': ({ bytesMax }) => ({
    zh: `这条记录超过 ${bytesMax} 字节。`,
    en: `This record is longer than ${bytesMax} bytes.`,
  }),
  'and-more': ({ count }) => ({
    zh: `此外还有 ${count} 处错误未列出；请先改正以上各处。`,
    en: `${count} more errors are not listed; correct the ones above first.`,
  }),

  // Batches
  'claims-or-upload': said(
    'claims 与 uploadId 须提供其一，且只能提供其一。',
    'Give either claims or uploadId, and only one of them.',
  ),
  'claim-count-differs': ({ found }) => ({
    zh: `与批次中的记录数不符，实为 ${found} 条。`,
    en: `Not the number of records in the batch, which is ${found}.`,
  }),
  'billed-total-differs': ({ found }) => ({
    zh: `与批次中各单 billedFen 之和不符，实为 ${found} 分。`,
    en: `Not the sum of billedFen over the batch, which is ${found} fen.`,
  }),
  'repeated-in-batch': ({ first }) => ({
    zh: `同一编号已在本批次第 ${first} 条（从 0 计）出现。`,
    en: `The same number already stands in this batch at index ${first}.`,
  }),

  // Claims, across fields
  'admission-missing': said(
    '住院类结算须填写 admittedOn（入院日期）。',
    'A stay needs admittedOn, the day of admission.',
  ),
  'discharge-missing': said(
    '住院类结算须填写 dischargedOn（出院或中途结算日期）。',
    'A stay needs dischargedOn, the day of discharge or of the interim settlement.',
  ),
  'discharge-before-admission': said('出院日期早于入院日期。', 'The discharge is before the admission.'),
  'served-on-of-a-stay': said(
    '住院类结算不填 servedOn，请用 admittedOn 与 dischargedOn。',
    'A stay has no servedOn; use admittedOn and dischargedOn.',
  ),
  'service-date-missing': said(
    '非住院结算须填写 servedOn（就诊或购药日期）。',
    'A claim that is not a stay needs servedOn, the day of service.',
  ),
  'stay-dates-of-a-visit': said(
    '非住院结算不填 admittedOn、dischargedOn、interim。',
    'A claim that is not a stay has no admittedOn, dischargedOn or interim.',
  ),
  'chronic-disease-elsewhere': said(
    'chronicDisease 只用于门诊慢特病（chronic-outpatient）。',
    'chronicDisease belongs only to chronic-outpatient claims.',
  ),
  'date-in-the-future': ({ latest }) => ({
    zh: `日期晚于批次业务日期的次日（${latest}）。`,
    en: `Later than the day after the batch's business date (${latest}).`,
  }),
  'line-number-repeated': ({ first }) => ({
    zh: `行号与 lines[${first}] 重复。`,
    en: `The same line number as lines[${first}].`,
  }),
  'lines-do-not-add-up': ({ found }) => ({
    zh: `总额与明细合计不符，明细合计 ${found} 分。`,
    en: `Not the sum of the lines, which is ${found} fen.`,
  }),
  'amount-is-not-quantity-times-price': ({ found }) => ({
    zh: `金额与数量×单价不符（按四舍五入为 ${found} 分，允许相差 1 分）。`,
    en: `Not quantity times unit price, which rounds to ${found} fen (1 fen of difference is let through).`,
  }),
  'line-outside-stay': said(
    '明细日期不在入院至出院期间内。',
    'The line is dated outside the stay, admission to discharge.',
  ),
  'line-far-from-service': ({ days }) => ({
    zh: `明细日期与 servedOn 相差超过 ${days} 天。`,
    en: `The line is dated more than ${days} days from servedOn.`,
  }),

  // Reference releases: published documents are not personal, so the message of the check is shown
  'does-not-compile': ({ message }) => ({
    zh: `政策包有误：${message}`,
    en: `The pack does not compile: ${message}`,
  }),

  // Reviews
  'reductions-with-reduce': said(
    'reductions 与 decision 为 reduce 时须同时提供，其他情况不得提供。',
    'Give reductions with the decision reduce, and only with it.',
  ),
  'reduction-does-not-fit': said(
    '核减与单据不符：没有该行、该行已核减，或核减金额超过该行金额。',
    'The reduction does not fit the claim: no such line, a line reduced twice, or more than the line.',
  ),

  // Reversals
  'refund-does-not-fit': said(
    '退费与原单据不符：没有该行，退的数量、金额超过该行，或数量全退而金额未全退。',
    'The refund does not fit the claim: no such line, more than the line, or all of its quantity but not all of its amount.',
  ),

  // Enrolments and account credits
  'ends-before-it-starts': said('结束日期早于开始日期。', 'The end is before the start.'),
  'spells-overlap': ({ first }) => ({
    zh: `参保时段与 coverage[${first}] 重叠。`,
    en: `The spell overlaps coverage[${first}].`,
  }),
  'nothing-to-record': said(
    'enrolments 与 accountCredits 不能都为空。',
    'enrolments and accountCredits cannot both be empty.',
  ),
} as const satisfies Record<string, Sentences>;

export type FieldCode = keyof typeof FIELD_PROBLEMS;

/** Whether a text is one of our codes (a refinement's message in a schema is). */
export const isFieldCode = (text: string): text is FieldCode => Object.hasOwn(FIELD_PROBLEMS, text);
