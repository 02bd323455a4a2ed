// A ledger entry as the outside sees it: what was decided about one record, and why. It names no member.

import * as z from 'zod';
import { serviceDate } from '../../shared/claim/claim.ts';
import { beforeAdjustments } from '../../shared/ledger/corrections/before-adjustments.ts';
import type { Entry, EntryKind, RefusalCode } from '../../shared/ledger/entry.ts';
import type { LedgerStore } from '../../shared/ledger/port.ts';
import { nationalAmounts } from '../../shared/http/national.ts';
import type { Amounts, Denial } from '../../shared/policy/adjudication.ts';
import { denialSentence } from '../../shared/policy/denials.ts';
import { AdjustedView, adjustedViews } from '../../shared/http/adjusted.ts';
import { AmountsView, amountsView, differenceView } from '../../shared/http/amounts.ts';

/** What may come of a record. */
export const OUTCOMES = [
  'settled',
  'denied',
  'pended',
  'repeat',
  'conflict',
  'refused',
  'reversed',
  'recorded',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** What each kind of entry is to its record. */
export const OUTCOME_OF: Readonly<Record<EntryKind, Outcome>> = {
  settlement: 'settled',
  denial: 'denied',
  pend: 'pended',
  repeat: 'repeat',
  conflict: 'conflict',
  refusal: 'refused',
  reversal: 'reversed',
  enrolment: 'recorded',
  'account-credit': 'recorded',
};

/** What people call an outcome. */
export const OUTCOME_NAMES: Readonly<Record<Outcome, string>> = {
  settled: '已结算 settled',
  denied: '拒付 denied',
  pended: '待审核 pended',
  repeat: '重复提交 repeat',
  conflict: '编号冲突 conflict',
  refused: '未予办理 refused',
  reversed: '已冲正 reversed',
  recorded: '已登记 recorded',
};

/** What people call the outcome of a decision: a reversal of some lines only is a refund. */
export const outcomeText = ({ outcome, amounts }: Pick<Decision, 'outcome' | 'amounts'>): string =>
  outcome === 'reversed' && amounts ? '已退费 refunded' : (OUTCOME_NAMES[outcome] ?? outcome);

export const CitationView = z
  .object({
    source: z.string(),
    title: z.string(),
    clause: z.string().optional(),
    parameter: z.string().optional(),
    tier: z
      .string()
      .meta({ description: 'S and A: official; B and C: not the bureau’s own publication; D: unverified' }),
  })
  .meta({ id: 'Citation', description: 'The document and clause a number comes from' });

export const ReasonView = z
  .object({
    code: z.string(),
    zh: z.string(),
    en: z.string(),
    facts: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .optional()
      .meta({ description: 'Of a refusal: the numbers and claim numbers that its sentence names' }),
    citations: z.array(CitationView).optional(),
  })
  .meta({ id: 'Reason', description: 'A stable code with its sentence; all codes stand on /docs' });
export type ReasonView = z.infer<typeof ReasonView>;

const fields = {
  outcome: z.enum(OUTCOMES),
  seq: z.int().meta({ description: "Number of the entry in the member's stream" }),
  batchId: z.string(),
  index: z.int().meta({ description: 'Among the accepted records of the batch, from 0' }),
  decidedAt: z.iso.datetime(),
  entryHash: z
    .string()
    .meta({ description: 'Hash of the ledger entry: a receipt that later verification can be held against' }),
  version: z.int().optional().meta({
    description:
      'Settlements: 1, and one more after each reversal; of a reversal the one undone, of a refund the one that stands instead',
  }),
  servedOn: z.string().optional(),
  release: z.string().optional().meta({ description: 'Reference release that decided it' }),
  benefitYear: z.string().optional(),
  scheme: z.string().optional(),
  benefit: z.string().optional(),
  billedFen: z.int().optional(),
  amounts: AmountsView.optional(),
  national: z
    .record(z.string(), z.string())
    .optional()
    .meta({ description: 'The same amounts under the names of the national interface (setlinfo), in yuan' }),
  denial: ReasonView.optional(),
  reasons: z.array(ReasonView).optional().meta({ description: 'Why a person has to look first' }),
  conflict: ReasonView.optional(),
  reversal: z
    .object({
      of: z.int().meta({ description: 'The entry that is undone' }),
      reason: z.string(),
      undone: AmountsView.meta({
        description: 'What it had come to; `amounts` is what stands instead, after a refund of lines',
      }),
      difference: AmountsView.meta({
        description:
          'What this changes, with its sign: what stands instead, less what is undone. Batches count it',
      }),
    })
    .optional(),
  adjusted: z.array(AdjustedView).optional().meta({
    description:
      "The institution's own other claims that come to something else because of it: what each comes to now, and the difference with its sign. Not counted in the batch",
  }),
  refusal: ReasonView.optional().meta({ description: 'Why a review or a reversal does not fit what stands' }),
};

export const Decision = z
  .object(fields)
  .meta({ id: 'Decision', description: 'What was decided about one record' });
export type Decision = z.infer<typeof Decision>;

const CONFLICTS = {
  'other-content': {
    zh: '该单据号已用于内容不同的单据；原结算不变。更正请先冲正原结算，或换用新的单据号。',
    en: 'This number already stands for a claim with other content; that settlement is unchanged. Reverse it first, or use a new number.',
  },
  'number-held-by-another-member': {
    zh: '该单据号已用于另一参保人的单据；原结算不变。请核对后换用新的单据号。',
    en: 'This number already stands for a claim of another member; that settlement is unchanged. Check, and use a new number.',
  },
} as const;

type Sentences = (facts: Readonly<Record<string, string | number>>) => {
  readonly zh: string;
  readonly en: string;
};

const REFUSALS: Readonly<Record<RefusalCode, Sentences>> = {
  'nothing-pended': () => ({
    zh: '该单据号下没有待审核的单据；一切照旧。',
    en: 'No claim under this number waits for a review; nothing has changed.',
  }),
  'nothing-to-reverse': () => ({
    zh: '该单据号下没有有效的结算；一切照旧。',
    en: 'No settlement stands under this number; nothing has changed.',
  }),
  'already-reversed': () => ({
    zh: '该结算此前已冲正，只能冲正一次；一切照旧。',
    en: 'The settlement has been reversed before, and can be reversed once; nothing has changed.',
  }),
  'claim-changed-meanwhile': () => ({
    zh: '退费所依据的单据已不是当前有效的结算；一切照旧。请重新查询后再提交。',
    en: 'The claim that lines were refunded from is not the one that stands now; nothing has changed. Look again and post anew.',
  }),
  'refund-does-not-fit': () => ({
    zh: '所退的明细不存在，超过该行现有的数量或金额，或数量全退而金额未全退；一切照旧。请用 explain 查看现有明细后再提交。',
    en: 'A line to be refunded is not there, not so much of it is left, or all of its quantity is taken back but not all of its amount; nothing has changed. Look at the lines that stand (explain), and post anew.',
  }),
  'refund-not-decidable': () => ({
    zh: '退费后的单据应如何支付，政策包或参保登记中没有规定；一切照旧。请整单冲正后重新提交，由人工审核。',
    en: 'Neither the policy pack nor the enrolment says what holds for what would be left; nothing has changed. Reverse the whole claim and post it again: a person looks at it then.',
  }),
  'later-claims-stand-in-the-way': ({ claims = '', others = 0 }) => ({
    zh: `须从最后一次结算开始冲正；之后尚有：${claims === '' ? '' : `${claims}；`}其他机构 ${others} 笔。一切照旧。`,
    en: `The last settlement has to be reversed first; after this one stand: ${claims === '' ? '' : `${claims}; `}${others} of other institutions. Nothing has changed.`,
  }),
};

/** A denial or a reason to pend, with its sentences. */
export const reasonView = (denial: Denial): ReasonView => ({
  code: denial.code,
  ...denialSentence(denial),
  ...(denial.citations ? { citations: denial.citations.map((citation) => ({ ...citation })) } : {}),
});

/** Why nothing was paid, a person has to look, or a record changed nothing. */
export const reasonsOf = ({
  denial,
  reasons = [],
  conflict,
  refusal,
}: Partial<Pick<Decision, 'denial' | 'reasons' | 'conflict' | 'refusal'>>): ReasonView[] =>
  [denial, ...reasons, conflict, refusal].filter((reason) => reason !== undefined);

/** Every conflict and refusal, with its sentence, for whoever reads up on a code. */
export const CORRECTION_CODES: readonly {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}[] = [
  ...Object.entries(CONFLICTS).map(([code, sentence]) => ({ code, ...sentence })),
  ...Object.entries(REFUSALS).map(([code, sentence]) => ({
    code,
    ...sentence({ claims: '…', others: 'N' }),
  })),
];

/** Sentences of a conflict. */
export const conflictView = (code: keyof typeof CONFLICTS): ReasonView => ({ code, ...CONFLICTS[code] });

/** An entry as the API shows it, with what it changed in other claims of the institution. */
export const decisionOf = async (entry: Entry, ledger: Pick<LedgerStore, 'stream'>): Promise<Decision> =>
  decisionView(entry, await beforeAdjustments(entry, ledger));

/** An entry as the API shows it. `before`: what the settlements it adjusted had come to (`beforeAdjustments`). */
export function decisionView(entry: Entry, before: ReadonlyMap<number, Amounts> = new Map()): Decision {
  const { place, body, hash } = entry;
  const changed = adjustedViews(entry, before);
  const adjusted = changed.length > 0 ? { adjusted: [...changed] } : {};
  const common = {
    seq: place.seq,
    batchId: place.batchId,
    index: place.batchIndex,
    decidedAt: new Date(body.at).toISOString(),
    entryHash: hash,
  };
  switch (body.kind) {
    case 'settlement': {
      const { version, servedOn, release, benefitYear, scheme, benefit, amounts } = body;
      return {
        outcome: 'settled',
        ...common,
        version,
        servedOn,
        release,
        benefitYear,
        scheme,
        benefit,
        billedFen: amounts.billed,
        amounts: amountsView(amounts),
        national: nationalAmounts(amounts),
        ...adjusted,
      };
    }
    case 'denial': {
      const { servedOn, release, billed, denial } = body;
      return {
        outcome: 'denied',
        ...common,
        servedOn,
        release,
        billedFen: billed,
        denial: reasonView(denial),
      };
    }
    case 'pend': {
      const { servedOn, release, billed, reasons } = body;
      return {
        outcome: 'pended',
        ...common,
        servedOn,
        release,
        billedFen: billed,
        reasons: reasons.map(reasonView),
      };
    }
    case 'repeat':
      return { outcome: 'repeat', ...common };
    case 'conflict':
      return { outcome: 'conflict', ...common, conflict: conflictView(body.code) };
    case 'refusal':
      return {
        outcome: 'refused',
        ...common,
        refusal: {
          code: body.code,
          ...REFUSALS[body.code](body.facts ?? {}),
          ...(body.facts ? { facts: { ...body.facts } } : {}),
        },
      };
    case 'reversal': {
      const { version, reason, reverses, undone, replacement } = body;
      return {
        outcome: 'reversed',
        ...common,
        version: replacement ? version + 1 : version,
        ...(replacement
          ? {
              servedOn: serviceDate(replacement.header),
              billedFen: replacement.header.billedFen,
              amounts: amountsView(replacement.amounts),
            }
          : {}),
        ...(replacement?.denial ? { denial: reasonView(replacement.denial) } : {}),
        reversal: {
          of: reverses,
          reason,
          undone: amountsView(undone),
          difference: differenceView(replacement?.amounts, undone),
        },
        ...adjusted,
      };
    }
    case 'enrolment':
    case 'account-credit':
      return { outcome: 'recorded', ...common };
  }
}

/** The part of a claim key that is the record's own number. */
export const numberOfKey = (claimKey: string): string => claimKey.slice(claimKey.indexOf('/') + 1);
