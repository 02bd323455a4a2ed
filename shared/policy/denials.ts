// Every stable code with which a claim is denied or sent to a person, and its sentence for people, Chinese first.
// Sentences are functions of facts: dates, counts, amounts. Never a name, a number of a person or a diagnosis.

import type { Denial } from './adjudication.ts';

type FactsOf = Readonly<Record<string, string | number>>;
type Sentence = readonly [zh: string, en: string];

const SENTENCES = {
  // Before any pack is read.
  'no-policy-for-area': ['该统筹地区没有可用的政策包', 'There is no policy pack for this pooling area'],
  'no-policy-on-date': ['{on} 没有生效的政策', 'No policy is in force on {on}'],
  'member-not-enrolled': ['未查到参保登记', 'The member is not enrolled'],
  'not-covered-on-service-date': ['{on} 不在参保有效期内', 'The member is not covered on {on}'],
  'scheme-not-offered': ['本统筹地区没有险种 {scheme} 的政策', 'The area has no policy for scheme {scheme}'],
  'provider-unknown': ['未登记的医药机构', 'The institution is not registered'],
  'provider-not-designated': ['{on} 该机构不是定点医药机构', 'The institution was not designated on {on}'],
  'provider-suspended': ['{on} 该机构处于暂停医保服务期间', 'The institution was suspended on {on}'],
  'provider-agreement-ended': [
    '{on} 该机构的定点协议已终止',
    "The institution's agreement had ended on {on}",
  ],
  'no-service-date': ['缺少就诊或出院日期', 'The date of service or discharge is missing'],
  'benefit-not-offered': [
    '该险种不支付此类就诊（{encounter}）',
    'The scheme does not pay for this kind of encounter ({encounter})',
  ],
  // Rules of packs.
  'inside-back-payment-period': [
    '补缴期内发生的医疗费用不予报销',
    'Costs inside a back-payment period are not reimbursed',
  ],
  'contributions-in-arrears': ['欠费期间不享受医保待遇', 'No benefit while contributions are in arrears'],
  'inside-waiting-period': ['待遇等待期内不享受医保待遇', 'No benefit inside the waiting period'],
  'disease-not-filed': [
    '门诊慢特病未备案或不在备案期内',
    'The chronic or special disease is not filed on the service date',
  ],
  'disease-not-offered': [
    '该病种不在门诊慢特病范围内',
    'The disease is not among the chronic and special diseases paid for',
  ],
  'off-site-not-filed': ['异地就医未备案', 'The off-site care was not filed'],
  'referral-not-filed': ['转诊未备案', 'The referral was not filed'],
  'referral-required': ['未经转诊', 'A referral is required'],
  'level-not-covered': ['该等级机构不在待遇范围内', 'Institutions of this level are outside the benefit'],
  'provider-type-not-covered': [
    '该类机构不在待遇范围内',
    'Institutions of this type are outside the benefit',
  ],
  'class-not-covered': ['该类人员不享受此项待遇', 'Members of this class do not have this benefit'],
  'paid-by-another-fund': ['应由其他资金渠道支付', 'Another source of funds is responsible'],
  'diagnosis-excluded': [
    '该诊断不属于基本医疗保险支付范围',
    'The diagnosis is outside the scope of the insurance',
  ],
  'visit-limit-reached': ['已达次数上限（{max} 次）', 'The limit of {max} visits in the period is reached'],
  'quantity-limit-reached': ['已达数量上限', 'The quantity limit of the period is reached'],
  'amount-limit-reached': ['已达金额上限', 'The amount limit of the period is reached'],
  'too-soon-after-last': ['距上次不足 {days} 天', 'Less than {days} days since the last one'],
  // Mostly reasons to let a person look.
  'large-bill': ['费用金额较大，需人工审核', 'A large bill: a person looks first'],
  'long-stay': ['住院天数较长，需人工审核', 'A long stay: a person looks first'],
  sampled: ['抽样审核', 'Chosen for review by sampling'],
  'overlapping-stays': ['与另一次住院时间重叠', 'The stay overlaps another stay'],
  'readmission-too-soon': [
    '短期内再次住院，疑似分解住院',
    'Admitted again within a few days: possibly a split admission',
  ],
  'same-day-twice': ['同日重复就诊', 'Twice on the same day'],
  'impossible-quantity': ['数量超出合理范围', 'A quantity beyond what is possible'],
  'restricted-use-doubtful': ['限制使用条件待核实', 'Restricted use has to be verified'],
  'trauma-to-verify': ['外伤原因待核实', 'The cause of the trauma has to be verified'],
  'benefit-year-closed': [
    '{year} 待遇年度累计已关闭，需人工审核',
    'The running totals of benefit year {year} are closed; a person has to look',
  ],
  'policy-silent': [
    '政策包未规定此情形（{parameter}），需人工审核',
    'The policy pack does not say what holds here ({parameter}); a person has to look',
  ],
  // Of the settlement itself.
  'quote-not-kept': [
    '结果与预结算不一致（变化：{changedZh}），未结算；请重新预结算，或去掉 quoteId 后再次提交',
    'It would not come to what was quoted (changed since: {changed}), so it was not settled; ask for a new quote, or post it without quoteId',
  ],
  'denied-by-reviewer': ['人工审核不予支付（{reason}）', 'Denied by a reviewer ({reason})'],
  'needs-review': ['需人工审核', 'A person has to look first'],
} as const satisfies Record<string, Sentence>;

export type DenialCode = keyof typeof SENTENCES;

/** All codes, for schemas and for the interface's documentation. */
export const DENIAL_CODES = Object.keys(SENTENCES) as [DenialCode, ...DenialCode[]];

/** The sentence of a denial or of a reason to pend, in both languages. */
export function denialSentence({ code, facts = {} }: Denial): { readonly zh: string; readonly en: string } {
  const [zh, en]: Sentence = SENTENCES[code as DenialCode] ?? [code, code];
  return { zh: fill(zh, facts), en: fill(en, facts) };
}

const fill = (sentence: string, facts: FactsOf): string =>
  sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? '?'));

/** A denial value; keeps the call sites short. */
export const denialOf = (code: DenialCode, facts?: FactsOf, citations?: Denial['citations']): Denial => ({
  code,
  ...(facts && { facts }),
  ...(citations && citations.length > 0 && { citations }),
});
