// What can be asked of results: the routes that only read, as contracts.

import * as z from 'zod';
import { areaCode, claimNo, memberId, providerId } from '../../shared/claim/fields.ts';
import { contract } from '../../shared/http/route.ts';
import { RejectedRecord } from '../intake/contract.ts'; // Data only: what split writes down is what intake promised.
import { BatchView } from './batch-view.ts';
import { ClaimView } from './claim-view.ts';
import { Decision, OUTCOMES } from './decision-view.ts';
import { ExplanationView } from './explain-claim.ts';
import { PositionView } from './position-view.ts';
import { QuoteView } from './quote-claim.ts';
import { BookList, StatementList, StatementPage, StatementRowView, StatementView } from './statement-view.ts';

/** JSON pages are for reading along; the other formats are for taking a batch away, 10,000 records at a time. */
export const PAGE_MAX = { json: 1_000, lines: 10_000 } as const;

const batchId = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,20}\.[A-Za-z0-9_-]{1,40}$/)
  .meta({ description: 'Provider and batch number, joined by a dot', examples: ['H0001.20260901-01'] });
const count = z.int().min(0);
const index = z.coerce.number().int().min(0).max(10_000_000);
const limit = (byDefault: number, max: number) =>
  z.coerce.number().int().min(1).max(max).default(byDefault).meta({ description: 'Most items of one page' });
const indexCursor = index.default(0).meta({ description: 'The "next" of the page before' });
const lineFormat = z
  .enum(['json', 'ndjson'])
  .optional()
  .meta({ description: 'Instead of the Accept header' });
const next = z
  .union([z.string(), z.int()])
  .optional()
  .meta({ description: 'Cursor of the next page; missing on the last' });
const everybody = ['provider', 'ops', 'agency'] as const;
const json = 'application/json';
const ndjson = 'application/x-ndjson';

export const ResultRowSchema = Decision.extend({
  number: z.string().meta({ description: "The record's own number" }),
  repeatOf: Decision.optional().meta({ description: 'For a repeat: the decision that stands' }),
}).meta({ id: 'Result', description: 'What one accepted record came to' });

const ResultPage = z
  .object({
    batchId: z.string(),
    status: z.string(),
    accepted: count,
    open: count.meta({ description: 'Accepted records of the batch without a decision yet' }),
    openOnThisPage: count.meta({ description: 'Of them, those in the stretch of indexes this page covers' }),
    items: z.array(ResultRowSchema),
    next,
  })
  .meta({ id: 'ResultPage' });

const paged = {
  zh: '分页：用返回的 next（或 Link 头）取下一页。',
  en: 'Paged: pass next (or follow the Link header) for the next page.',
};

export const listBatches = contract({
  id: 'listBatches',
  method: 'GET',
  path: '/v1/batches',
  group: 'batches',
  access: everybody,
  summary: { zh: '批次列表', en: 'List batches' },
  description: {
    zh: `最新的在前。${paged.zh}运维与经办须指定 providerId（the-agency 为经办机构自己的批次）。`,
    en: `Newest first. ${paged.en} Ops and agency have to name a providerId (the-agency: the agency's own batches).`,
  },
  query: z.strictObject({
    providerId: z.union([providerId, z.literal('the-agency')]).optional(),
    limit: limit(20, 50),
    cursor: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,1000}$/)
      .optional()
      .meta({ description: 'The "next" of the page before' }),
  }),
  answers: [
    {
      status: 200,
      description: { zh: '一页批次', en: 'A page of batches' },
      content: [
        { mediaType: json, schema: z.object({ items: z.array(BatchView), next }).meta({ id: 'BatchPage' }) },
      ],
    },
  ],
  problems: ['provider-mismatch'],
});

export const getBatch = contract({
  id: 'getBatch',
  method: 'GET',
  path: '/v1/batches/{batchId}',
  group: 'batches',
  access: everybody,
  summary: { zh: '批次进度与合计', en: 'Where a batch stands' },
  params: z.object({ batchId }),
  answers: [
    {
      status: 200,
      description: { zh: '批次', en: 'The batch' },
      content: [{ mediaType: json, schema: BatchView }],
    },
  ],
});

export const getResults = contract({
  id: 'getResults',
  method: 'GET',
  path: '/v1/batches/{batchId}/results',
  group: 'batches',
  access: everybody,
  summary: { zh: '批次结果', en: 'Results of a batch' },
  description: {
    zh: `按受理顺序列出已作出决定的单据，并说明尚有多少未决。${paged.zh}CSV 可直接用 Excel 打开，金额以元为单位；冲正与退费为带负号的差额，“计入合计”为“是”的各行之和即批次合计。用 outcome 只取一种结果，如编号冲突。`,
    en: `Decided records in the order accepted, and how many are still open. ${paged.en} The CSV opens in Excel; its amounts are in yuan, those of reversals and refunds differences with their sign, and the rows that say yes under "In totals" add up to the batch. With outcome, only records of one kind, such as conflicts.`,
  },
  params: z.object({ batchId }),
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(PAGE_MAX.lines).optional().meta({
      description: 'Records a page covers: JSON 100 unless told, at most 1,000; NDJSON and CSV 10,000',
    }),
    cursor: indexCursor,
    outcome: z.enum(OUTCOMES).optional().meta({
      description:
        'Only records of this outcome, such as conflict. A page looks at 10,000 records at most: it may be short, or empty, and still name a next one',
    }),
    format: z
      .enum(['json', 'ndjson', 'csv'])
      .optional()
      .meta({ description: 'Instead of the Accept header' }),
  }),
  answers: [
    {
      status: 200,
      description: { zh: '一页结果', en: 'A page of results' },
      content: [
        { mediaType: json, schema: ResultPage },
        { mediaType: ndjson, schema: ResultRowSchema },
        { mediaType: 'text/csv' },
      ],
    },
  ],
  problems: ['not-acceptable'],
});

export const getRejections = contract({
  id: 'getRejections',
  method: 'GET',
  path: '/v1/batches/{batchId}/rejections',
  group: 'batches',
  access: everybody,
  summary: { zh: '退回的单据及原因', en: 'Records that could not be read, and why' },
  description: {
    zh: `序号按提交顺序从 0 计。${paged.zh}`,
    en: `Indexes count the batch as posted, from 0. ${paged.en}`,
  },
  params: z.object({ batchId }),
  query: z.strictObject({ limit: limit(100, 1_000), cursor: indexCursor, format: lineFormat }),
  answers: [
    {
      status: 200,
      description: { zh: '一页退回的单据', en: 'A page of rejected records' },
      content: [
        {
          mediaType: json,
          schema: z
            .object({ batchId: z.string(), rejected: count, items: z.array(RejectedRecord), next })
            .meta({ id: 'RejectionPage' }),
        },
        { mediaType: ndjson, schema: RejectedRecord },
      ],
    },
  ],
  problems: ['not-acceptable'],
});

export const getRemittance = contract({
  id: 'getRemittance',
  method: 'GET',
  path: '/v1/batches/{batchId}/remittance',
  group: 'batches',
  access: everybody,
  summary: { zh: '支付清单文件', en: 'Remittance file' },
  description: {
    zh: `批次完成后的清单，首行为表头，末行为合计：结算金额与冲正差额（difference）之和。其他批次中随之重新计算的单据列在 adjusted，不计入合计。${paged.zh}`,
    en: `Written when the batch completes: a header, one line per record, a trailer with totals: what settlements come to, and the difference of each reversal. Claims of other batches that come to something else because of it stand under adjusted, outside the totals. ${paged.en}`,
  },
  params: z.object({ batchId }),
  query: z.strictObject({
    cursor: z.coerce
      .number()
      .int()
      .min(0)
      .max(Number.MAX_SAFE_INTEGER)
      .default(0)
      .meta({ description: 'From the Link header of the page before' }),
  }),
  answers: [
    {
      status: 200,
      description: { zh: '文件的一段（整行）', en: 'A stretch of the file, whole lines' },
      content: [{ mediaType: ndjson }],
    },
  ],
  problems: ['not-complete'],
});

const monthCursor = z
  .string()
  .regex(/^\d{4}-\d{2}$/)
  .optional()
  .meta({ description: 'The "next" of the page before' });

export const listStatements = contract({
  id: 'listStatements',
  method: 'GET',
  path: '/v1/statements/{providerId}',
  group: 'statements',
  access: everybody,
  summary: { zh: '一家机构的月度对账单', en: "A provider's statements by month" },
  description: {
    zh: `最新的在前。入账月份以报文发送时间（北京时间）为准；已结账的月份不再变动，之后的更正以差额记入当时未结账的月份。${paged.zh}`,
    en: `Newest first. A month holds what was sent in it (China time). A cleared month never changes; what is corrected later is booked as a difference in the month that is open then. ${paged.en}`,
  },
  params: z.object({ providerId }),
  query: z.strictObject({ limit: limit(12, 60), cursor: monthCursor }),
  answers: [
    {
      status: 200,
      description: { zh: '一页月份', en: 'A page of months' },
      content: [{ mediaType: json, schema: StatementList }],
    },
  ],
});

export const getStatement = contract({
  id: 'getStatement',
  method: 'GET',
  path: '/v1/statements/{providerId}/{month}',
  group: 'statements',
  access: everybody,
  summary: { zh: '一个月的对账单', en: 'The statement of a month' },
  description: {
    zh: `difference 为差额：每条账目对每张单据的影响一行；full 为全额：先冲回原版本，再记入现版本。两者合计相同。未结账的月份每晚重新生成。${paged.zh}`,
    en: `difference: one row for what an entry changes of a claim; full: the old version out, the new one in. Both have the same sums. That of an open month is written again every night. ${paged.en} The CSV opens in Excel; its amounts are in yuan.`,
  },
  params: z.object({
    providerId,
    month: z
      .string()
      .max(20)
      .meta({ description: 'YYYY-MM', examples: ['2026-09'] }),
  }),
  query: z.strictObject({
    view: StatementView.default('difference'),
    limit: z.coerce.number().int().min(1).max(PAGE_MAX.lines).optional().meta({
      description: 'Rows of a page: JSON 100 unless told, at most 1,000; NDJSON and CSV 10,000',
    }),
    cursor: z.string().max(40).optional().meta({ description: 'The "next" of the page before' }),
    format: z
      .enum(['json', 'ndjson', 'csv'])
      .optional()
      .meta({ description: 'Instead of the Accept header' }),
  }),
  answers: [
    {
      status: 200,
      description: { zh: '一页对账单', en: 'A page of the statement' },
      content: [
        { mediaType: json, schema: StatementPage },
        { mediaType: ndjson, schema: StatementRowView },
        { mediaType: 'text/csv' },
      ],
    },
  ],
  problems: ['not-acceptable', 'bad-month', 'no-statement', 'statement-replaced'],
});

export const listBooks = contract({
  id: 'listBooks',
  method: 'GET',
  path: '/v1/books',
  group: 'statements',
  access: ['ops', 'agency'],
  summary: { zh: '各月账簿与结账情况', en: 'The books of each month, and what keeps one open' },
  description: {
    zh: `最新的在前。月份已过、其间受理的批次全部完成后即结账；尚未完成的批次列于 blockedBy。${paged.zh}`,
    en: `Newest first. A month is cleared when it is over and every batch accepted in it is complete; blockedBy names those that are not. ${paged.en}`,
  },
  query: z.strictObject({ limit: limit(12, 60), cursor: monthCursor }),
  answers: [
    {
      status: 200,
      description: { zh: '一页月份', en: 'A page of months' },
      content: [{ mediaType: json, schema: BookList }],
    },
  ],
});

const claimParams = z.object({ providerId, claimNo });

export const getClaim = contract({
  id: 'getClaim',
  method: 'GET',
  path: '/v1/claims/{providerId}/{claimNo}',
  group: 'claims',
  access: everybody,
  summary: { zh: '一张单据的结果', en: 'What became of one claim' },
  params: claimParams,
  answers: [
    {
      status: 200,
      description: { zh: '当前有效的决定与全部历史', en: 'The decision that counts, and all before it' },
      content: [{ mediaType: json, schema: ClaimView }],
    },
  ],
});

export const getExplanation = contract({
  id: 'getExplanation',
  method: 'GET',
  path: '/v1/claims/{providerId}/{claimNo}/explanation',
  group: 'claims',
  access: everybody,
  summary: { zh: '一张单据的逐步说明', en: 'Why a claim came to what it came to' },
  description: {
    zh: '按原始单据、当时的待遇累计与政策版本重新计算，逐步给出规则、数字与条款，并与记录核对。单据经退费或因其他单据更正而重新计算的，说明现行结果；冲正、未予办理与编号冲突说明缘由。',
    en: 'Computed again from the raw claim, the position before it and the release of then: each step with its rule, numbers and clause, held against the record. After a refund, or a correction of another claim, what counts now is explained; a reversal, a refusal and a conflict say what happened and why.',
  },
  params: claimParams,
  query: z.strictObject({
    seq: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional().meta({
      description:
        'Another decision of the claim than the one that counts, or that one as it was first decided',
    }),
    format: z.enum(['json', 'text']).optional().meta({ description: 'Instead of the Accept header' }),
  }),
  answers: [
    {
      status: 200,
      description: { zh: '逐步说明', en: 'The explanation' },
      content: [{ mediaType: json, schema: ExplanationView }, { mediaType: 'text/plain' }],
    },
  ],
  problems: ['not-acceptable', 'not-decided', 'not-recomputable'],
});

export const postQuote = contract({
  id: 'postQuote',
  method: 'POST',
  path: '/v1/quotes',
  group: 'claims',
  access: everybody,
  summary: { zh: '预结算', en: 'Quote a claim' },
  description: {
    zh: '与正式结算相同的计算，但不写入账本。结果以正式结算为准。',
    en: 'The way of settling without the write. The settlement decides, not the quote.',
  },
  body: z
    .strictObject({
      providerId: providerId
        .optional()
        .meta({ description: "The caller's own, or left out; ops and agency have to name one" }),
      claim: z.unknown().meta({ description: 'The claim, as in a batch', $ref: '#/$defs/Claim' }),
    })
    .meta({ id: 'PostQuote', description: 'A claim to quote' }),
  bodyBytesMax: 1_000_000,
  bodyExample: {
    claim: {
      claimNo: 'OP20260901001',
      memberId: 'DEMO0000000001',
      encounter: 'outpatient',
      servedOn: '2026-09-01',
      billedFen: 7400,
      lines: [
        {
          lineNo: 1,
          itemCode: 'XA02BC01',
          quantity: '4',
          unitPrice: '18.5',
          amountFen: 7400,
          servedOn: '2026-09-01',
        },
      ],
    },
  },
  answers: [
    {
      status: 200,
      description: { zh: '预结算结果', en: 'The quote' },
      content: [{ mediaType: json, schema: QuoteView }],
    },
  ],
  problems: ['provider-mismatch', 'no-release-in-force'],
});

export const getPosition = contract({
  id: 'getPosition',
  method: 'GET',
  path: '/v1/members/{memberId}/position',
  group: 'members',
  access: ['ops', 'agency'],
  summary: { zh: '参保人待遇累计', en: "A member's position" },
  params: z.object({ memberId }),
  query: z.strictObject({
    area: areaCode
      .optional()
      .meta({ description: "The member's pooling area; the installation's own when left out" }),
  }),
  answers: [
    {
      status: 200,
      description: { zh: '待遇累计', en: 'The position' },
      content: [{ mediaType: json, schema: PositionView }],
    },
  ],
});

export const getHealth = contract({
  id: 'getHealth',
  method: 'GET',
  path: '/health',
  group: 'service',
  access: 'public',
  summary: { zh: '存活检查', en: 'Whether the API answers' },
  answers: [
    {
      status: 200,
      description: { zh: '正常', en: 'It does' },
      content: [
        { mediaType: json, schema: z.object({ status: z.literal('ok') }), example: { status: 'ok' } },
      ],
    },
  ],
});

export const getOpenapi = contract({
  id: 'getOpenapi',
  method: 'GET',
  path: '/openapi.json',
  group: 'service',
  access: 'public',
  summary: { zh: '接口描述（OpenAPI 3.1）', en: 'This interface as OpenAPI 3.1' },
  answers: [
    { status: 200, description: { zh: 'OpenAPI 文档', en: 'The document' }, content: [{ mediaType: json }] },
  ],
});

export const getDocs = contract({
  id: 'getDocs',
  method: 'GET',
  path: '/docs',
  group: 'service',
  access: 'public',
  summary: { zh: '接口说明页', en: 'This interface as a page to read' },
  answers: [
    { status: 200, description: { zh: '网页', en: 'The page' }, content: [{ mediaType: 'text/html' }] },
  ],
});

/** Every route of results. */
export const RESULTS_CONTRACTS = [
  listBatches,
  getBatch,
  getResults,
  getRejections,
  getRemittance,
  getClaim,
  getExplanation,
  postQuote,
  listStatements,
  getStatement,
  listBooks,
  getPosition,
  getHealth,
  getOpenapi,
  getDocs,
] as const;
