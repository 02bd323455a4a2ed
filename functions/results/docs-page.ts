// The interface as one page to read: Chinese first, no script, nothing fetched from elsewhere, made from the same
// contracts and catalogues as the OpenAPI document. Looks: docs-style.ts.

import type { RouteContract } from '../../shared/http/route.ts';
import { FIELD_PROBLEMS, type FieldCode } from '../../shared/http/field-problems.ts';
import { fieldError } from '../../shared/http/field-errors.ts';
import { type Bilingual, PROBLEMS, type ProblemCode } from '../../shared/http/problems.ts';
import { CORRECTION_CODES } from './decision-view.ts';
import { DENIAL_CODES, denialSentence } from '../../shared/policy/denials.ts';
import { STYLE } from './docs-style.ts';
import { meaningOf } from './docs-terms.ts';
import { ALL_CONTRACTS, GROUPS, type JsonSchema, openapi, parameters, problemsOf } from './openapi.ts';

let made: string | undefined;

/** The page; made when first asked for. */
export const docsPage = (): string => (made ??= makePage());

function makePage(): string {
  const schemas = (openapi()['components'] as { schemas: Record<string, JsonSchema> }).schemas;
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>结算 Jiesuan · 接口说明</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>结算 <span lang="en">Jiesuan</span></h1>
<p>基本医疗保险费用结算接口。机构提交结算批次，逐单按参保地政策计算并记账；每个数字都能追溯到条款。</p>
<p lang="en">Settlement of basic medical insurance claims: post a batch, every claim is settled under the policy of the member's area, and every figure names its clause.</p>
<p><a href="/openapi.json">openapi.json</a></p>
</header>
<nav aria-label="目录 Contents">
${Object.entries(GROUPS)
  .map(([group, name]) => navGroup(group, name))
  .join('\n')}
<section><h2>参考 <span lang="en">Reference</span></h2>
<a href="#schemas">数据结构 <span lang="en">Schemas</span></a><a href="#problems">错误代码 <span lang="en">Problem codes</span></a><a href="#fields">字段错误 <span lang="en">Field codes</span></a><a href="#denials">拒付与待审代码 <span lang="en">Denial codes</span></a><a href="#corrections">冲突与未予办理代码 <span lang="en">Conflict and refusal codes</span></a></section>
</nav>
<main>
${basics()}
${Object.entries(GROUPS)
  .map(([group, name]) => routesOf(group, name))
  .join('\n')}
<h2 id="schemas">数据结构 <span lang="en">Schemas</span></h2>
${Object.entries(schemas)
  .map(([name, schema]) => schemaSection(name, schema))
  .join('\n')}
<h2 id="problems">错误代码 <span lang="en">Problem codes</span></h2>
<p>错误以 application/problem+json（RFC 9457）返回，code 不变，句子供人阅读。<br><span lang="en">Errors are RFC 9457 problems; codes are stable, sentences are for people.</span></p>
${codeTable(Object.keys(PROBLEMS).map((code) => problemRow(code as ProblemCode)))}
<h2 id="fields">字段错误 <span lang="en">Field codes</span></h2>
<p>errors 中每一项给出位置（path）与代码（code），从不回显所提交的值。<br><span lang="en">Each item of errors gives path and code; what was sent is never repeated.</span></p>
${codeTable(Object.keys(FIELD_PROBLEMS).map((code) => fieldRow(code as FieldCode)))}
<h2 id="denials">拒付与待审代码 <span lang="en">Denial codes</span></h2>
<p>单据可读但不予支付（拒付），或需人工先看（待审）。<br><span lang="en">The claim could be read, but nothing is payable, or a person has to look first.</span></p>
${codeTable(DENIAL_CODES.map((code) => ({ code, id: `denial-${code}`, mark: '', ...denialSentence({ code }) })))}
<h2 id="corrections">冲突与未予办理代码 <span lang="en">Conflict and refusal codes</span></h2>
<p>单据号已被占用（冲突），或审核、冲正与现有结算不符（未予办理）；账目均不变。<br><span lang="en">The number is taken, or a review or reversal does not fit what stands; nothing has changed.</span></p>
${codeTable(CORRECTION_CODES.map((row) => ({ ...row, id: `correction-${row.code}`, mark: '' })))}
</main>
</body>
</html>
`;
}

const BASICS: readonly Bilingual[] = [
  {
    zh: '金额为整数分，字段名以 Fen 结尾；数量、单价为十进制字符串；日期 YYYY-MM-DD；时间为 UTC。',
    en: 'Amounts are whole fen, in fields that end in Fen; quantities and prices are decimal strings; dates are YYYY-MM-DD; moments are UTC.',
  },
  {
    zh: '身份：Authorization: Bearer <令牌>，或按部署采用 AWS SigV4。机构只能看到自己的数据；不属于自己的对象与不存在的对象答复完全相同。',
    en: 'Identity: a Bearer token, or AWS SigV4, as deployed. A provider sees only its own; what belongs to others is answered exactly like what does not exist.',
  },
  {
    zh: '批次以机构编号与批次号为幂等键，网络中断后可放心重复提交；重复提交不会重复结算。',
    en: 'A batch is idempotent by provider and batch number: after a broken connection, post it again; posting twice never settles twice.',
  },
  {
    zh: '列表均分页：JSON 中的 next，或 Link 头 rel="next"。',
    en: 'Every list is paged: next in the JSON, or the Link header with rel="next".',
  },
];

const basics = (): string =>
  `<h2>通则 <span lang="en">Basics</span></h2>\n<ul class="basics">${BASICS.map((text) => `<li>${both(text)}</li>`).join('')}</ul>`;

const navGroup = (group: string, name: Bilingual): string =>
  `<section><h2>${inline(name)}</h2>${routesIn(group)
    .map(
      (route) =>
        `<a href="#${route.id}"><b class="${route.method}">${route.method}</b> ${escape(route.summary.zh)}</a>`,
    )
    .join('')}</section>`;

const routesIn = (group: string): RouteContract[] => ALL_CONTRACTS.filter((route) => route.group === group);

const routesOf = (group: string, name: Bilingual): string =>
  `<h2>${inline(name)}</h2>\n${routesIn(group).map(routeSection).join('\n')}`;

function routeSection(route: RouteContract): string {
  const { id, method, path, summary, description, access } = route;
  const inputs = [...parameters(route.params, 'path'), ...parameters(route.query, 'query')];
  const body = route.body?.meta()?.id;
  return `<article id="${id}">
<h3><b class="${method}">${method}</b> <code>${escape(path).replaceAll('/', '/<wbr>')}</code></h3>
<p class="summary">${both(summary)}</p>
${description ? `<p>${both(description)}</p>` : ''}
<p class="who">${access === 'public' ? '无需身份 <span lang="en">no identity needed</span>' : access.map((role) => `<span class="role">${ROLES[role]}</span>`).join(' ')}</p>
${inputs.length === 0 ? '' : table(['参数 Parameter', '类型 Type', '说明 Meaning'], inputs.map(parameterRow))}
${body === undefined ? '' : `<p>请求体 <span lang="en">Body</span>: ${schemaLink(body)}</p>`}
${route.bodyExample === undefined ? '' : `<details><summary>示例 <span lang="en">Example</span></summary><pre>${escape(JSON.stringify(route.bodyExample, undefined, 2))}</pre></details>`}
<ul class="answers">${route.answers.map(({ status, description: meaning, content }) => `<li><b>${status}</b> ${inline(meaning)} ${content.map(({ mediaType, schema }) => `<code>${mediaType}</code>${schema?.meta()?.id ? ` ${schemaLink(textOf(schema.meta()?.id))}` : ''}`).join(' · ')}</li>`).join('')}</ul>
<details><summary>可能的错误 <span lang="en">Problems</span></summary><p class="codes">${problemsOf(route)
    .map((code) => `<a href="#problem-${code}"><code>${PROBLEMS[code].status} ${code}</code></a>`)
    .join(' ')}</p></details>
</article>`;
}

const ROLES = {
  provider: '医药机构 <span lang="en">provider</span>',
  ops: '运维 <span lang="en">ops</span>',
  agency: '经办机构 <span lang="en">agency</span>',
} as const;

const parameterRow = (parameter: JsonSchema): readonly string[] => [
  `<code>${escape(textOf(parameter['name']))}</code>${parameter['required'] === true ? ' <b class="required">*</b>' : ''}`,
  typeText(parameter['schema'] as JsonSchema),
  meaning(textOf(parameter['name']), parameter),
];

function schemaSection(name: string, schema: JsonSchema): string {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  const required = (schema['required'] ?? []) as readonly string[];
  const rows = properties.map(([field, type]) => [
    `<code>${escape(field)}</code>${required.includes(field) ? ' <b class="required">*</b>' : ''}`,
    typeText(type),
    meaning(field, type),
  ]);
  return `<article id="schema-${name}"><h3><b>${name}</b></h3><p>${escape(textOf(schema['description']))}</p>${rows.length === 0 ? `<p>${typeText(schema)}</p>` : table(['字段 Field', '类型 Type', '说明 Meaning'], rows)}</article>`;
}

/** What a field means: its Chinese term, then its description. */
function meaning(field: string, { description }: JsonSchema): string {
  const term = meaningOf(field);
  const english = description === undefined ? '' : `<span lang="en">${escape(textOf(description))}</span>`;
  return [term === undefined ? '' : escape(term), english].filter((text) => text !== '').join('<br>');
}

/** A schema in a few words, with links to named ones. */
function typeText(schema: JsonSchema): string {
  const reference = /^#\/components\/schemas\/(\w+)$/.exec(textOf(schema['$ref']))?.[1];
  if (reference) return schemaLink(reference);
  if (schema['enum'])
    return (schema['enum'] as unknown[]).map((value) => `<code>${escape(textOf(value))}</code>`).join(' ');
  if (schema['const'] !== undefined) return `<code>${escape(textOf(schema['const']))}</code>`;
  const alternatives = (schema['anyOf'] ?? schema['oneOf']) as JsonSchema[] | undefined;
  if (alternatives) return alternatives.map(typeText).join(' | ');
  if (schema['type'] === 'array')
    return `[ ${typeText((schema['items'] ?? {}) as JsonSchema)} ]${bounds(schema, 'minItems', 'maxItems')}`;
  if (schema['type'] === 'object') {
    const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
    if (properties.length > 0)
      return `{ ${properties.map(([name, type]) => `<code>${escape(name)}</code>: ${typeText(type)}`).join(', ')} }`;
    return typeof schema['additionalProperties'] === 'object'
      ? `{ …: ${typeText(schema['additionalProperties'] as JsonSchema)} }`
      : 'object';
  }
  const pattern =
    typeof schema['pattern'] === 'string' ? ` <code class="pattern">${escape(schema['pattern'])}</code>` : '';
  const format =
    typeof schema['format'] === 'string' && pattern === '' ? ` (${escape(schema['format'])})` : '';
  return `${escape(textOf(schema['type'] ?? 'any'))}${format}${bounds(schema, 'minimum', 'maximum')}${pattern}`;
}

function bounds(schema: JsonSchema, least: string, most: string): string {
  const said = [
    schema[least] === undefined || Math.abs(Number(schema[least])) >= Number.MAX_SAFE_INTEGER
      ? ''
      : `≥ ${Number(schema[least])}`,
    schema[most] === undefined || Number(schema[most]) >= Number.MAX_SAFE_INTEGER
      ? ''
      : `≤ ${Number(schema[most]).toLocaleString('en-US')}`,
  ].filter((text) => text !== '');
  return said.length === 0 ? '' : ` <small>${said.join(', ')}</small>`;
}

interface CodeRow extends Bilingual {
  readonly code: string;
  readonly id: string;
  readonly mark: string;
}

/** Facts that sentences are shown with here: marks of what would stand there. */
const KNOWN_PLACEHOLDERS: Readonly<Record<string, string>> = {
  bytesMax: 'N',
  max: 'N',
  min: 'N',
  count: 'N',
  found: 'N',
  first: 'N',
  days: 'N',
  latest: 'YYYY-MM-DD',
};
const PLACEHOLDERS = new Proxy(KNOWN_PLACEHOLDERS, { get: (known, name) => known[String(name)] ?? '…' });

const problemRow = (code: ProblemCode): CodeRow => ({
  code,
  id: `problem-${code}`,
  mark: String(PROBLEMS[code].status),
  ...PROBLEMS[code].detail(PLACEHOLDERS),
});

function fieldRow(code: FieldCode): CodeRow {
  const { zh, en } = fieldError([], code, PLACEHOLDERS);
  return { code, id: `field-${code}`, mark: '', zh, en };
}

const codeTable = (rows: readonly CodeRow[]): string =>
  `<div class="wide"><table class="codes"><tbody>${rows.map(({ code, id, mark, zh, en }) => `<tr id="${id}"><td><code>${code}</code>${mark === '' ? '' : ` <b>${mark}</b>`}</td><td>${both({ zh, en })}</td></tr>`).join('')}</tbody></table></div>`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<div class="wide"><table><thead><tr>${head.map((cell) => `<th>${escape(cell)}</th>`).join('')}</tr></thead><tbody>${rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('')}</tbody></table></div>`;

const schemaLink = (name: string): string => `<a href="#schema-${name}"><code>${name}</code></a>`;
const both = ({ zh, en }: Bilingual): string => `${escape(zh)}<br><span lang="en">${escape(en)}</span>`;
const inline = ({ zh, en }: Bilingual): string => `${escape(zh)} <span lang="en">${escape(en)}</span>`;

/** A text of the document, or nothing where it has none. */
const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
