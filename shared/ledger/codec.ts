// The stored form of an entry: its text, and the hash that chains it to the one before. An ordinary entry with all
// its attribute names is at most 1 KB, which is one write unit in the table and one in each index; so the position
// and the header are written compactly here, and nowhere else does anybody know how.

import { hash as digest } from 'node:crypto';
import { assert } from '../assert.ts';
import type { Fen } from '../money/fen.ts';
import type { Amounts, Basis } from '../policy/adjudication.ts';
import type { LocalDate } from '../time/dates.ts';
import type {
  ClaimHeader,
  EnrolmentEntry,
  Entry,
  EntryBody,
  EntryKind,
  EntryPlace,
  Settlement,
  StreamKey,
} from './entry.ts';
import type {
  Counters,
  CoverageSpell,
  Effects,
  Enrolment,
  MemberFact,
  Position,
  RecentStay,
} from './position.ts';

/** SHA-256 of a text, base64url. */
export const sha256 = (text: string): string => digest('sha256', text, 'base64url');

/** The hash that the first entry of a stream names as the one before. */
export const genesis = (stream: StreamKey): string => sha256(`jiesuan/1\n${stream}`);

/** Hash over the place and the text: nothing of an entry can be moved or changed without its hash changing. */
export function entryHash(
  { stream, seq, prev, claimKey, batchId, batchIndex }: EntryPlace,
  text: string,
): string {
  return sha256(`${stream}\n${seq}\n${prev}\n${claimKey}\n${batchId}\n${batchIndex}\n${text}`);
}

/** Writes a body down at a place. Pure: the same place and body give the same bytes, wherever and whenever it runs. */
export function seal(place: EntryPlace, body: EntryBody): Entry {
  const text = encodeBody(body);
  return { place, body, text, hash: entryHash(place, text) };
}

/** Reads a stored entry. Its hash is taken as stored: checking it is verification's work. */
export function unseal(place: EntryPlace, text: string, hash: string): Entry {
  return { place, body: decodeBody(text, place.claimKey), text, hash };
}

// ---- bodies

/** The text of a body. */
export function encodeBody(body: EntryBody): string {
  const { position, ...rest } = body;
  const packed: Record<string, unknown> = { ...rest, position: packPosition(position) };
  if (body.kind === 'settlement') {
    packed['header'] = packHeader(body.header);
    packed['amounts'] = packAmounts(body.amounts);
    packed['basis'] = packBasis(body.basis, body.amounts);
    packed['effects'] = packEffects(body.effects);
  }
  if (body.kind === 'enrolment') packed['enrolment'] = undefined; // It stands in the position after it.
  return JSON.stringify(packed);
}

/** The body of a text. Throws an InvariantError when the text is not one of ours. */
export function decodeBody(text: string, claimKey: string): EntryBody {
  const packed = JSON.parse(text) as PackedBody;
  const position = unpackPosition(packed.position);
  if (packed.kind === 'settlement') {
    const amounts = unpackAmounts(packed.amounts);
    return {
      ...(packed as object),
      amounts,
      header: unpackHeader(packed.header, claimKey),
      basis: unpackBasis(packed.basis, amounts),
      effects: unpackEffects(packed.effects),
      position,
    } as Settlement;
  }
  if (packed.kind === 'enrolment') {
    assert(position.enrolment !== undefined, 'an enrolment entry carries the enrolment in its position');
    return { ...(packed as object), enrolment: position.enrolment, position } as EnrolmentEntry;
  }
  return { ...(packed as object), position } as EntryBody;
}

type PackedBody = { position: PackedPosition } & (
  | {
      kind: 'settlement';
      amounts: PackedAmounts;
      header: PackedHeader;
      basis?: PackedBasis;
      effects: PackedEffects;
    }
  | { kind: Exclude<EntryKind, 'settlement'> }
);

// ---- header: the claim key already says whose claim it is, and which

type PackedHeader = Omit<ClaimHeader, 'claimNo' | 'providerId'>;

function packHeader(header: ClaimHeader): PackedHeader {
  const { claimNo: _claimNo, providerId: _providerId, ...rest } = header;
  return rest;
}

function unpackHeader(packed: PackedHeader, claimKey: string): ClaimHeader {
  const slash = claimKey.indexOf('/');
  return { ...packed, providerId: claimKey.slice(0, slash), claimNo: claimKey.slice(slash + 1) };
}

// ---- amounts: zeros are left out; the bill is the sum of its parts

const PARTS = [
  'selfPaid',
  'overLimit',
  'firstPay',
  'inScope',
  'deductible',
  'account',
  'cash',
  'hospital',
] as const;
type PackedAmounts = Partial<Record<(typeof PARTS)[number] | 'billed', number>> & {
  funds?: Amounts['funds'];
};

function packAmounts(amounts: Amounts): PackedAmounts {
  const packed: PackedAmounts = { billed: amounts.billed };
  for (const part of PARTS) if (amounts[part] !== 0) packed[part] = amounts[part];
  if (Object.keys(amounts.funds).length > 0) packed.funds = sorted(amounts.funds);
  return packed;
}

function unpackAmounts(packed: PackedAmounts): Amounts {
  const part = (name: (typeof PARTS)[number] | 'billed') => (packed[name] ?? 0) as Fen;
  return {
    billed: part('billed'),
    selfPaid: part('selfPaid'),
    overLimit: part('overLimit'),
    firstPay: part('firstPay'),
    inScope: part('inScope'),
    deductible: part('deductible'),
    funds: packed.funds ?? {},
    account: part('account'),
    cash: part('cash'),
    hospital: part('hospital'),
  };
}

// ---- basis: what the lines came to is nearly always what the amounts say; only the difference is written

type PackedBasis = { lines?: readonly number[]; categories?: Basis['categories'] };

function packBasis(basis: Basis, amounts: Amounts): PackedBasis | undefined {
  const same =
    basis.selfPaid === amounts.selfPaid &&
    basis.overLimit === amounts.overLimit &&
    basis.firstPay === amounts.firstPay &&
    basis.inScope === amounts.inScope;
  const packed: PackedBasis = {};
  if (!same) packed.lines = [basis.selfPaid, basis.overLimit, basis.firstPay, basis.inScope];
  if (basis.categories && Object.keys(basis.categories).length > 0)
    packed.categories = sorted(basis.categories);
  return Object.keys(packed).length > 0 ? packed : undefined;
}

function unpackBasis(packed: PackedBasis | undefined, amounts: Amounts): Basis {
  const [selfPaid, overLimit, firstPay, inScope] = (packed?.lines ?? [
    amounts.selfPaid,
    amounts.overLimit,
    amounts.firstPay,
    amounts.inScope,
  ]) as [Fen, Fen, Fen, Fen];
  return {
    selfPaid,
    overLimit,
    firstPay,
    inScope,
    ...(packed?.categories ? { categories: packed.categories } : {}),
  };
}

// ---- position and effects

type PackedSpell = readonly [from: string, to: string, scheme: string, personClass: string];
type PackedFact = readonly [fact: string, value: string, from: string, to: string];
type PackedStay = readonly (string | number)[];
interface PackedPosition {
  born?: LocalDate;
  sex?: 'F' | 'M';
  /** 1: there is a personal account. */
  acct?: 0 | 1;
  cover?: readonly PackedSpell[];
  facts?: readonly PackedFact[];
  /** Benefit year, credits of this year, left from earlier ones. */
  account?: readonly [string, number, number];
  years?: Record<string, Counters>;
  stays?: readonly PackedStay[];
}

function packPosition({ enrolment, account, years, stays }: Position): PackedPosition {
  const packed: PackedPosition = {};
  if (enrolment) {
    if (enrolment.born) packed.born = enrolment.born;
    if (enrolment.sex) packed.sex = enrolment.sex;
    packed.acct = enrolment.hasAccount ? 1 : 0;
    packed.cover = enrolment.coverage.map((spell) => [
      spell.from,
      spell.to ?? '',
      spell.scheme,
      spell.personClass,
    ]);
    if (enrolment.facts)
      packed.facts = enrolment.facts.map((f) => [f.fact, f.value ?? '', f.from, f.to ?? '']);
  }
  if (account) packed.account = [account.year, account.thisYear, account.earlier];
  if (Object.keys(years).length > 0) packed.years = packCounters(years);
  if (stays && stays.length > 0) packed.stays = stays.map(packStay);
  return packed;
}

function unpackPosition(packed: PackedPosition): Position {
  const enrolment: Enrolment | undefined = packed.cover && {
    ...(packed.born ? { born: packed.born } : {}),
    ...(packed.sex ? { sex: packed.sex } : {}),
    hasAccount: packed.acct === 1,
    coverage: packed.cover.map(
      ([from, to, scheme, personClass]) =>
        ({ from, ...(to ? { to } : {}), scheme, personClass }) as CoverageSpell,
    ),
    ...(packed.facts
      ? {
          facts: packed.facts.map(
            ([fact, value, from, to]) =>
              ({ fact, ...(value ? { value } : {}), from, ...(to ? { to } : {}) }) as MemberFact,
          ),
        }
      : {}),
  };
  return {
    ...(enrolment ? { enrolment } : {}),
    ...(packed.account
      ? {
          account: {
            year: packed.account[0],
            thisYear: packed.account[1] as Fen,
            earlier: packed.account[2] as Fen,
          },
        }
      : {}),
    years: packed.years ?? {},
    ...(packed.stays ? { stays: packed.stays.map(unpackStay) } : {}),
  };
}

const packStay = (stay: RecentStay): PackedStay => [
  stay.claim,
  stay.provider,
  stay.level,
  stay.admittedOn,
  stay.dischargedOn,
  stay.deductibleStandard,
  stay.deductible,
  ...(stay.interim ? [1] : []),
];

function unpackStay(packed: PackedStay): RecentStay {
  const [claim, provider, level, admittedOn, dischargedOn, deductibleStandard, deductible, interim] =
    packed as [string, string, string, LocalDate, LocalDate, Fen, Fen, number | undefined];
  return {
    claim,
    provider,
    level,
    admittedOn,
    dischargedOn,
    deductibleStandard,
    deductible,
    ...(interim ? { interim: true } : {}),
  };
}

interface PackedEffects {
  counters?: Record<string, Counters>;
  account?: readonly [number, number];
  stay?: PackedStay;
}

function packEffects({ counters, account, stay }: Effects): PackedEffects {
  const packed: PackedEffects = {};
  if (Object.keys(counters).length > 0) packed.counters = packCounters(counters);
  if (account && (account.earlier !== 0 || account.thisYear !== 0))
    packed.account = [account.earlier, account.thisYear];
  if (stay) packed.stay = packStay(stay);
  return packed;
}

function unpackEffects(packed: PackedEffects): Effects {
  return {
    counters: packed.counters ?? {},
    ...(packed.account
      ? { account: { earlier: packed.account[0] as Fen, thisYear: packed.account[1] as Fen } }
      : {}),
    ...(packed.stay ? { stay: unpackStay(packed.stay) } : {}),
  };
}

const packCounters = (years: Readonly<Record<string, Counters>>): Record<string, Counters> => {
  const packed: Record<string, Counters> = {};
  for (const year of Object.keys(years).sort()) packed[year] = sorted(years[year] as Counters);
  return packed;
};

/** The same object with its keys in order, so that equal contents are equal bytes. */
function sorted<T extends object>(of: T): T {
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(of).sort()) result[key] = (of as Record<string, unknown>)[key];
  return result as T;
}
