// Every reason for which the API refuses a request: code, HTTP status, and sentences in Chinese and English.
// Codes are for programs and never change their meaning; sentences are for people and may be bettered at any time.
// What may be wrong with a single field stands in field-problems.ts.

/** The same thing said in both languages. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

/** What a sentence may mention: counts, limits, and words that we chose ourselves. */
export type ProblemFacts = Readonly<Record<string, string | number>>;

export interface ProblemKind {
  readonly status: number;
  readonly title: Bilingual;
  readonly detail: (facts: ProblemFacts) => Bilingual;
}

const kind = (
  status: number,
  zh: string,
  en: string,
  detailZh: Sentence,
  detailEn: Sentence,
): ProblemKind => ({
  status,
  title: { zh, en },
  detail: (facts) => ({ zh: say(detailZh, facts), en: say(detailEn, facts) }),
});

type Sentence = string | ((facts: ProblemFacts) => string);
const say = (sentence: Sentence, facts: ProblemFacts) =>
  typeof sentence === 'string' ? sentence : sentence(facts);

export const PROBLEMS = {
  // Reading the request
  'malformed-utf8': kind(
    400,
    '请求体不是 UTF-8',
    'The body is not UTF-8',
    '请求体含有无法按 UTF-8 解码的字节。请用 UTF-8 编码（GBK/GB18030 需先转换）后重新提交。',
    'The body has bytes that are not UTF-8. Encode it as UTF-8 (convert GBK or GB18030 first) and post it again.',
  ),
  'malformed-json': kind(
    400,
    '请求体不是合法的 JSON',
    'The body is not JSON',
    '请求体无法按 JSON 解析。请检查括号、引号、逗号是否完整，以及传输是否被截断。',
    'The body cannot be read as JSON. Check brackets, quotes and commas, and whether it was cut off on the way.',
  ),
  'malformed-query': kind(
    400,
    '查询参数有误',
    'The query is wrong',
    '一个或多个查询参数不合要求，见 errors。',
    'One or more query parameters are not as required; see errors.',
  ),
  'body-too-large': kind(
    413,
    '请求体过大',
    'The body is too large',
    ({ bytesMax }) => `请求体超过上限 ${bytesMax} 字节。较大的批次请先用 POST /v1/uploads 取得上传地址。`,
    ({ bytesMax }) =>
      `The body is over the limit of ${bytesMax} bytes. For a larger batch, ask POST /v1/uploads for an upload address.`,
  ),
  'unsupported-media-type': kind(
    415,
    '不支持的内容类型',
    'The content type is not supported',
    '请求体须为 application/json（UTF-8，不压缩）。',
    'The body has to be application/json (UTF-8, not compressed).',
  ),
  'not-acceptable': kind(
    406,
    '无法提供所要求的格式',
    'No such representation',
    ({ offered }) => `本接口可提供的格式：${offered}。`,
    ({ offered }) => `This resource is offered as: ${offered}.`,
  ),
  'invalid-request': kind(
    422,
    '请求内容不合要求',
    'The request is not as required',
    '请求体可读，但内容不合要求；每一处见 errors，改正后重新提交。',
    'The body can be read, but its content is not as required; errors lists every place. Correct them and post again.',
  ),

  // Finding the way
  'no-such-route': kind(
    404,
    '没有这个接口',
    'No such route',
    '没有这个地址。全部接口见 /docs。',
    'There is nothing at this address. /docs lists every route.',
  ),
  'method-not-allowed': kind(
    405,
    '不支持该方法',
    'The method is not allowed',
    ({ allowed }) => `这个地址支持的方法：${allowed}。`,
    ({ allowed }) => `This address takes: ${allowed}.`,
  ),
  'not-found': kind(
    404,
    '查无此项',
    'Not found',
    '没有找到所请求的对象，或它不属于当前调用方。请核对编号，以及所用的身份。',
    'There is no such object, or it does not belong to the caller. Check the number, and whose identity is used.',
  ),

  // Who asks
  'token-missing': kind(
    401,
    '未提供身份凭证',
    'No credentials',
    '请求没有可用的身份凭证。请在 Authorization 头中提供 Bearer 令牌。',
    'The request carries no usable credentials. Send a Bearer token in the Authorization header.',
  ),
  'token-invalid': kind(
    401,
    '身份凭证无效',
    'The credentials are not valid',
    '令牌的签名、签发方、受众或内容不合要求。请重新申请令牌。',
    "The token's signature, issuer, audience or claims are not as required. Ask for a new token.",
  ),
  'token-expired': kind(
    401,
    '身份凭证已过期',
    'The credentials have expired',
    '令牌已过有效期（或尚未生效）。请重新申请令牌，并检查本机时钟。',
    'The token is past its time, or not valid yet. Ask for a new one, and check your clock.',
  ),
  'caller-unknown': kind(
    403,
    '调用方未登记',
    'The caller has no role here',
    '身份已确认，但没有与之对应的角色。IAM 角色名应为 jiesuan-provider-<机构编号>、jiesuan-ops 或 jiesuan-agency。',
    'The identity is proved, but no role goes with it. IAM roles are named jiesuan-provider-<providerId>, jiesuan-ops or jiesuan-agency.',
  ),
  forbidden: kind(
    403,
    '无权进行此操作',
    'Not allowed',
    '当前角色不能使用这个接口；所需角色见 /docs。',
    "The caller's role may not use this route; /docs says which role may.",
  ),
  'provider-mismatch': kind(
    403,
    '机构编号与身份不符',
    'Not the caller’s provider number',
    '请求中的 providerId 不是当前身份所属的机构。机构以身份凭证为准。',
    "The providerId in the request is not the caller's own. The provider comes from the identity.",
  ),
  'identity-unavailable': kind(
    503,
    '暂时无法核验身份',
    'Identity cannot be checked now',
    '暂时取不到核验令牌所需的公钥，请稍后重试。',
    'The keys that verify tokens cannot be fetched at the moment. Try again shortly.',
  ),

  // Batches
  'batch-number-taken': kind(
    409,
    '批次号已用于其他内容',
    'The batch number is taken',
    '该批次号已提交过不同的内容。相同内容可放心重复提交；更正后的内容请换新的批次号。',
    'This batch number was posted before with other content. The same content may be posted again safely; give corrected content a new number.',
  ),
  'control-totals-mismatch': kind(
    422,
    '控制总数不符',
    'The control totals differ',
    '控制总数与批次内容不一致，见 errors；整批未受理。',
    'The control totals do not agree with the content, see errors; nothing of the batch was accepted.',
  ),
  'upload-not-found': kind(
    422,
    '找不到上传的文件',
    'The upload is not there',
    '没有找到该上传编号对应的文件。请确认上传已完成、未过期，并由同一机构上传。',
    'There is no file under this upload id. Check that the upload is complete, not expired, and was made by the same provider.',
  ),
  'upload-corrupt': kind(
    422,
    '上传的文件与声明不符',
    'The upload is not what was announced',
    '上传文件的长度或 SHA-256 与声明不一致。请重新上传。',
    'Length or SHA-256 of the uploaded file is not what was announced. Upload it again.',
  ),
  'not-complete': kind(
    409,
    '批次尚未完成',
    'The batch is not complete yet',
    '批次中还有未作出决定的记录；完成后才有清单文件。请稍后重试，进度见 GET /v1/batches/{batchId}。',
    'Some records of the batch are not decided yet; the file is written when all are. Try again later; GET /v1/batches/{batchId} shows the progress.',
  ),

  // Statements
  'bad-month': kind(
    400,
    '月份写法有误',
    'Not a month',
    '月份写作 YYYY-MM，如 2026-09。',
    'A month is written YYYY-MM, as 2026-09.',
  ),
  'no-statement': kind(
    404,
    '尚无该月对账单',
    'No statement of this month',
    '该机构在这个月没有入账，或对账单尚未生成：每晚生成一次，列表见 GET /v1/statements/{providerId}。',
    'Nothing of this provider is booked in this month, or its statement is not written yet: that happens every night. GET /v1/statements/{providerId} lists those there are.',
  ),
  'statement-replaced': kind(
    409,
    '对账单已更新',
    'The statement was replaced',
    '该月尚未结账，翻页期间对账单已重新生成。请从第一页重新读取。',
    'The month is still open, and its statement was written again while you were paging. Start over from the first page.',
  ),

  // Policy and reference data
  'no-release-in-force': kind(
    409,
    '尚无生效的政策版本',
    'No reference release is in force',
    '当前没有生效的政策与目录版本，无法受理。请经办机构先发布（POST /v1/releases）。',
    'No release of policies and catalogues is in force, so nothing can be decided. The agency has to publish one first (POST /v1/releases).',
  ),
  'release-invalid': kind(
    422,
    '政策或目录文件有误',
    'The release does not compile',
    '所发布的文件有缺口、重叠或缺少出处等错误，见 errors；未发布。',
    'The published documents have gaps, overlaps, missing sources or other faults, see errors; nothing was published.',
  ),
  'release-taken': kind(
    409,
    '该时间点已有其他版本',
    'Another release starts then',
    '该生效时间已有另一版本。已生效的版本不可更改，请换一个生效时间。',
    'Another release already takes effect at that moment. A release in force never changes; choose another moment.',
  ),
  'not-recomputable': kind(
    409,
    '暂时无法重算',
    'The explanation cannot be made',
    '该决定所依据的原始记录或政策版本暂时读不到，无法给出逐步说明；已记录的金额不受影响。',
    'The raw claim or the release behind this decision cannot be read at the moment, so no steps can be shown. The recorded amounts stand.',
  ),
  'not-decided': kind(
    409,
    '尚未作出决定',
    'Not decided yet',
    '单据已受理，但尚未作出决定。请稍后重试。',
    'The claim was accepted, but is not decided yet. Try again later.',
  ),

  // Us
  'too-busy': kind(
    503,
    '系统繁忙',
    'Too busy',
    '系统暂时繁忙，请稍后用相同内容重试；重复提交不会重复结算。',
    'The system is busy. Try again shortly with the same content; posting twice never settles twice.',
  ),
  internal: kind(
    500,
    '系统内部错误',
    'Internal error',
    '处理请求时发生内部错误，已记录。可用相同内容重试；如仍失败，请把 requestId 告知运维人员。',
    'Something failed on our side, and it has been recorded. Trying again with the same content is safe; if it fails again, tell the operators the requestId.',
  ),
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;
