// A pack on one day, as a person reads it: benefits, payers in order, every number with for whom and its source.

import { citationText } from '../explain.ts';
import { checkPackDocument } from '../pack/parse.ts';
import { changeDays, resolveOn } from '../pack/resolve.ts';
import { policyRows } from './policy-rows.ts';

/** What the words of the format are called by those who use them. */
const LABELS: Readonly<Record<string, string>> = {
  benefitYear: '待遇年度',
  gapDaysAllowed: '允许中断天数',
  rounding: '取整',
  corrections: '更正',
  counters: '累计',
  benefits: '待遇',
  layers: '支付层',
  deductible: '起付',
  standard: '起付标准',
  ratio: '支付比例',
  bands: '分段',
  table: '各段',
  upTo: '上限',
  adjust: '调整',
  caps: '限额',
  amount: '额度',
  counts: '计入',
  per: '周期',
  fund: '基金',
  base: '基数',
  account: '个人账户',
  rules: '规则',
  limits: '使用限额',
  lines: '费用明细',
  total: '总额',
  merge: '合并',
  encounters: '医疗类别',
  firstShare: '先自付',
  yearlyMax: '年度起付合计',
  thresholds: '分段口径',
  crossYear: '跨年',
  ordinal: '次数',
  personClass: '人员类别',
};

export function showPack(document: unknown, on: string): string {
  const pack = checkPackDocument(document);
  const policy = resolveOn(pack, changeDays(pack).findLast((day) => day <= on) ?? on);
  if (policy.benefits.length === 0)
    return `${pack.name}: ${on} 没有生效的待遇 · nothing is in force on this day`;
  const numbered = new Map<string, number>();
  const mark = (text: string): string => {
    if (!numbered.has(text)) numbered.set(text, numbered.size + 1);
    return `[${numbered.get(text)}]`;
  };
  const lines: string[] = [`${pack.name} · ${pack.area} · ${pack.scheme} · ${on} (since ${policy.from})`];
  if (pack.note !== undefined) lines.push(pack.note);
  let open: readonly string[] = [];
  for (const { path, when, value, citations } of policyRows(policy)) {
    const common = path.findIndex((part, i) => part !== open[i]);
    for (let i = common < 0 ? path.length : common; i < path.length - 1; i++)
      lines.push(`${'  '.repeat(i + 1)}${label(path[i]!)}`);
    open = path;
    const marks = [...new Set(citations.map((citation) => mark(citationText(citation))))].join('');
    lines.push(
      `${'  '.repeat(path.length)}${label(path.at(-1)!)}: ${value}${when === '' ? '' : `  ← ${when}`}  ${marks}`.trimEnd(),
    );
  }
  return [...lines, '', ...[...numbered].map(([text, n]) => `[${n}] ${text}`)].join('\n');
}

const label = (key: string): string => (LABELS[key] === undefined ? key : `${LABELS[key]} ${key}`);
