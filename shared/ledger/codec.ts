// The stored form of an entry: its text, and the hash that chains it to the one before. An ordinary entry with all
// its attribute names is at most 1 KB, which is one write unit in the table and one in each index. So what can be told
// from the rest of the entry is not written; how it is written is known here and nowhere else. The text is JSON, put
// together by hand: that is quicker than building an object for JSON.stringify, and the order of its members is this
// file's, never that of whoever made the body.

import { hash as digest } from 'node:crypto';
import { assert } from '../assert.ts';
import { type ClaimHeader, serviceDate } from '../claim/claim.ts';
import type { Fen } from '../money/fen.ts';
import type { Amounts, Basis, Citation, Denial } from '../policy/adjudication.ts';
import type { LocalDate } from '../time/dates.ts';
import type {
  DenialEntry,
  EnrolmentEntry,
  Entry,
  EntryBody,
  EntryKind,
  EntryPlace,
  PendEntry,
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
  if (body.kind === 'settlement') return settlementText(body);
  if (body.kind === 'denial' || body.kind === 'pend') return unpaidText(body);
  // An enrolment stands in the position after it.
  const { kind, position, enrolment: _there, ...rest } = body as typeof body & { enrolment?: Enrolment };
  return `{"kind":"${kind}",${JSON.stringify(rest).slice(1, -1)},"position":${positionText(position)}}`;
}

/** The text of a position: equal positions are equal texts. */
export const encodePosition = (position: Position): string => positionText(position);

/** The body of a text. Throws an InvariantError when the text is not one of ours. */
export function decodeBody(text: string, claimKey: string): EntryBody {
  const packed = JSON.parse(text) as PackedBody;
  const position = unpackPosition(packed.position);
  if (packed.kind === 'settlement') return unpackSettlement(packed, position, claimKey);
  if (packed.kind === 'denial' || packed.kind === 'pend') return unpackUnpaid(packed, position, claimKey);
  if (packed.kind === 'enrolment') {
    assert(position.enrolment !== undefined, 'an enrolment entry carries the enrolment in its position');
    return { ...(packed as object), enrolment: position.enrolment, position } as EnrolmentEntry;
  }
  return { ...(packed as object), position } as EntryBody;
}

type PackedBody = { position: PackedPosition } & (
  | PackedSettlement
  | PackedUnpaid
  | { kind: Exclude<EntryKind, 'settlement' | 'denial' | 'pend'> }
);

interface PackedSettlement {
  kind: 'settlement';
  at: number;
  content: string;
  raw?: [number, number];
  resolves?: number;
  release: string;
  /** Left out: 1. */
  version?: number;
  scheme: string;
  benefit: string;
  /** Left out: the service date of the header. */
  servedOn?: LocalDate;
  /** Left out: the year of the service date. */
  benefitYear?: string;
  /** In the order of amountsText; what is missing at the end is zero. */
  amounts: number[];
  funds?: Amounts['funds'];
  header: PackedHeader;
  basis?: PackedBasis;
  effects: PackedEffects;
  replaces?: number;
  adjustments?: Settlement['adjustments'];
}

function settlementText(body: Settlement): string {
  const {
    at,
    content,
    raw,
    resolves,
    release,
    version,
    scheme,
    benefit,
    servedOn,
    benefitYear,
    amounts,
    header,
    basis,
    effects,
    replaces,
    adjustments,
    position,
  } = body;
  return (
    `{"kind":"settlement","at":${at},"content":${quoted(content)}` +
    (raw === undefined ? '' : `,"raw":[${raw[0]},${raw[1]}]`) +
    (resolves === undefined ? '' : `,"resolves":${resolves}`) +
    `,"release":${quoted(release)}` +
    (version === 1 ? '' : `,"version":${version}`) +
    `,"scheme":${quoted(scheme)},"benefit":${quoted(benefit)}` +
    (servedOn === serviceDate(header) ? '' : `,"servedOn":${quoted(servedOn)}`) +
    (servedOn.startsWith(benefitYear) && benefitYear.length === 4
      ? ''
      : `,"benefitYear":${quoted(benefitYear)}`) +
    `,"amounts":${amountsText(amounts)}` +
    numbersMember('funds', amounts.funds) +
    `,"header":${headerText(header, amounts.billed)}` +
    basisMember(basis, amounts) +
    `,"effects":${effectsText(effects, position)}` +
    (replaces === undefined ? '' : `,"replaces":${replaces}`) +
    (adjustments === undefined ? '' : `,"adjustments":${JSON.stringify(adjustments)}`) +
    `,"position":${positionText(position)}}`
  );
}

function unpackSettlement(packed: PackedSettlement, position: Position, claimKey: string): Settlement {
  const { kind, at, content, raw, resolves, release, version = 1, scheme, benefit } = packed;
  const amounts = unpackAmounts(packed);
  const header = unpackHeader(packed.header, claimKey, amounts.billed);
  const servedOn = packed.servedOn ?? serviceDate(header);
  return {
    kind,
    at,
    content,
    ...(raw ? { raw } : {}),
    ...(resolves === undefined ? {} : { resolves }),
    version,
    release,
    servedOn,
    benefitYear: packed.benefitYear ?? servedOn.slice(0, 4),
    scheme,
    benefit,
    amounts,
    header,
    basis: unpackBasis(packed.basis, amounts),
    effects: unpackEffects(packed.effects, position),
    ...(packed.replaces === undefined ? {} : { replaces: packed.replaces }),
    ...(packed.adjustments ? { adjustments: packed.adjustments } : {}),
    position,
  };
}

/** A denial or a pended claim. */
interface PackedUnpaid {
  kind: 'denial' | 'pend';
  at: number;
  content: string;
  raw?: [number, number];
  resolves?: number;
  release: string;
  billed: Fen;
  /** Left out: the service date of the header. */
  servedOn?: LocalDate;
  quote?: string;
  /** Why; of a pended claim there may be several. */
  why: readonly PackedReason[];
  header: PackedHeader;
  /** Left out: the claim was decided before its lines mattered. */
  basis?: PackedBasis;
  held?: readonly [version: number, scheme: string, benefit: string, benefitYear: string];
  replaces?: number;
  adjustments?: Settlement['adjustments'];
}

interface PackedReason {
  code: string;
  facts?: NonNullable<Denial['facts']>;
  cited?: readonly PackedCitation[];
}
/** What is missing before the last one given is 0. */
type PackedCitation = readonly [
  source: string,
  title: string,
  tier: string,
  clause?: string | 0,
  parameter?: string,
];

function unpaidText(body: DenialEntry | PendEntry): string {
  const { kind, at, content, raw, resolves, release, billed, servedOn, header, basis, position } = body;
  const { quoteId, held, adjustments }: Partial<DenialEntry> = kind === 'denial' ? body : {};
  const why = kind === 'denial' ? [body.denial] : body.reasons;
  return (
    `{"kind":"${kind}","at":${at},"content":${quoted(content)}` +
    (raw === undefined ? '' : `,"raw":[${raw[0]},${raw[1]}]`) +
    (resolves === undefined ? '' : `,"resolves":${resolves}`) +
    `,"release":${quoted(release)},"billed":${billed}` +
    (servedOn === serviceDate(header) ? '' : `,"servedOn":${quoted(servedOn)}`) +
    (quoteId === undefined ? '' : `,"quote":${quoted(quoteId)}`) +
    `,"why":${listText(why, reasonText)},"header":${headerText(header, billed)}` +
    (basis === undefined ? '' : `,"basis":${basisText(basis, undefined)}`) +
    (held === undefined ? '' : `,"held":${heldText(held)}`) +
    (body.replaces === undefined ? '' : `,"replaces":${body.replaces}`) +
    (adjustments === undefined ? '' : `,"adjustments":${JSON.stringify(adjustments)}`) +
    `,"position":${positionText(position)}}`
  );
}

function unpackUnpaid(packed: PackedUnpaid, position: Position, claimKey: string): DenialEntry | PendEntry {
  const { kind, at, content, raw, resolves, release, billed, quote, why, held, replaces, adjustments } =
    packed;
  const header = unpackHeader(packed.header, claimKey, billed);
  const common = {
    at,
    content,
    ...(raw ? { raw } : {}),
    ...(resolves === undefined ? {} : { resolves }),
    release,
    servedOn: packed.servedOn ?? serviceDate(header),
    billed,
    header,
    ...(packed.basis ? { basis: unpackBasis(packed.basis, undefined) } : {}),
    ...(replaces === undefined ? {} : { replaces }),
    position,
  };
  const reasons = why.map(unpackReason);
  if (kind === 'pend') return { kind, ...common, reasons };
  const [denial] = reasons;
  assert(denial !== undefined, 'a denial has its reason');
  return {
    kind,
    ...common,
    denial,
    ...(quote === undefined ? {} : { quoteId: quote }),
    ...(held ? { held: unpackHeld(held) } : {}),
    ...(adjustments ? { adjustments } : {}),
  };
}

type Held = NonNullable<DenialEntry['held']>;
const heldText = ({ version, scheme, benefit, benefitYear }: Held): string =>
  `[${version},${quoted(scheme)},${quoted(benefit)},${quoted(benefitYear)}]`;
const unpackHeld = ([version, scheme, benefit, benefitYear]: NonNullable<PackedUnpaid['held']>): Held => ({
  version,
  scheme,
  benefit,
  benefitYear,
});

const reasonText = ({ code, facts, citations }: Denial): string =>
  `{"code":${quoted(code)}` +
  (facts === undefined ? '' : `,"facts":${inOrder(facts)}`) +
  (citations === undefined ? '}' : `,"cited":${listText(citations, citationText)}}`);

const citationText = ({ source, title, tier, clause, parameter }: Citation): string =>
  `[${quoted(source)},${quoted(title)},${quoted(tier)}` +
  (clause === undefined && parameter === undefined ? '' : `,${clause === undefined ? 0 : quoted(clause)}`) +
  (parameter === undefined ? ']' : `,${quoted(parameter)}]`);

const unpackReason = ({ code, facts, cited }: PackedReason): Denial => ({
  code,
  ...(facts ? { facts } : {}),
  ...(cited ? { citations: cited.map(unpackCitation) } : {}),
});

const unpackCitation = ([source, title, tier, clause, parameter]: PackedCitation): Citation => ({
  source,
  title,
  ...(typeof clause === 'string' ? { clause } : {}),
  ...(parameter === undefined ? {} : { parameter }),
  tier,
});

// ---- texts

/** Characters that stand in JSON as themselves; nearly every text of ours has no other. */
const PLAIN = /^[ !#-[\]-~]*$/;
const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

function listText<T>(list: readonly T[], textOf: (item: T) => string): string {
  let text = '';
  for (let at = 0; at < list.length; at++) text += at === 0 ? textOf(list[at]!) : `,${textOf(list[at]!)}`;
  return `[${text}]`;
}

/** "2026-09-01" is 20260901. */
type PackedDay = number;
const dayText = (day: LocalDate): string => day.slice(0, 4) + day.slice(5, 7) + day.slice(8);
function dayOf(packed: PackedDay): LocalDate {
  const text = String(packed);
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` as LocalDate;
}

/** The names of an object in order: equal contents are equal bytes. */
function namesOf(of: object): string[] {
  const names = Object.keys(of);
  for (let at = 1; at < names.length; at++) if (names[at]! < names[at - 1]!) return names.sort();
  return names;
}

function numbersText(of: Readonly<Record<string, number>>): string {
  let text = '';
  for (const name of namesOf(of)) text += `${text === '' ? '' : ','}${quoted(name)}:${of[name]}`;
  return `{${text}}`;
}

/** `,"name":{...}`, or nothing when there is nothing in it. */
function numbersMember(name: string, of: Readonly<Record<string, number>> | undefined): string {
  const text = of === undefined ? '{}' : numbersText(of);
  return text.length === 2 ? '' : `,"${name}":${text}`;
}

function yearsText(years: Readonly<Record<string, Counters>>): string {
  let text = '';
  for (const year of namesOf(years))
    text += `${text === '' ? '' : ','}${quoted(year)}:${numbersText(years[year] as Counters)}`;
  return `{${text}}`;
}

/** The members of an object in the order of their names; for small ones off the common path. */
const inOrder = (of: object): string =>
  JSON.stringify(Object.fromEntries(Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1))));

// ---- header: the claim key already says whose claim it is, and which; the amounts say what was billed

interface PackedHeader {
  enc: ClaimHeader['encounter'];
  /** Admitted, discharged, served. */
  in?: PackedDay;
  out?: PackedDay;
  on?: PackedDay;
  interim?: boolean;
  dx?: string[];
  chronic?: string;
  referral?: NonNullable<ClaimHeader['referral']>;
  offSite?: NonNullable<ClaimHeader['offSite']>;
  dept?: string;
  doctor?: string;
  /** Use the personal account. */
  acct?: boolean;
  /** Left out: what the amounts say. */
  billed?: Fen;
}

function headerText(header: ClaimHeader, billed: Fen): string {
  const {
    encounter,
    admittedOn,
    dischargedOn,
    servedOn,
    interim,
    diagnoses,
    chronicDisease,
    referral,
    offSite,
  } = header;
  const { departmentCode, doctorCode, useAccount, billedFen } = header;
  return (
    `{"enc":"${encounter}"` +
    (admittedOn === undefined ? '' : `,"in":${dayText(admittedOn)}`) +
    (dischargedOn === undefined ? '' : `,"out":${dayText(dischargedOn)}`) +
    (servedOn === undefined ? '' : `,"on":${dayText(servedOn)}`) +
    (interim === undefined ? '' : `,"interim":${interim}`) +
    (diagnoses === undefined ? '' : `,"dx":${listText(diagnoses, quoted)}`) +
    (chronicDisease === undefined ? '' : `,"chronic":${quoted(chronicDisease)}`) +
    (referral === undefined ? '' : `,"referral":${inOrder(referral)}`) +
    (offSite === undefined ? '' : `,"offSite":${inOrder(offSite)}`) +
    (departmentCode === undefined ? '' : `,"dept":${quoted(departmentCode)}`) +
    (doctorCode === undefined ? '' : `,"doctor":${quoted(doctorCode)}`) +
    (useAccount === undefined ? '' : `,"acct":${useAccount}`) +
    (billedFen === billed ? '}' : `,"billed":${billedFen}}`)
  );
}

/** Does not compile when a header has a field that is not written above. */
type Unwritten = Exclude<
  keyof ClaimHeader,
  | 'claimNo'
  | 'providerId'
  | 'encounter'
  | 'admittedOn'
  | 'dischargedOn'
  | 'servedOn'
  | 'interim'
  | 'diagnoses'
  | 'chronicDisease'
  | 'referral'
  | 'offSite'
  | 'departmentCode'
  | 'doctorCode'
  | 'useAccount'
  | 'billedFen'
>;
type None<T extends never> = T;
export type EveryFieldIsWritten = None<Unwritten>;

function unpackHeader(packed: PackedHeader, claimKey: string, billed: Fen): ClaimHeader {
  const { enc, interim, dx, chronic, referral, offSite, dept, doctor, acct } = packed;
  const slash = claimKey.indexOf('/');
  return {
    claimNo: claimKey.slice(slash + 1),
    providerId: claimKey.slice(0, slash),
    encounter: enc,
    ...(packed.in === undefined ? {} : { admittedOn: dayOf(packed.in) }),
    ...(packed.out === undefined ? {} : { dischargedOn: dayOf(packed.out) }),
    ...(packed.on === undefined ? {} : { servedOn: dayOf(packed.on) }),
    ...(interim === undefined ? {} : { interim }),
    ...(dx === undefined ? {} : { diagnoses: dx }),
    ...(chronic === undefined ? {} : { chronicDisease: chronic }),
    ...(referral === undefined ? {} : { referral }),
    ...(offSite === undefined ? {} : { offSite }),
    ...(dept === undefined ? {} : { departmentCode: dept }),
    ...(doctor === undefined ? {} : { doctorCode: doctor }),
    ...(acct === undefined ? {} : { useAccount: acct }),
    billedFen: packed.billed ?? billed,
  };
}

// ---- amounts: what is most often zero comes last, and some zeros at the end are left out

function amountsText(amounts: Amounts): string {
  const { billed, inScope, cash, account, deductible, firstPay, selfPaid, overLimit, hospital } = amounts;
  if (selfPaid + overLimit + hospital > 0) {
    return `[${billed},${inScope},${cash},${account},${deductible},${firstPay},${selfPaid},${overLimit},${hospital}]`;
  }
  return deductible + firstPay > 0
    ? `[${billed},${inScope},${cash},${account},${deductible},${firstPay}]`
    : `[${billed},${inScope},${cash},${account}]`;
}

function unpackAmounts({ amounts, funds = {} }: Pick<PackedSettlement, 'amounts' | 'funds'>): Amounts {
  const [
    billed = 0,
    inScope = 0,
    cash = 0,
    account = 0,
    deductible = 0,
    firstPay = 0,
    selfPaid = 0,
    overLimit = 0,
    hospital = 0,
  ] = amounts as Fen[];
  return {
    billed,
    selfPaid,
    overLimit,
    firstPay,
    inScope,
    deductible,
    funds,
    account,
    cash,
    hospital,
  } as Amounts;
}

// ---- basis: what the lines came to is nearly always what the amounts say; only the difference is written

interface PackedBasis {
  lines?: readonly [number, number, number, number];
  categories?: Basis['categories'];
  quantities?: Basis['quantities'];
  flags?: readonly string[];
  earlierYear?: PackedBasis;
}

function basisMember(
  basis: Basis,
  amounts: Pick<Amounts, 'selfPaid' | 'overLimit' | 'firstPay' | 'inScope'> | undefined,
): string {
  const text = basisText(basis, amounts);
  return text === '{}' ? '' : `,"basis":${text}`;
}

function basisText(
  basis: Basis,
  like: Pick<Amounts, 'selfPaid' | 'overLimit' | 'firstPay' | 'inScope'> | undefined,
): string {
  const { selfPaid, overLimit, firstPay, inScope, categories, quantities, flags, earlierYear } = basis;
  const same =
    like !== undefined &&
    selfPaid === like.selfPaid &&
    overLimit === like.overLimit &&
    firstPay === like.firstPay &&
    inScope === like.inScope;
  const text =
    (same ? '' : `,"lines":[${selfPaid},${overLimit},${firstPay},${inScope}]`) +
    numbersMember('categories', categories) +
    numbersMember('quantities', quantities) +
    (flags === undefined ? '' : `,"flags":${listText(flags, quoted)}`) +
    (earlierYear === undefined ? '' : `,"earlierYear":${basisText(earlierYear, undefined)}`);
  return `{${text.slice(1)}}`;
}

function unpackBasis(
  packed: PackedBasis = {},
  amounts: Pick<Amounts, 'selfPaid' | 'overLimit' | 'firstPay' | 'inScope'> | undefined,
): Basis {
  const { lines, categories, quantities, flags, earlierYear } = packed;
  assert(lines !== undefined || amounts !== undefined, 'a basis says what the lines came to');
  const [selfPaid, overLimit, firstPay, inScope] = (lines ?? [
    amounts?.selfPaid,
    amounts?.overLimit,
    amounts?.firstPay,
    amounts?.inScope,
  ]) as [Fen, Fen, Fen, Fen];
  return {
    selfPaid,
    overLimit,
    firstPay,
    inScope,
    ...(categories ? { categories } : {}),
    ...(quantities ? { quantities } : {}),
    ...(flags ? { flags } : {}),
    ...(earlierYear ? { earlierYear: unpackBasis(earlierYear, amounts) } : {}),
  };
}

// ---- position

/** A `to` that is open is 0. */
type PackedSpell = readonly [from: PackedDay, to: PackedDay, scheme: string, personClass: string];
type PackedFact = readonly [fact: string, value: string, from: PackedDay, to: PackedDay];
/** Numbers at the end: 1 for an interim settlement, then the in-scope amount; each left out with all after it. */
type PackedStay = readonly (string | number)[];
interface PackedPosition {
  born?: PackedDay;
  sex?: 'F' | 'M';
  /** 1: there is a personal account. */
  acct?: 0 | 1;
  cover?: readonly PackedSpell[];
  facts?: readonly PackedFact[];
  /** Benefit year, credits of this year, left from earlier ones. */
  account?: readonly [string, number, number];
  years?: Record<string, Counters>;
  stays?: readonly PackedStay[];
  closed?: string;
  /** servedUntil */
  until?: LocalDate;
}

function positionText({ enrolment, account, years, stays, closed, servedUntil }: Position): string {
  return (
    `{"years":${yearsText(years)}` +
    (enrolment === undefined ? '' : enrolmentText(enrolment)) +
    (account === undefined ? '' : `,"account":["${account.year}",${account.thisYear},${account.earlier}]`) +
    (stays === undefined || stays.length === 0 ? '' : `,"stays":${listText(stays, stayText)}`) +
    (closed === undefined ? '' : `,"closed":"${closed}"`) +
    (servedUntil === undefined ? '}' : `,"until":"${servedUntil}"}`)
  );
}

function enrolmentText({ born, sex, hasAccount, coverage, facts }: Enrolment): string {
  return (
    (born === undefined ? '' : `,"born":${dayText(born)}`) +
    (sex === undefined ? '' : `,"sex":"${sex}"`) +
    `,"acct":${hasAccount ? 1 : 0},"cover":${listText(coverage, spellText)}` +
    (facts === undefined ? '' : `,"facts":${listText(facts, factText)}`)
  );
}

const spellText = ({ from, to, scheme, personClass }: CoverageSpell): string =>
  `[${dayText(from)},${to === undefined ? 0 : dayText(to)},${quoted(scheme)},${quoted(personClass)}]`;
const factText = ({ fact, value = '', from, to }: MemberFact): string =>
  `[${quoted(fact)},${quoted(value)},${dayText(from)},${to === undefined ? 0 : dayText(to)}]`;

const stayText = ({
  claim,
  provider,
  level,
  admittedOn,
  dischargedOn,
  deductibleStandard,
  deductible,
  inScope,
  interim,
}: RecentStay): string =>
  `[${quoted(claim)},${quoted(provider)},${quoted(level)},${dayText(admittedOn)},${dayText(dischargedOn)},${deductibleStandard},${deductible}` +
  (inScope === undefined ? (interim ? ',1]' : ']') : `,${interim ? 1 : 0},${inScope}]`);

function unpackPosition(packed: PackedPosition): Position {
  const { born, sex, acct, cover, facts, account, years = {}, stays, closed, until } = packed;
  const enrolment: Enrolment | undefined = cover && {
    ...(born ? { born: dayOf(born) } : {}),
    ...(sex ? { sex } : {}),
    hasAccount: acct === 1,
    coverage: cover.map(
      ([from, to, scheme, personClass]): CoverageSpell => ({
        from: dayOf(from),
        ...(to ? { to: dayOf(to) } : {}),
        scheme,
        personClass,
      }),
    ),
    ...(facts
      ? {
          facts: facts.map(
            ([fact, value, from, to]): MemberFact => ({
              fact,
              ...(value ? { value } : {}),
              from: dayOf(from),
              ...(to ? { to: dayOf(to) } : {}),
            }),
          ),
        }
      : {}),
  };
  return {
    ...(enrolment ? { enrolment } : {}),
    ...(account
      ? { account: { year: account[0], thisYear: account[1] as Fen, earlier: account[2] as Fen } }
      : {}),
    years,
    ...(stays ? { stays: stays.map(unpackStay) } : {}),
    ...(closed === undefined ? {} : { closed }),
    ...(until === undefined ? {} : { servedUntil: until }),
  };
}

function unpackStay(packed: PackedStay): RecentStay {
  const [claim, provider, level, admittedOn, dischargedOn, deductibleStandard, deductible, interim, inScope] =
    packed as [string, string, string, PackedDay, PackedDay, Fen, Fen, number | undefined, Fen | undefined];
  return {
    claim,
    provider,
    level,
    admittedOn: dayOf(admittedOn),
    dischargedOn: dayOf(dischargedOn),
    deductibleStandard,
    deductible,
    ...(inScope === undefined ? {} : { inScope }),
    ...(interim ? { interim: true } : {}),
  };
}

// ---- effects: the stay is nearly always the newest one of the position after it

interface PackedEffects {
  counters?: Record<string, Counters>;
  account?: readonly [number, number];
  /** 1: the newest stay of the position. */
  stay?: PackedStay | 1;
}

function effectsText({ counters, account, stay }: Effects, { stays }: Position): string {
  const paid = account !== undefined && (account.earlier !== 0 || account.thisYear !== 0);
  return (
    `{"counters":${yearsText(counters)}` +
    (paid ? `,"account":[${account.earlier},${account.thisYear}]` : '') +
    (stay === undefined ? '}' : `,"stay":${isNewest(stay, stays) ? 1 : stayText(stay)}}`)
  );
}

function isNewest(stay: RecentStay, stays: Position['stays']): boolean {
  const newest = stays?.at(-1);
  return newest !== undefined && (newest === stay || stayText(newest) === stayText(stay));
}

function unpackEffects({ counters = {}, account, stay }: PackedEffects, { stays }: Position): Effects {
  return {
    counters,
    ...(account ? { account: { earlier: account[0] as Fen, thisYear: account[1] as Fen } } : {}),
    ...(stay === undefined ? {} : { stay: stay === 1 ? (stays?.at(-1) as RecentStay) : unpackStay(stay) }),
  };
}
