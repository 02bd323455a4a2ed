// What the outside world does in one run: which members there are, and who posts which batches when. Plain data, made
// from the seed before anything runs, so that a failure can be shrunk by taking parts of it away.

import { hash as digest } from 'node:crypto';
import { AGENCY } from '../../shared/batch/batch.ts';
import type { Chance } from './chance.ts';
import { AREAS, HOME_AREA, ITEMS, PROVIDERS } from './reference.ts';

/** 2026-09-02 12:00 in China. */
export const START = Date.parse('2026-09-02T04:00:00Z');
export const BUSINESS_DATE = '2026-09-02';
const MINUTE = 60_000;

export interface Posted {
  readonly kind: 'claim' | 'enrolment' | 'account-credit' | 'reversal' | 'review';
  /** Whose it is; a review does not say, the claim's number does. */
  readonly member: string;
  /** The number it is about: a claim's own, or that of the claim which is reversed or reviewed. */
  readonly number: string;
  /** Intake can read it. */
  readonly readable: boolean;
  readonly value: Readonly<Record<string, unknown>>;
  /** A claim that its client asks a quote for, and then names it. */
  readonly quoted?: true;
}

/** One batch, as a client posts it. */
export interface Post {
  readonly provider: string;
  readonly batchNo: string;
  readonly records: readonly Posted[];
  /** Uploaded as a file of lines, and then named, rather than posted whole. */
  readonly uploaded?: true;
  /** Milliseconds after the start; more than one when the client posts it again. */
  readonly at: readonly number[];
}

export interface Scenario {
  readonly posts: readonly Post[];
  /** When the second release comes into force, after the start. */
  readonly releaseAt: number;
  /** When everything is mended, after the start. */
  readonly healAt: number;
  /** Records between two cursors of split. */
  readonly recordsPerStretch: number;
  /** Shards of the batch index. */
  readonly shards: number;
  /** Consumers of each queue. */
  readonly consumers: number;
  /** When the back office enters a record of its own, or as soon after that as there is a stream to write to. */
  readonly officeAt?: readonly number[];
}

interface OfBatch {
  readonly provider: string;
  readonly record: Posted;
  /** When its batch is posted first. */
  readonly at: number;
}

/** The scenario of a seed. */
export function scenarioOf(chance: Chance): Scenario {
  const members = Array.from({ length: chance.between('members', 1, 5) }, (_, n) => memberNo(n));
  const posts: Post[] = [enrolments(chance, members)];
  const count = chance.between('batches', 2, 6);
  const posted: OfBatch[] = [];
  for (let n = 0; n < count; n++) {
    const batch = `B${n}`;
    const provider = chance.of(`${batch} provider`, PROVIDERS);
    const records: Posted[] = [];
    const length = chance.between(`${batch} length`, 1, 9);
    for (let i = 0; i < length; i++)
      records.push(nextRecord(chance, `${batch}-${i}`, provider, members, posted));
    // Mostly one after the other; but a correction may overtake what it corrects.
    const from = 1 + (12 * n) / count;
    const at = timesOf(chance, batch, from * MINUTE, (from + 7) * MINUTE);
    posted.push(...records.map((record) => ({ provider, record, at: at[0] as number })));
    const uploaded = chance.happens(`${batch} uploaded`, 0.3) ? { uploaded: true as const } : {};
    posts.push({
      provider,
      batchNo: batch,
      records,
      ...uploaded,
      at,
    });
    // The same number of a batch with other content: one of the two is refused.
    if (chance.happens(`${batch} number taken`, 0.08))
      posts.push({
        provider,
        batchNo: batch,
        records: [nextRecord(chance, `${batch}x`, provider, members, posted)],
        at: timesOf(chance, `${batch}x`, 1 * MINUTE, 20 * MINUTE),
      });
  }
  if (chance.happens('late enrolments', 0.4)) posts.push(lateEnrolments(chance, members));
  posts.push(...reviews(chance, posted));
  return {
    posts,
    releaseAt: chance.between('release at', 0, 20) * MINUTE,
    healAt: 25 * MINUTE,
    recordsPerStretch: chance.of('stretch', [2, 3, 5, 1_000]),
    shards: chance.between('shards', 1, 3),
    consumers: chance.between('consumers', 2, 4),
  };
}

const memberNo = (n: number): string => `DEMO${String(n).padStart(10, '0')}`;

function timesOf(chance: Chance, name: string, from: number, to: number): readonly number[] {
  const first = from + chance.draw(`${name} at`) * (to - from);
  const again = chance.happens(`${name} again`, 0.3)
    ? [first + chance.draw(`${name} again at`) * 10 * MINUTE]
    : [];
  const soon = chance.happens(`${name} twice at once`, 0.1)
    ? [first + chance.draw(`${name} soon`) * 100]
    : [];
  return [first, ...soon, ...again];
}

/** A new claim, an earlier one again, the same number with other content, or the same number for somebody else. */
function nextRecord(
  chance: Chance,
  name: string,
  provider: string,
  members: readonly string[],
  posted: readonly OfBatch[],
): Posted {
  const own = posted.filter((each) => each.provider === provider && each.record.kind === 'claim');
  const member = chance.of(`${name} member`, members);
  const fate = chance.draw(`${name} fate`);
  // Reversals race the claims they are about: some come in the same batch, or again, or for what is gone already.
  // Some take back more of what the newest one before was about.
  const newest = posted.findLast((each) => each.provider === provider && each.record.kind === 'reversal');
  if (own.length > 0 && chance.happens(`${name} reversal`, 0.25)) {
    const again = chance.happens(`${name} reverses on`, 0.35) ? newest?.record.number : undefined;
    const { record } = own.find((each) => each.record.number === again) ?? chance.of(`${name} reverses`, own);
    return reversalRecord(chance, name, record);
  }
  if (own.length > 0 && fate < 0.24) {
    const { record } = chance.of(`${name} earlier`, own);
    if (fate < 0.09) return record;
    if (fate < 0.17) return claimRecord(chance, name, record.member, record.number);
    const { insuredArea: _area, ...value } = record.value;
    return { ...record, member, value: { ...value, memberId: member, ...insured(member) } };
  }
  const record = claimRecord(chance, name, member, `C${name}`);
  if (fate > 0.95) return { ...record, readable: false, value: { ...record.value, billedFen: 'much' } };
  return chance.happens(`${name} quoted`, 0.15) ? { ...record, quoted: true } : record;
}

/** What a person looks at: a claim of these is pended, or would be. */
export const PENDED = 'trauma-inpatient';

/** A reviewer's decisions, mostly about claims that wait for one; two of them now and then, at almost the same time. */
function reviews(chance: Chance, posted: readonly OfBatch[]): Post[] {
  return posted.flatMap(({ provider, record, at }, n) => {
    if (record.kind !== 'claim' || !record.readable) return [];
    if (!chance.happens(`reviewed ${n}`, record.value['encounter'] === PENDED ? 0.75 : 0.02)) return [];
    const first = at + 1_000 + chance.draw(`review ${n} at`) ** 2 * 8 * MINUTE;
    const decisions = chance.happens(`review ${n} twice`, 0.4) ? ['', 'b'] : [''];
    return decisions.map((which, nth): Post => {
      const name = `V${n}${which}`;
      const soon = nth * (chance.draw(`${name} apart`) ** 3 * 3 * MINUTE);
      return reviewPost(reviewRecord(chance, name, provider, record), [
        ...timesOf(chance, name, first + soon, first + soon + 200),
      ]);
    });
  });
}

/** The batch of one review, as intake makes it. */
export const reviewPost = (record: Posted, at: readonly number[]): Post => ({
  provider: AGENCY,
  batchNo: `RV-${String(record.value['reviewNo'])}`,
  records: [record],
  at,
});

/** Approves a claim, refuses part of some lines, or denies it. */
export function reviewRecord(
  chance: Chance,
  name: string,
  provider: string,
  { number, value }: Posted,
  made?: 'approve' | 'reduce' | 'deny',
): Posted {
  const decision =
    made ?? chance.of(`${name} decision`, ['approve', 'approve', 'reduce', 'reduce', 'deny'] as const);
  const lines = value['lines'] as readonly { lineNo: number; amountFen: number }[];
  const some = lines.filter(({ lineNo }) => chance.happens(`${name} line ${lineNo}`, 0.6));
  const reductions = (some.length > 0 ? some : lines.slice(0, 1)).map(({ lineNo, amountFen }) => ({
    lineNo,
    // The whole line, a part of it, or by mistake more than there is.
    refusedFen: chance.happens(`${name} part ${lineNo}`, 0.7)
      ? chance.between(`${name} refused ${lineNo}`, 1, amountFen)
      : chance.happens(`${name} too much ${lineNo}`, 0.1)
        ? amountFen + 1
        : amountFen,
    reason: 'not-indicated',
  }));
  return {
    kind: 'review',
    member: '',
    number,
    readable: true,
    value: {
      reviewNo: name,
      decision,
      reason: 'seen-the-file',
      ...(decision === 'reduce' ? { reductions } : {}),
      providerId: provider,
      claimNo: number,
    },
  };
}

/** Takes a claim back, or one of its lines, or part of one. */
export function reversalRecord(
  chance: Chance,
  name: string,
  { member, number, value }: Posted,
  made?: 'whole' | 'refund',
): Posted {
  const ofLines = made === undefined ? chance.happens(`${name} refund`, 0.4) : made === 'refund';
  const lines = value['lines'] as readonly { lineNo: number; quantity: string; amountFen: number }[];
  const line = chance.of(`${name} line`, lines);
  const most = Number(line.quantity);
  const taken = chance.happens(`${name} whole line`, 0.5) ? most : chance.between(`${name} taken`, 1, most);
  const refundLines = [
    {
      originalLineNo: line.lineNo,
      quantity: `-${taken}`,
      amountFen: -Math.max(1, Math.floor((line.amountFen * taken) / most)),
    },
  ];
  return {
    kind: 'reversal',
    member,
    number,
    readable: true,
    value: {
      reversalNo: `R${name}`,
      reason: chance.of(`${name} reason`, ['drug-returned', 'billed-in-error']),
      claimNo: number,
      memberId: member,
      ...insured(member),
      ...(ofLines ? { refundLines } : {}),
    },
  };
}

const STAYS = ['inpatient', 'inpatient', 'inpatient', PENDED] as const;
const VISITS = ['outpatient', 'outpatient', 'pharmacy'] as const;

/** A claim that intake can read. */
export function claimRecord(chance: Chance, name: string, member: string, number: string): Posted {
  const year = chance.of(`${name} year`, [
    '2026',
    '2026',
    '2026',
    '2026',
    '2026',
    '2025',
    '2025',
    '2024',
    '2023',
  ]);
  const month = String(chance.between(`${name} month`, 1, 8)).padStart(2, '0');
  const day = chance.between(`${name} day`, 1, 20);
  const date = `${year}-${month}-${String(day).padStart(2, '0')}`;
  const later = `${year}-${month}-${String(day + chance.between(`${name} days`, 0, 8)).padStart(2, '0')}`;
  // Not every area pays for every kind: some are denied, most are not.
  const kinds = areaOf(member) === HOME_AREA ? [...STAYS, ...VISITS] : [...STAYS, ...STAYS, ...VISITS];
  const encounter = chance.of(`${name} encounter`, kinds);
  const stay = encounter.endsWith('inpatient');
  const lines = Array.from({ length: chance.between(`${name} lines`, 1, 3) }, (_, at) => {
    const item = chance.of(`${name} item ${at}`, ITEMS);
    const quantity = chance.between(`${name} quantity ${at}`, 1, stay ? 120 : 4);
    return {
      lineNo: at + 1,
      itemCode: item.code,
      quantity: String(quantity),
      unitPrice: (item.fen / 100).toFixed(2),
      amountFen: item.fen * quantity,
      servedOn: date,
    };
  });
  const value = {
    claimNo: number,
    memberId: member,
    ...insured(member),
    encounter,
    ...(stay ? { admittedOn: date, dischargedOn: later } : { servedOn: date }),
    ...(stay && chance.happens(`${name} interim`, 0.25) ? { interim: true } : {}),
    ...(chance.happens(`${name} account`, 0.5) ? { useAccount: true } : {}),
    billedFen: lines.reduce((sum, { amountFen }) => sum + amountFen, 0),
    lines,
  };
  return { kind: 'claim', member, number, readable: true, value };
}

/** Members of three areas, in turn. */
export const areaOf = (member: string): string => AREAS[Number(member.at(-1)) % 3] as string;

const insured = (member: string) => (areaOf(member) === HOME_AREA ? {} : { insuredArea: areaOf(member) });

export function enrolmentRecord(chance: Chance, name: string, member: string): Posted {
  const retired = chance.happens(`${name} retired`, 0.3);
  // Some are covered only from some day on: what lies before is denied.
  const from = chance.happens(`${name} covered late`, 0.1) ? '2026-02-01' : '2010-01-01';
  // Some end, so that a claim of later days is covered or not by whichever statement is the newest.
  const to = chance.happens(`${name} ends`, 0.1) ? { to: '2026-04-30' } : {};
  const number = `E${name}`;
  return {
    kind: 'enrolment',
    member,
    number,
    readable: true,
    value: {
      enrolmentNo: number,
      memberId: member,
      ...insured(member),
      born: retired ? '1950-05-05' : '1980-05-05',
      sex: 'F',
      hasAccount: true,
      coverage: [{ from, ...to, scheme: '310', personClass: retired ? 'retired' : 'active' }],
    },
  };
}

function creditRecord(chance: Chance, name: string, member: string): Posted {
  const number = `A${name}`;
  return {
    kind: 'account-credit',
    member,
    number,
    readable: true,
    value: {
      creditNo: number,
      memberId: member,
      ...insured(member),
      amountFen: chance.between(`${name} amount`, 1, 300_000),
      creditedOn: chance.of(`${name} on`, ['2025-07-01', '2026-01-05', '2026-06-01']),
    },
  };
}

function enrolments(chance: Chance, members: readonly string[]): Post {
  // A member in twenty is not known to the bureau.
  const known = members.filter((member) => !chance.happens(`unknown ${member}`, 0.05));
  const records = [
    ...known.map((member) => enrolmentRecord(chance, member, member)),
    ...known.flatMap((member) => [
      creditRecord(chance, `${member}a`, member),
      creditRecord(chance, `${member}b`, member),
    ]),
  ];
  return { provider: AGENCY, batchNo: 'E0', records, at: timesOf(chance, 'E0', 0, 1_000) };
}

function lateEnrolments(chance: Chance, members: readonly string[]): Post {
  const records = members.flatMap((member) =>
    chance.happens(`late ${member}`, 0.5)
      ? [enrolmentRecord(chance, `late${member}`, member), creditRecord(chance, `late${member}`, member)]
      : [],
  );
  const some = records.length > 0 ? records : [enrolmentRecord(chance, 'late', members[0] as string)];
  return {
    provider: AGENCY,
    batchNo: 'E1',
    records: some,
    at: timesOf(chance, 'E1', 5 * MINUTE, 20 * MINUTE),
  };
}

/** Record values may be empty in a post after shrinking; such a post is left out. */
export const withoutEmpty = (scenario: Scenario): Scenario => ({
  ...scenario,
  posts: scenario.posts.filter(({ records, at }) => records.length > 0 && at.length > 0),
});

/** What a client posts: the body as the API takes it. */
export function bodyOf(post: Post): Record<string, unknown> {
  const { provider, batchNo, records, uploaded } = post;
  if (records[0]?.kind === 'review') return { reviews: records.map(({ value }) => value) };
  if (provider === AGENCY) {
    return {
      batchNo,
      businessDate: BUSINESS_DATE,
      enrolments: records.filter(({ kind }) => kind === 'enrolment').map(({ value }) => value),
      accountCredits: records.filter(({ kind }) => kind === 'account-credit').map(({ value }) => value),
    };
  }
  const claims = records.map(({ value }) => value);
  const billedFen = claims.reduce(
    (sum, { billedFen }) => sum + (typeof billedFen === 'number' ? billedFen : 0),
    0,
  );
  return {
    providerId: provider,
    batchNo,
    businessDate: BUSINESS_DATE,
    controlTotals: { claimCount: claims.length, billedFen },
    ...(uploaded ? { uploadId: digest('sha256', linesOf(post), 'hex') } : { claims }),
  };
}

/** The file of an upload: one record a line. */
export const linesOf = ({ records }: Post): string =>
  records.map(({ value }) => `${JSON.stringify(value)}\n`).join('');

/** What rests in the bucket of a post, byte for byte. */
export const rawOf = (post: Post): string => (post.uploaded ? linesOf(post) : JSON.stringify(bodyOf(post)));

/** The records in the order the system numbers them: enrolments come before credits. */
export const inSystemOrder = (records: readonly Posted[]): readonly Posted[] => [
  ...records.filter(({ kind }) => kind !== 'account-credit'),
  ...records.filter(({ kind }) => kind === 'account-credit'),
];
