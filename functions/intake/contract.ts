// What intake takes in and answers: the routes that change something, as contracts. The records inside a batch are
// only counted here; each is checked on its own (shared/claim), so that one bad record does not stop the others.

import * as z from 'zod';
import { Claim } from '../../shared/claim/claim.ts';
import { PostedAccountCreditSchema, PostedEnrolmentSchema } from '../../shared/claim/enrolment.ts';
import { batchNo, claimNo, date, providerId } from '../../shared/claim/fields.ts';
import { PostReversal, ReversalRecord } from '../../shared/claim/reversal.ts';
import { PostReview } from '../../shared/claim/review.ts';
import { contract } from '../../shared/http/route.ts';
import { FieldErrorSchema } from '../../shared/http/schemas.ts';

/** More than this goes by an upload: checking ten thousand claims takes about a second of the 30 the gateway waits. */
export const RECORDS_PER_POST_MAX = 10_000;
/** What the platform stores with one PUT; a million claims of 20 lines are about 4 GB. */
export const UPLOAD_BYTES_MAX = 5_000_000_000;

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({
    description: 'SHA-256 of the file, lowercase hex',
    examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
  });
const count = z.int().min(0).max(1_000_000);
const totalFen = z
  .int()
  .min(0)
  .meta({ description: 'Sum of billedFen over all records posted, rejected ones included' });

export const ControlTotals = z.strictObject({
  claimCount: count.meta({ description: 'Number of records posted, rejected ones included' }),
  billedFen: totalFen,
});

export const PostBatch = z
  .strictObject({
    providerId: providerId.meta({
      description: "Has to be the caller's own: the provider comes from the identity",
    }),
    batchNo,
    businessDate: date.meta({
      description: 'Business day the batch belongs to; no claim is dated later than the day after',
    }),
    controlTotals: ControlTotals,
    claims: z
      .array(z.unknown())
      .min(1)
      .max(RECORDS_PER_POST_MAX)
      .optional()
      .meta({
        description: 'The claims (at most 10,000); leave out with uploadId',
        items: { $ref: '#/$defs/Claim' },
      }),
    reversals: z.array(z.unknown()).min(1).max(RECORDS_PER_POST_MAX).optional().meta({
      description:
        'Reversals of earlier settlements, decided after the claims; counted in claimCount, not in billedFen',
    }),
    uploadId: sha256
      .optional()
      .meta({ description: 'The upload that holds the claims as NDJSON, one per line (at most 1,000,000)' }),
  })
  .refine(
    ({ claims, reversals, uploadId }) =>
      (claims ?? reversals) === undefined ? uploadId !== undefined : uploadId === undefined,
    {
      message: 'claims-or-upload',
      path: ['claims'],
    },
  )
  .meta({ id: 'PostBatch', description: 'A batch of claims' });
export type PostBatch = z.infer<typeof PostBatch>;

export const PostUpload = z
  .strictObject({
    sha256,
    contentLength: z.int().min(1).max(UPLOAD_BYTES_MAX).meta({ description: 'Length of the file in bytes' }),
  })
  .meta({ id: 'PostUpload', description: 'An NDJSON file that is about to be uploaded' });
export type PostUpload = z.infer<typeof PostUpload>;

export const PostEnrolments = z
  .strictObject({
    batchNo,
    businessDate: date,
    enrolments: z
      .array(z.unknown())
      .max(RECORDS_PER_POST_MAX)
      .default([])
      .meta({ items: { $ref: '#/$defs/Enrolment' } }),
    accountCredits: z
      .array(z.unknown())
      .max(RECORDS_PER_POST_MAX)
      .default([])
      .meta({ items: { $ref: '#/$defs/AccountCredit' } }),
  })
  .refine(({ enrolments, accountCredits }) => enrolments.length + accountCredits.length > 0, {
    message: 'nothing-to-record',
    path: ['enrolments'],
  })
  .meta({
    id: 'PostEnrolments',
    description: 'Enrolments and account credits; each becomes an entry of its member, in the order given',
  });
export type PostEnrolments = z.infer<typeof PostEnrolments>;

/** A moment with its offset. The refinement's message is our code. */
const instant = z
  .string()
  .refine(
    (text) =>
      /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/.test(text) &&
      !Number.isNaN(Date.parse(text)),
    'not-an-instant',
  )
  .meta({
    format: 'date-time',
    description: 'A moment with its offset',
    examples: ['2026-09-01T00:00:00+08:00'],
  });

export const PostRelease = z
  .strictObject({
    from: instant.meta({
      description: 'Batches accepted from this moment on are decided under this release',
    }),
    documents: z.strictObject({
      packs: z.array(z.unknown()).meta({
        description: 'Policy packs (shared/policy/README.md); checked whole before anything is stored',
      }),
      catalogue: z.array(z.unknown()).meta({ description: 'Medical catalogue' }),
      providers: z.array(z.unknown()).meta({ description: 'Designated institutions' }),
    }),
  })
  .meta({ id: 'PostRelease', description: 'Policies, catalogue and providers that decide together' });
export type PostRelease = z.infer<typeof PostRelease>;

export const RejectedRecord = z
  .object({
    index: z.int().min(0).meta({ description: 'Place in the batch as posted, from 0' }),
    number: z.string().optional().meta({ description: "The record's number, if that much could be read" }),
    errors: z.array(FieldErrorSchema),
  })
  .meta({ id: 'RejectedRecord', description: 'A record that could not be read; it never became a claim' });

export const BatchAccepted = z
  .object({
    batchId: z.string(),
    accepted: z.int().optional().meta({ description: 'Records taken in; unknown yet for an upload' }),
    rejected: z
      .array(RejectedRecord)
      .optional()
      .meta({ description: 'Records that could not be read; as many as one answer holds' }),
    notListed: z.int().optional().meta({
      description: 'Rejected records left out above; GET /v1/batches/{batchId}/rejections has all of them',
    }),
  })
  .meta({ id: 'BatchAccepted', description: 'The batch is stored; whatever was accepted will be decided' });

export const UploadAddress = z
  .object({
    uploadId: z.string(),
    url: z.string(),
    method: z.literal('PUT'),
    headers: z.record(z.string(), z.string()).meta({ description: 'Headers that the PUT must carry' }),
    expiresInSeconds: z.int(),
  })
  .meta({ id: 'UploadAddress' });

export const ReleasePublished = z
  .object({ releaseId: z.string(), from: z.string() })
  .meta({ id: 'ReleasePublished' });

const exampleClaim: z.input<typeof Claim> = {
  claimNo: 'OP20260901001',
  memberId: 'DEMO0000000001',
  encounter: 'outpatient',
  servedOn: '2026-09-01',
  billedFen: 7400,
  lines: [
    {
      lineNo: 1,
      itemCode: 'XA02BC01',
      itemName: '奥美拉唑肠溶胶囊',
      quantity: '4',
      unitPrice: '18.5',
      amountFen: 7400,
      servedOn: '2026-09-01',
    },
  ],
};

const exampleEnrolment: z.input<typeof PostedEnrolmentSchema> = {
  enrolmentNo: 'E20260101-000001',
  memberId: 'DEMO0000000001',
  born: '1980-05-01',
  sex: 'F',
  hasAccount: true,
  coverage: [{ from: '2020-01-01', scheme: '310', personClass: 'active' }],
};

const exampleCredit: z.input<typeof PostedAccountCreditSchema> = {
  creditNo: 'C202609-000001',
  memberId: 'DEMO0000000001',
  amountFen: 20000,
  creditedOn: '2026-09-01',
};

export const postBatch = contract({
  id: 'postBatch',
  method: 'POST',
  path: '/v1/batches',
  group: 'batches',
  access: ['provider'],
  summary: { zh: '提交一批结算', en: 'Post a batch of claims' },
  description: {
    zh: '以机构与批次号为幂等键：相同内容重复提交得到相同答复，不同内容得到 409。有误的单据逐条退回，不影响其余单据。202 之后每一条受理的单据都会有结果。',
    en: 'Idempotent by provider and batch number: the same content gets the same answer, other content a 409. Faulty claims are rejected one by one and do not hold up the others. After the 202 every accepted claim will be decided.',
  },
  body: PostBatch,
  bodyExample: {
    providerId: 'H0001',
    batchNo: '20260901-01',
    businessDate: '2026-09-01',
    controlTotals: { claimCount: 1, billedFen: 7400 },
    claims: [exampleClaim],
  },
  answers: [
    {
      status: 202,
      description: { zh: '已受理', en: 'Accepted' },
      content: [
        {
          mediaType: 'application/json',
          schema: BatchAccepted,
          example: { batchId: 'H0001.20260901-01', accepted: 1, rejected: [] },
        },
      ],
    },
  ],
  problems: [
    'provider-mismatch',
    'batch-number-taken',
    'control-totals-mismatch',
    'upload-not-found',
    'no-release-in-force',
    'too-busy',
  ],
});

export const postUpload = contract({
  id: 'postUpload',
  method: 'POST',
  path: '/v1/uploads',
  group: 'batches',
  access: ['provider'],
  summary: { zh: '申请大批次上传地址', en: 'Ask for an address to upload a large batch to' },
  description: {
    zh: '文件为 NDJSON（UTF-8，每行一条单据，最多 1,000,000 行）。按返回的地址与请求头 PUT 上传，再用 uploadId 提交批次。',
    en: 'The file is NDJSON (UTF-8, one claim per line, at most 1,000,000 lines). PUT it to the address with the headers given, then post a batch that names the uploadId.',
  },
  body: PostUpload,
  bodyExample: {
    sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    contentLength: 104857600,
  },
  bodyBytesMax: 10_000,
  answers: [
    {
      status: 201,
      description: { zh: '上传地址', en: 'The address' },
      content: [{ mediaType: 'application/json', schema: UploadAddress }],
    },
  ],
  problems: [],
});

export const postEnrolments = contract({
  id: 'postEnrolments',
  method: 'POST',
  path: '/v1/enrolments',
  group: 'members',
  access: ['agency'],
  summary: { zh: '登记参保与个人账户入账', en: 'Enrol members, credit their accounts' },
  description: {
    zh: '每条登记是该参保人的完整陈述，替代之前的登记。与结算走同一队列、同一账本。',
    en: 'Each enrolment is the whole statement about one member and replaces the one before. It goes through the same queue and ledger as claims.',
  },
  body: PostEnrolments,
  bodyExample: {
    batchNo: 'E20260901',
    businessDate: '2026-09-01',
    enrolments: [exampleEnrolment],
    accountCredits: [exampleCredit],
  },
  answers: [
    {
      status: 202,
      description: { zh: '已受理', en: 'Accepted' },
      content: [
        {
          mediaType: 'application/json',
          schema: BatchAccepted,
          example: { batchId: 'the-agency.E20260901', accepted: 2, rejected: [] },
        },
      ],
    },
  ],
  problems: ['batch-number-taken', 'no-release-in-force', 'too-busy'],
});

export const postRelease = contract({
  id: 'postRelease',
  method: 'POST',
  path: '/v1/releases',
  group: 'reference',
  access: ['agency'],
  summary: { zh: '发布政策、目录与机构版本', en: 'Publish a release of policies, catalogue and providers' },
  description: {
    zh: '整体校验、编译通过后才生效；发布后不可更改，以内容的哈希命名。',
    en: 'Checked and compiled as a whole before it takes effect; never changed afterwards, and named by the hash of its content.',
  },
  body: PostRelease,
  bodyExample: { from: '2026-09-01T00:00:00+08:00', documents: { packs: [], catalogue: [], providers: [] } },
  answers: [
    {
      status: 201,
      description: { zh: '已发布', en: 'Published' },
      content: [
        {
          mediaType: 'application/json',
          schema: ReleasePublished,
          example: { releaseId: 'Qx3vB0aWk2Zt9LmE', from: '2026-09-01T00:00:00+08:00' },
        },
      ],
    },
  ],
  problems: ['release-invalid', 'release-taken'],
});

export const postReview = contract({
  id: 'postReview',
  method: 'POST',
  path: '/v1/claims/{providerId}/{claimNo}/review',
  group: 'claims',
  access: ['agency'],
  summary: { zh: '审核一张待审核的单据', en: 'Review a pended claim' },
  description: {
    zh: '同意、核减部分明细，或不予支付；随后按其服务日期的政策结算。与结算走同一队列、同一账本；结果见单据。',
    en: 'Approve it, refuse part of its lines, or deny it; it is then settled under the policy of its service date. Goes through the same queue and ledger; the claim shows the outcome.',
  },
  params: z.strictObject({ providerId, claimNo }),
  body: PostReview,
  bodyExample: {
    reviewNo: '20260902-01',
    decision: 'reduce',
    reason: 'quantity-not-justified',
    reductions: [{ lineNo: 3, refusedFen: 12000, reason: 'quantity-not-justified' }],
  },
  answers: [
    {
      status: 202,
      description: { zh: '已受理', en: 'Accepted' },
      content: [
        {
          mediaType: 'application/json',
          schema: BatchAccepted,
          example: { batchId: 'the-agency.RV-20260902-01', accepted: 1, rejected: [] },
        },
      ],
    },
  ],
  problems: ['not-found', 'batch-number-taken', 'no-release-in-force', 'too-busy'],
});

export const postReversal = contract({
  id: 'postReversal',
  method: 'POST',
  path: '/v1/claims/{providerId}/{claimNo}/reversal',
  group: 'claims',
  access: ['provider', 'agency'],
  summary: { zh: '冲正一次结算，或退其中几行', en: 'Reverse a settlement, or refund lines of it' },
  description: {
    zh: '追加一条冲正记录，原结算保留；累计、住院次数与个人账户一并退回，且只能冲正一次。其后的结算如何处理由政策包决定。也可作为批次中的记录提交。',
    en: 'Adds a reversal; the settlement stays on record. Counters, ordinals and account are given back, once. What becomes of later settlements is the policy pack’s choice. May also be posted as a record of a batch.',
  },
  params: z.strictObject({ providerId, claimNo }),
  body: PostReversal,
  bodyExample: {
    reversalNo: 'RT20260902001',
    reason: 'drug-returned',
    refundLines: [{ originalLineNo: 3, quantity: '-1', amountFen: -2590 }],
  },
  answers: [
    {
      status: 202,
      description: { zh: '已受理', en: 'Accepted' },
      content: [
        {
          mediaType: 'application/json',
          schema: BatchAccepted,
          example: { batchId: 'H0001.RC-RT20260902001', accepted: 1, rejected: [] },
        },
      ],
    },
  ],
  problems: ['not-found', 'batch-number-taken', 'no-release-in-force', 'too-busy'],
});

/** Every route of intake. */
export const INTAKE_CONTRACTS = [
  postBatch,
  postUpload,
  postEnrolments,
  postReview,
  postReversal,
  postRelease,
] as const;

/** Schemas of the records inside a batch: not checked by the routes, but part of what is documented. */
export const RECORD_SCHEMAS = {
  Claim,
  Reversal: ReversalRecord,
  Enrolment: PostedEnrolmentSchema,
  AccountCredit: PostedAccountCreditSchema,
} as const;
