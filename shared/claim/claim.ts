// What a provider posts about one encounter. The schema is the type; what comes out is in our own units.
// It says what can be *read*; what is payable is policy. Checks across fields stand in check-claim.ts.

import * as z from 'zod';
import {
  amountFen,
  areaCode,
  claimNo,
  date,
  diseaseCode,
  displayName,
  flag,
  itemCode,
  memberId,
  quantity,
  quoteId,
  staffCode,
  unitPrice,
} from './fields.ts';

/** A claim has at most 1,000 lines; at about 200 bytes a line it stays far below the 1 MiB of one message. */
export const LINES_PER_CLAIM_MAX = 1_000;

/** Kinds of encounter (医疗类别). Which of them an area pays, and how, is in its pack. */
export const Encounter = z.enum([
  'inpatient', // 普通住院, med_type 21
  'outpatient', // 普通门诊, 11
  'chronic-outpatient', // 门诊慢特病, 14
  'emergency', // 急诊, 13
  'emergency-admission', // 急诊转住院, 24
  'trauma-inpatient', // 外伤住院, 22
  'day-surgery', // 日间手术
  'pharmacy', // 定点药店购药, 41
  'maternity-outpatient', // 生育门诊, 51
  'maternity-inpatient', // 生育住院, 52
  'family-planning', // 计划生育手术, 53
]);
export type Encounter = z.infer<typeof Encounter>;

/** Encounters that are stays: they have an admission and a discharge, and count in the year's ordinals. */
export const STAYS: ReadonlySet<Encounter> = new Set<Encounter>([
  'inpatient',
  'emergency-admission',
  'trauma-inpatient',
  'day-surgery',
  'maternity-inpatient',
]);

export const ClaimLine = z
  .strictObject({
    lineNo: z.int().min(1).max(100_000).meta({ description: 'Number of the line, unique within the claim' }),
    itemCode,
    itemName: displayName.optional(),
    quantity,
    unitPrice,
    amountFen,
    servedOn: date,
    /** hosp_appr_flag: approved by the hospital's insurance office, or turned to self-pay by it. */
    approval: z.enum(['approved', 'self-paid']).optional(),
    takeHome: flag.optional().meta({ description: 'Discharge drug (出院带药)' }),
    daysSupply: z.int().min(1).max(366).optional(),
    departmentCode: staffCode.optional(),
    doctorCode: staffCode.optional(),
  })
  .meta({ id: 'ClaimLine', description: 'One line of the bill (费用明细)' });
export type ClaimLine = z.infer<typeof ClaimLine>;

/** Care outside the member's pooling area (异地就医), and whether it was filed (备案). */
export const OffSite = z.strictObject({
  areaCode: areaCode.meta({ description: 'Where the care was given (就医地)' }),
  reason: z.enum(['resettled', 'referred', 'emergency', 'travelling']).meta({
    description: 'resettled 异地安置/长期居住, referred 异地转诊, emergency 急诊, travelling 其他临时外出',
  }),
  filed: flag,
});

/** How the member came from another institution (转院, 双向转诊, 外配处方). */
export const Referral = z.strictObject({
  direction: z.enum(['up', 'down', 'level']),
  fromProviderId: z
    .string()
    .regex(/^[A-Za-z0-9]{1,20}$/)
    .optional()
    .meta({
      description:
        'The institution that referred the member, or at a pharmacy the one that wrote the prescription (外配处方)',
    }),
  filed: flag,
});

export const Claim = z.strictObject({
  claimNo,
  memberId,
  insuredArea: areaCode
    .optional()
    .meta({ description: "The member's pooling area (参保地); the provider's own when left out" }),
  encounter: Encounter,
  admittedOn: date.optional().meta({ description: 'Stays: day of admission' }),
  dischargedOn: date
    .optional()
    .meta({ description: 'Stays: day of discharge, or of the interim settlement' }),
  servedOn: date.optional().meta({ description: 'Everything that is not a stay: day of service' }),
  interim: flag
    .optional()
    .meta({ description: 'The stay goes on; this settles it up to dischargedOn (中途结算)' }),
  diagnoses: z
    .array(diseaseCode)
    .max(20)
    .optional()
    .meta({ description: 'Diagnosis codes, the principal one first' }),
  chronicDisease: diseaseCode
    .optional()
    .meta({ description: 'The filed chronic or special disease this claim falls under (门诊慢特病)' }),
  referral: Referral.optional(),
  offSite: OffSite.optional(),
  departmentCode: staffCode.optional(),
  doctorCode: staffCode.optional(),
  useAccount: flag.optional().meta({
    description:
      'Pay from the personal account as far as the policy lets it (个人账户使用标志); false when left out',
  }),
  quoteId: quoteId.optional(),
  billedFen: amountFen.meta({ description: 'Total of the bill (医疗费总额); equals the sum of the lines' }),
  lines: z.array(ClaimLine).min(1).max(LINES_PER_CLAIM_MAX),
});

/** A claim as posted, valid field by field. */
export type PostedClaim = z.infer<typeof Claim>;

/**
 * A claim as the core sees it: without the member's number (the stream names the member by a pseudonym),
 * with the provider from the caller's identity.
 */
export type ClaimForSettlement = Omit<PostedClaim, 'memberId' | 'insuredArea' | 'quoteId'> & {
  readonly providerId: string;
};

/** A claim without its lines: all that is needed once the lines are classified, and what an entry keeps of it. */
export type ClaimHeader = Omit<ClaimForSettlement, 'lines'>;

/** The claim without its lines. */
export const headerOf = ({ lines: _lines, ...header }: ClaimForSettlement): ClaimHeader => header;

/** The day whose policy, coverage and catalogue apply: discharge for stays, else the day of service. */
export const serviceDate = (claim: Pick<PostedClaim, 'encounter' | 'dischargedOn' | 'servedOn'>) =>
  (STAYS.has(claim.encounter) ? claim.dischargedOn : claim.servedOn) as NonNullable<PostedClaim['servedOn']>;
