// What a verification finds, as data: where, what, and nothing about anybody. Codes are stable; sentences for people
// are made from them where they are printed.

/** Every kind of finding, with what it means: Chinese, English. */
export const FINDINGS = {
  'text-unreadable': ['分录文本无法读取', 'the text of the entry cannot be read'],
  'sequence-gap': ['序号不连续，缺少分录', 'sequence numbers are missing: an entry is gone'],
  'sequence-repeated': ['序号重复', 'a sequence number stands twice'],
  'entry-out-of-place': [
    '分录不在其应在的位置',
    'the entry stands in another place than it says, or names one that is not there',
  ],
  'chain-broken': ['前一分录的哈希不符', 'the entry does not name the hash of the one before it'],
  'hash-wrong': ['分录哈希与内容不符', 'the hash of the entry is not that of its place and text'],
  'identity-broken': ['恒等式不成立', 'an identity of the bill or of the position does not hold'],
  'position-not-fold': [
    '累计与逐笔合计不符',
    'the position is not the one before it with this entry folded in',
  ],
  'replay-differs': ['重新计算与记录不一致', 'deciding it again does not give the recorded bytes'],
  'replay-impossible': [
    '无法重新计算（政策版本或原始单据缺失）',
    'it cannot be decided again: a release or raw record is missing',
  ],
  'raw-claim-differs': [
    '按原始记录重新结算与账本不一致',
    'settling the record as it was posted again does not give the entry',
  ],
  'anchor-missing': ['封存后整个参保人分录链消失', 'a stream that was sealed is not in the ledger any more'],
  'head-behind-anchor': ['分录链比封存时短', 'the stream is shorter than it was when it was sealed'],
  'anchor-differs': ['分录与封存时不同', 'the entry that was sealed is another one now'],
  'anchor-broken': ['封存文件自身不一致', 'the seal does not fit its own leaves'],
  'count-differs': [
    '封存范围内的合计与封存时不符',
    'counts or totals of what was sealed differ from the seal',
  ],
  'batch-count-differs': [
    '批次已受理的记录与分录数不符',
    'records that a batch accepted have no entry, or more than one',
  ],
  'cleared-month-differs': [
    '已结账的月份与账本不符，或其对账单已变',
    'a month that was cleared no longer comes to what was cleared, or its statements changed',
  ],
  'verifiers-disagree': ['两个核验程序的结论不一致', 'the two verifiers do not say the same'],
  'batch-totals-differ': ['批次合计与分录合计不符', 'the totals of a batch are not those of its entries'],
} as const satisfies Record<string, readonly [zh: string, en: string]>;

export type FindingCode = keyof typeof FINDINGS;

export interface Finding {
  /** Empty for a finding about a batch or a seal. */
  readonly stream: string;
  /** 0 where no single entry is meant. */
  readonly seq: number;
  readonly code: FindingCode;
  /** Names of fields, rules and batches; never the value of anything personal. */
  readonly detail: string;
}
