// `jiesuan generate`: synthetic members and claims as files that enrol and post take. The same options make the same
// bytes. Files are named so that in the order of their names they can be posted one after another.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isLocalDate } from '../../../shared/time/dates.ts';
import { type Generated, generate, type GeneratedClaim } from '../../local/sample/generate.ts';
import type { Cli } from '../context.ts';
import { EXIT, type Exit, usageError } from '../exit.ts';
import { count } from '../output/money.ts';
import { table } from '../output/table.ts';

export interface GenerateCliOptions {
  readonly seed: string;
  readonly members: string;
  readonly claims: string;
  readonly from: string;
  readonly to: string;
  readonly linesMax: string;
  readonly ndjson?: boolean;
  readonly out: string;
}

interface Made {
  readonly file: string;
  readonly records: number;
  readonly billedFen?: number;
}

/** Batches stay well below what one post may carry. */
const CLAIMS_PER_FILE = 2_000;
const BYTES_PER_FILE = 3_500_000;
const MEMBERS_PER_FILE = 5_000;

/** Writes the files and lists them. */
export async function generateFiles(cli: Cli, options: GenerateCliOptions): Promise<Exit> {
  const { seed, from, to, out } = options;
  if (!isLocalDate(from) || !isLocalDate(to) || to < from)
    throw usageError(
      'bad-dates',
      '--from、--to 为 YYYY-MM-DD 的日期，且不倒置。',
      '--from and --to are dates, YYYY-MM-DD, the first not after the second.',
    );
  const made = numberedBySeed(
    words(seed),
    generate({
      seed,
      from,
      to,
      members: whole('--members', options.members, 1, 10_000_000),
      claims: whole('--claims', options.claims, 0, 1_000_000),
      linesMax: whole('--lines-max', options.linesMax, 1, 1_000),
    }),
  );
  await mkdir(out, { recursive: true });
  const files: Made[] = [];
  const write = async (file: string, records: number, content: string, billedFen?: number) => {
    await writeFile(join(out, file), content);
    files.push({ file: join(out, file), records, ...(billedFen === undefined ? {} : { billedFen }) });
  };

  for (let at = 0; at * MEMBERS_PER_FILE < made.enrolments.length; at++) {
    const part = <T>(list: readonly T[]) => list.slice(at * MEMBERS_PER_FILE, (at + 1) * MEMBERS_PER_FILE);
    const document = {
      batchNo: `E-${words(seed)}-${at + 1}`,
      businessDate: from,
      enrolments: part(made.enrolments),
      accountCredits: part(made.accountCredits),
    };
    await write(
      `enrolments-${numbered(at)}.json`,
      document.enrolments.length + document.accountCredits.length,
      `${JSON.stringify(document)}\n`,
    );
  }
  for (const [providerId, claims] of byProvider(made.claims)) {
    if (options.ndjson !== true) continue;
    await write(
      `claims-${providerId}.ndjson`,
      claims.length,
      claims.map(({ claim }) => `${JSON.stringify(claim)}\n`).join(''),
      billed(claims),
    );
  }
  for (const [at, { providerId, claims }] of (options.ndjson === true
    ? []
    : batchesOf(made.claims)
  ).entries()) {
    const document = {
      providerId,
      batchNo: `G-${words(seed)}-${at + 1}`,
      businessDate: claims.at(-1)?.servedOn,
      controlTotals: { claimCount: claims.length, billedFen: billed(claims) },
      claims: claims.map(({ claim }) => claim),
    };
    await write(
      `claims-${numbered(at)}-${providerId}.json`,
      claims.length,
      `${JSON.stringify(document)}\n`,
      document.controlTotals.billedFen,
    );
  }
  await tell(cli, files, options);
  return EXIT.ok;
}

/** Claims of one provider in a row of days, cut by number and size; batches in the order of their last day. */
function batchesOf(claims: readonly GeneratedClaim[]): { providerId: string; claims: GeneratedClaim[] }[] {
  const batches: { providerId: string; claims: GeneratedClaim[]; bytes: number }[] = [];
  for (const [providerId, own] of byProvider(claims)) {
    for (const made of own) {
      const bytes = Buffer.byteLength(JSON.stringify(made.claim)) + 1;
      let last = batches.at(-1);
      if (
        last?.providerId !== providerId ||
        last.claims.length === CLAIMS_PER_FILE ||
        last.bytes + bytes > BYTES_PER_FILE
      ) {
        last = { providerId, claims: [], bytes: 0 };
        batches.push(last);
      }
      last.claims.push(made);
      last.bytes += bytes;
    }
  }
  const lastDay = (batch: { claims: GeneratedClaim[] }) => batch.claims.at(-1)?.servedOn ?? '';
  return batches.sort((a, b) => (lastDay(a) < lastDay(b) ? -1 : lastDay(a) > lastDay(b) ? 1 : 0));
}

/**
 * Every seed has members and numbers of its own: what is generated can be posted beside the sample, and beside what
 * another seed gave, without its numbers being taken.
 */
function numberedBySeed(
  seed: string,
  { enrolments, accountCredits, claims }: Generated,
): Pick<Generated, 'enrolments' | 'accountCredits' | 'claims'> {
  const own = (number: string): string => `${number.slice(0, 2)}${seed}-${number.slice(2)}`;
  const member = (memberId: string): string => memberId.replace(/^DEMO/, `DEMO${seed}`);
  return {
    enrolments: enrolments.map((record) => ({
      ...record,
      enrolmentNo: own(record.enrolmentNo),
      memberId: member(record.memberId),
    })),
    accountCredits: accountCredits.map((record) => ({
      ...record,
      creditNo: own(record.creditNo),
      memberId: member(record.memberId),
    })),
    claims: claims.map((made) => ({
      ...made,
      claim: { ...made.claim, claimNo: own(made.claim.claimNo), memberId: member(made.claim.memberId) },
    })),
  };
}

const byProvider = (claims: readonly GeneratedClaim[]) => Map.groupBy(claims, ({ providerId }) => providerId);
const billed = (claims: readonly GeneratedClaim[]): number =>
  claims.reduce((sum, { claim }) => sum + claim.billedFen, 0);
const numbered = (at: number): string => String(at + 1).padStart(4, '0');
/** A seed as a part of numbers: a member's number has room for 16 more characters. */
const words = (seed: string): string => seed.replace(/[^A-Za-z0-9]/g, '').slice(0, 16) || 'x';

function whole(option: string, text: string, least: number, most: number): number {
  const number = /^\d{1,8}$/.test(text) ? Number(text) : -1;
  if (number >= least && number <= most) return number;
  throw usageError(
    'bad-number',
    `${option} 为 ${least} 至 ${most} 的整数。`,
    `${option} is a whole number from ${least} to ${most}.`,
  );
}

async function tell(
  cli: Cli,
  files: readonly Made[],
  { out, to, ndjson }: GenerateCliOptions,
): Promise<void> {
  if (cli.json) return cli.document({ out, files });
  await cli.out.print(
    ...table<Made>(
      [
        { header: '文件 file', cell: ({ file }) => file },
        { header: '条数 records', align: 'right', cell: ({ records }) => count(records) },
      ],
      files,
    ),
  );
  await cli.err.print(
    cli.t('接下来：', 'Next:'),
    `  jiesuan enrol ${join(out, 'enrolments-*.json')} --wait`,
    ndjson === true
      ? `  jiesuan post ${join(out, 'claims-H0001.ndjson')} --provider H0001 --batch-no G-1 --date ${to} --wait`
      : `  jiesuan post ${join(out, 'claims-*.json')} --wait`,
  );
}
