// The second verifier, in another language: SQL over an export of the ledger. It shares no code with the first but
// SHA-256 itself. The same statements run on Athena over a DynamoDB export (lag, sha256 and json_extract are there
// under the same or a like name). It does not replay: chain, places, sums and sealed heads are its share.

import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { StoredEntry } from '../ledger/port.ts';
import type { Finding } from './findings.ts';

/** What the first verifier calls by the same code. */
export interface SqlFinding {
  readonly stream: string;
  readonly seq: number;
  readonly code: string;
}

/** The kinds of finding that both verifiers look for. */
const OF_BOTH: ReadonlySet<string> = new Set([
  'sequence-gap',
  'sequence-repeated',
  'chain-broken',
  'hash-wrong',
  'head-behind-anchor',
  'anchor-differs',
  'anchor-missing',
]);

/** What the whole ledger adds up to, by SQL's own arithmetic. */
export interface SqlTotals {
  readonly entries: number;
  readonly streams: number;
  readonly settled: number;
  readonly billed: number;
  readonly account: number;
  readonly cash: number;
}

export interface SqlAnchor {
  readonly stream: string;
  readonly seq: number;
  readonly hash: string;
}

const SCHEMA = `
create table entries (
  stream text, seq integer, prev text, hash text, claimKey text, batch text, idx integer, body text
);
create table anchors (stream text, seq integer, hash text);`;

/** Amounts stand in the order billed, in-scope, cash, account, ...; fully by name where they were undone or replaced. */
const MONEY = `
with money as (
  select json_extract(body, '$.amounts[0]') as billed, json_extract(body, '$.amounts[3]') as account,
         json_extract(body, '$.amounts[2]') as cash
  from entries where json_extract(body, '$.kind') = 'settlement'
  union all
  select -json_extract(body, '$.undone.billed'), -json_extract(body, '$.undone.account'),
         -json_extract(body, '$.undone.cash')
  from entries where json_extract(body, '$.kind') = 'reversal'
  union all
  select json_extract(body, '$.replacement.amounts.billed'), json_extract(body, '$.replacement.amounts.account'),
         json_extract(body, '$.replacement.amounts.cash')
  from entries where json_extract(body, '$.kind') = 'reversal' and json_extract(body, '$.replacement') is not null
)
select (select count(*) from entries) as entries, (select count(distinct stream) from entries) as streams,
       (select count(*) from entries where json_extract(body, '$.kind') = 'settlement') as settled,
       coalesce(sum(billed), 0) as billed, coalesce(sum(account), 0) as account, coalesce(sum(cash), 0) as cash
from money`;

const CHAIN = `
select stream, seq, 'sequence-repeated' as code from (
  select stream, seq, lag(seq, 1, 0) over (partition by stream order by seq) as before from entries
) where seq = before
union all
select stream, before + 1, 'sequence-gap' from (
  select stream, seq, lag(seq, 1, 0) over (partition by stream order by seq) as before from entries
) where seq > before + 1
union all
select stream, seq, 'chain-broken' from (
  select stream, seq, prev,
         lag(hash, 1, sha256('jiesuan/1' || char(10) || stream)) over (partition by stream order by seq) as named
  from entries
) where prev <> named
union all
select stream, seq, 'hash-wrong' from entries
where hash <> sha256(stream || char(10) || seq || char(10) || prev || char(10) || claimKey || char(10) ||
                     batch || char(10) || idx || char(10) || body)
union all
select a.stream, (select coalesce(max(e.seq), 0) + 1 from entries e where e.stream = a.stream),
       case when exists (select 1 from entries e where e.stream = a.stream) then 'head-behind-anchor'
            else 'anchor-missing' end
from anchors a where not exists (select 1 from entries e where e.stream = a.stream and e.seq >= a.seq)
union all
select a.stream, a.seq, 'anchor-differs'
from anchors a join entries e on e.stream = a.stream and e.seq = a.seq where e.hash <> a.hash`;

export interface SqlVerified {
  readonly findings: readonly SqlFinding[];
  readonly totals: SqlTotals;
}

/** Loads an export and asks. Findings in the order of stream and place. Holds the whole export in memory. */
export async function verifyWithSql(
  entries: Iterable<StoredEntry> | AsyncIterable<StoredEntry>,
  anchors: Iterable<SqlAnchor> = [],
): Promise<SqlVerified> {
  const db = new DatabaseSync(':memory:');
  try {
    db.function('sha256', { deterministic: true }, (text) =>
      createHash('sha256').update(String(text)).digest('base64url'),
    );
    db.exec(SCHEMA);
    db.exec('begin');
    const entry = db.prepare('insert into entries values (?, ?, ?, ?, ?, ?, ?, ?)');
    for await (const { place, text, hash } of entries)
      entry.run(
        place.stream,
        place.seq,
        place.prev,
        hash,
        place.claimKey,
        place.batchId,
        place.batchIndex,
        text,
      );
    const anchor = db.prepare('insert into anchors values (?, ?, ?)');
    for (const { stream, seq, hash } of anchors) anchor.run(stream, seq, hash);
    db.exec('commit');
    const findings = db.prepare(CHAIN).all() as unknown as SqlFinding[];
    const totals = db.prepare(MONEY).get() as unknown as SqlTotals;
    return {
      findings: findings
        .map(({ stream, seq, code }) => ({ stream, seq, code }))
        .sort((a, b) => (a.stream < b.stream ? -1 : a.stream > b.stream ? 1 : a.seq - b.seq)),
      totals: { ...totals },
    };
  } finally {
    db.close();
  }
}

/** Where the two verifiers do not say the same. The second one read later, so it may have seen more of a living ledger. */
export function disagreements(
  first: { readonly findings: readonly Finding[]; readonly entries: number; readonly streams: number },
  second: SqlVerified,
): Finding[] {
  const placed = (findings: readonly SqlFinding[]) =>
    new Map(
      findings
        .filter(({ code }) => OF_BOTH.has(code))
        .map((each) => [
          `${each.stream} ${each.code === 'anchor-missing' ? 0 : each.seq} ${each.code}`,
          each,
        ]),
    );
  const [one, two] = [placed(first.findings), placed(second.findings)];
  const alone = (of: typeof one, other: typeof one, whose: string): Finding[] =>
    [...of]
      .filter(([key]) => !other.has(key))
      .map(([, { stream, seq, code }]) => ({
        stream,
        seq,
        code: 'verifiers-disagree',
        detail: `${code}, ${whose} only`,
      }));
  const fewer =
    second.totals.entries < first.entries || second.totals.streams < first.streams
      ? [{ stream: '', seq: 0, code: 'verifiers-disagree' as const, detail: 'SQL counts fewer entries' }]
      : [];
  return [...alone(one, two, 'the first'), ...alone(two, one, 'SQL'), ...fewer];
}
