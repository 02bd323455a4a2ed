// The auditor's own books of one member: who holds which number, what stands, and what the entries add up to.
// Deliberately plain, and deliberately not the product's code.

import type { Adjustment, Entry, EntryBody } from '../../shared/ledger/entry.ts';
import type { Effects } from '../../shared/ledger/position.ts';
import type { Amounts } from '../../shared/policy/adjudication.ts';
import type { SettleMessage } from '../../shared/queue/messages.ts';
import { Finding } from './core.ts';
import { AREAS, HOME_AREA } from './reference.ts';

/** What an accepted record must end as: one entry of this stream, under this number. */
export interface Expected {
  readonly message: SettleMessage;
  /** The content, as the auditor writes it down. */
  readonly content: string;
  /** As it was posted; records of the back office were not. */
  readonly posted?: unknown;
}

interface Line {
  readonly item: string;
  readonly selfPaid: boolean;
  /** Fen, and ten-thousandths of a unit. */
  readonly amount: number;
  readonly quantity: number;
}

/** A line as it was posted, as a reviewer left it, or as a refund takes it back: with minus signs. */
interface PostedLine {
  readonly lineNo?: number;
  readonly originalLineNo?: number;
  readonly itemCode?: string;
  readonly quantity: string;
  readonly amountFen: number;
  readonly approval?: 'approved' | 'self-paid' | undefined;
}

/** A reversal as it was posted, and what its message says must stand instead. */
export interface Reversal {
  readonly refundLines: readonly PostedLine[] | undefined;
  readonly refund: { readonly claim?: { readonly lines: readonly PostedLine[] } | undefined } | undefined;
}

type Review = Extract<SettleMessage, { type: 'review' }>;

interface Held {
  readonly seq: number;
  readonly content: string;
  /** It waits for a reviewer. */
  readonly pended: boolean;
}

/** A claim as it stands after all corrections. */
interface Stands {
  readonly claimKey: string;
  readonly version: number;
  readonly year: string;
  readonly billed: number;
  /** A rule denies it in its place: nothing is counted of it, and it may come to life. */
  denied: boolean;
  amounts: Amounts;
  /** "2026 pooled" -> what it moved, all told. */
  readonly moved: Map<string, number>;
}

export type Outcome =
  | { readonly kind: 'decide' }
  | { readonly kind: 'repeat' | 'conflict'; readonly seq: number };

/** Where claims are decided in the order of their days. */
export const BY_DAY_OF_SERVICE = AREAS[2];

/** Qinhuangdao employees: what the pooled fund and the large-amount layer pay in a year at most, in fen. */
const CAPS: Readonly<Record<string, number>> = { pooled: 15_000_000, large: 35_000_000 };

export class StreamBooks {
  readonly #held = new Map<string, Held>();
  readonly #versions = new Map<string, number>();
  readonly #stands = new Map<number, Stands>();
  readonly #reversed = new Set<string>();
  /** Lines of the claim that holds a number, as far as they are not refunded. */
  readonly #lines = new Map<string, ReadonlyMap<number, Line>>();
  readonly #counters = new Map<string, number>();
  readonly #paid = new Map<string, number>();
  #account = 0;
  #enrolment: unknown = undefined;

  /** What a record with this number and content must come to now. */
  outcomeOf(claimKey: string, content: string): Outcome {
    const held = this.#held.get(claimKey);
    // A denied claim may be posted again, also where it keeps its place.
    if (!held || this.#stands.get(held.seq)?.denied) return { kind: 'decide' };
    return { kind: held.content === content ? 'repeat' : 'conflict', seq: held.seq };
  }

  /** What stands, by the entry it stands under. */
  standing(): ReadonlyMap<number, { readonly claimKey: string; readonly amounts: Amounts }> {
    return this.#stands;
  }

  holds(claimKey: string): boolean {
    return this.#held.has(claimKey);
  }

  /** L8: a reversal undoes what stands under its number, exactly and once; else it is refused, and says why. */
  checkReversal(at: string, { stream, claimKey }: Entry['place'], body: EntryBody, message: Reversal): void {
    const [seq, stands] = [...this.#stands].find(([, each]) => each.claimKey === claimKey) ?? [];
    if (body.kind === 'refusal') {
      const gone = this.#reversed.has(claimKey) ? 'already-reversed' : 'nothing-to-reverse';
      const fits = stands
        ? body.code === 'later-claims-stand-in-the-way' ||
          (message.refund !== undefined &&
            (body.code === 'claim-changed-meanwhile' || body.code === 'refund-not-decidable')) ||
          (body.code === 'refund-does-not-fit' && !this.#left(claimKey, message))
        : body.code === gone;
      return fits ? undefined : wrong('L8', `${at}: refused with ${body.code}`);
    }
    if (body.kind !== 'reversal') return wrong('L8', `${at}: a reversal came to a ${body.kind}`);
    if (!stands) return wrong('L8', `${at}: ${claimKey} is reversed, and nothing of it stands`);
    if (body.reverses !== seq || body.version !== stands.version)
      return wrong('L8', `${at}: undoes ${body.reverses}, version ${body.version}; ${seq} stands`);
    if (!sameNumbers(body.undone, stands.amounts))
      return wrong('L8', `${at}: undoes other amounts than stand`);
    const back = new Map<string, number>();
    move(back, body.effects, -1);
    for (const key of new Set([...back.keys(), ...stands.moved.keys()]))
      if ((back.get(key) ?? 0) !== (stands.moved.get(key) ?? 0))
        return wrong(
          'L8',
          `${at}: gives back ${back.get(key) ?? 0} of ${key}, moved were ${stands.moved.get(key) ?? 0}`,
        );
    return this.#checkRefund(at, stream, body, claimKey, message);
  }

  /** Lines that a refund leaves; undefined when it takes back what is not there. */
  #left(claimKey: string, { refundLines = [] }: Reversal): ReadonlyMap<number, Line> | undefined {
    return without(this.#lines.get(claimKey) ?? new Map<number, Line>(), refundLines);
  }

  /** What stands after a refund is what stood before without the lines taken back, neither more nor less. */
  #checkRefund(
    at: string,
    stream: string,
    body: Extract<EntryBody, { kind: 'reversal' }>,
    claimKey: string,
    message: Reversal,
  ): void {
    const { refund, refundLines } = message;
    if (refundLines === undefined)
      return body.replacement && wrong('L8', `${at}: a whole reversal leaves something`);
    const left = this.#left(claimKey, message);
    if (left === undefined) return wrong('L8', `${at}: refunds what is not there`);
    // Decided on the newest enrolment, what is left may be paid no more: the whole is undone then.
    const mayBeDenied = stream.startsWith(BY_DAY_OF_SERVICE);
    if (!body.replacement)
      return left.size > 0 && !mayBeDenied
        ? wrong('L8', `${at}: lines are left, and nothing stands`)
        : undefined;
    const billed = [...left.values()].reduce((sum, { amount }) => sum + amount, 0);
    if (body.replacement.header.billedFen !== billed)
      wrong('L8', `${at}: ${body.replacement.header.billedFen} stands after a refund, ${billed} is left`);
    if (linesSaid(left) !== linesSaid(linesOf(refund?.claim?.lines ?? [])))
      wrong('L8', `${at}: other lines stand after a refund than are left`);
    this.#lines.set(claimKey, left);
    return undefined;
  }

  /** A review decides the pended claim it was made from, once; when that waits no longer, it is refused. */
  checkReview(at: string, body: EntryBody, claimKey: string, message: Review): void {
    const held = this.#held.get(claimKey);
    const { pendedSeq, decision, reason, claim } = message;
    if (!held?.pended || held.seq !== pendedSeq)
      return body.kind === 'refusal' && body.code === 'nothing-pended'
        ? undefined
        : wrong('review', `${at}: a ${body.kind} by a review of ${pendedSeq}, which waits for none`);
    if (body.resolves !== pendedSeq) wrong('review', `${at}: does not say that it decides ${pendedSeq}`);
    const byReviewer = body.kind === 'denial' && body.denial.code === 'denied-by-reviewer';
    if (decision === 'deny')
      return byReviewer && body.denial.facts?.['reason'] === reason
        ? undefined
        : wrong('review', `${at}: denied by a reviewer, and a ${body.kind} is entered`);
    // What the policy does not say nobody can reckon, whoever lets it through: it waits again.
    if (body.kind === 'pend' && body.reasons.every(({ code }) => code === 'policy-silent')) return undefined;
    // What he lets through the policy may still deny: the statement about the member may be another by now.
    if (byReviewer || (body.kind !== 'settlement' && body.kind !== 'denial'))
      return wrong('review', `${at}: let through by a reviewer, and a ${body.kind} is entered`);
    const refused = (claim?.lines ?? [])
      .filter(({ approval }) => approval === 'self-paid')
      .reduce((sum, { amountFen }) => sum + amountFen, 0);
    if (body.kind === 'settlement' && body.amounts.selfPaid < refused)
      wrong('review', `${at}: ${refused} were refused, ${body.amounts.selfPaid} are self-paid`);
    return undefined;
  }

  /** Enters an entry, and holds it against what the entries before it came to. */
  enter({ place, body }: Entry, message: SettleMessage, content: string): void {
    const { claimKey, seq, stream } = place;
    const at = `${stream.slice(0, 13)} ${seq}`;
    switch (body.kind) {
      case 'settlement': {
        const { billedFen = -1, lines = [] } = 'claim' in message ? (message.claim ?? {}) : {};
        if (body.amounts.billed !== billedFen)
          wrong('L6', `${at}: billed ${body.amounts.billed}, posted ${billedFen}`);
        this.#replace(at, claimKey, body.replaces);
        this.#hold(claimKey, seq, content);
        this.#lines.set(claimKey, linesOf(lines));
        this.#stand(at, seq, claimKey, body.version, { ...body, billed: body.amounts.billed });
        this.#adjust(at, body.adjustments);
        break;
      }
      case 'reversal': {
        const stands = this.#stands.get(body.reverses) as Stands;
        this.#stands.delete(body.reverses);
        this.#reversed.add(claimKey);
        this.#pay(stands.year, stands.amounts, -1);
        for (const [key, by] of stands.moved) this.#count(key, -by);
        if (body.replacement) {
          this.#hold(claimKey, seq, content);
          const { version: before, replacement } = body;
          const { benefitYear, billed } = { benefitYear: stands.year, billed: replacement.header.billedFen };
          this.#stand(at, seq, claimKey, before + 1, { ...replacement, benefitYear, billed });
        } else this.#held.delete(claimKey);
        this.#adjust(at, body.adjustments);
        break;
      }
      case 'pend':
        this.#replace(at, claimKey, body.replaces);
        this.#hold(claimKey, seq, content, true);
        break;
      case 'enrolment':
      case 'account-credit':
        this.#hold(claimKey, seq, content);
        if (body.kind === 'account-credit') this.#account += body.amount;
        if (body.kind === 'enrolment') this.#enrolment = (message as { enrolment?: unknown }).enrolment;
        break;
      case 'denial':
        this.#replace(at, claimKey, body.replaces);
        if (body.held) {
          const { version, benefitYear } = body.held;
          const { billed, denial } = body;
          this.#hold(claimKey, seq, content);
          this.#lines.set(claimKey, linesOf('claim' in message ? (message.claim?.lines ?? []) : []));
          this.#stand(at, seq, claimKey, version, { ...NOTHING, billed, denial, benefitYear });
          this.#adjust(at, body.adjustments);
        } else this.#held.delete(claimKey);
        break;
      case 'repeat':
      case 'conflict':
      case 'refusal':
        break;
    }
    this.#checkCaps(at, stream, body.position.closed ?? '');
    this.#checkPosition(at, body.position);
  }

  #hold(claimKey: string, seq: number, content: string, pended = false): void {
    this.#held.set(claimKey, { seq, content, pended });
  }

  /** A held denial makes room for what is decided under its number next. */
  #replace(at: string, claimKey: string, seq: number | undefined): void {
    const [stands, claim] = [...this.#stands].find(([, each]) => each.claimKey === claimKey) ?? [];
    if (stands !== seq) wrong('L3', `${at}: replaces ${seq}, and ${stands} stands under ${claimKey}`);
    if (claim && !claim.denied) wrong('L3', `${at}: replaces ${claimKey}, which is settled`);
    if (seq !== undefined) this.#stands.delete(seq);
  }

  /** A claim stands from now on. */
  #stand(
    at: string,
    seq: number,
    claimKey: string,
    version: number,
    { amounts, effects, benefitYear, billed, denial }: Standing,
  ): void {
    const due = (this.#versions.get(claimKey) ?? 0) + 1;
    if (version !== due) wrong('L3', `${at}: version ${version} of ${claimKey}, ${due} was due`);
    this.#versions.set(claimKey, version);
    const moved = new Map<string, number>();
    move(moved, effects, 1);
    for (const [key, by] of moved) this.#count(key, by);
    checkBill(at, amounts);
    checkBilled(at, amounts, denial === undefined ? billed : 0);
    this.#pay(benefitYear, amounts, 1);
    const denied = denial !== undefined;
    this.#stands.set(seq, { claimKey, version, year: benefitYear, billed, denied, amounts, moved });
  }

  /** Claims that come to something else now. */
  #adjust(at: string, adjustments: readonly Adjustment[] = []): void {
    for (const { of, claimKey, amounts, moved, denial } of adjustments) {
      const stands = this.#stands.get(of);
      if (stands?.claimKey !== claimKey)
        return wrong('L8', `${at}: adjusts ${claimKey} at ${of}, where it does not stand`);
      checkBill(at, amounts);
      checkBilled(at, amounts, denial === undefined ? stands.billed : 0);
      stands.denied = denial !== undefined;
      this.#pay(stands.year, stands.amounts, -1);
      this.#pay(stands.year, amounts, 1);
      stands.amounts = amounts;
      const by = new Map<string, number>();
      move(by, moved, 1);
      for (const [key, amount] of by) {
        this.#count(key, amount);
        stands.moved.set(key, (stands.moved.get(key) ?? 0) + amount);
      }
    }
    return undefined;
  }

  #count(key: string, by: number): void {
    this.#counters.set(key, (this.#counters.get(key) ?? 0) + by);
  }

  #pay(year: string, { funds, account }: Amounts, sign: 1 | -1): void {
    this.#account -= sign * account;
    for (const [fund, amount] of Object.entries(funds)) {
      const key = `${year} ${fund}`;
      this.#paid.set(key, (this.#paid.get(key) ?? 0) + sign * amount);
    }
  }

  #checkCaps(at: string, stream: string, closed: string): void {
    if (!stream.startsWith(HOME_AREA)) return;
    for (const [key, paid] of this.#paid) {
      // The totals of a closed year are gone: what is paid of it yet, a reviewer has let through by himself.
      if (key.slice(0, 4) <= closed) continue;
      if (paid < 0 || paid > (CAPS[key.slice(5)] ?? Infinity)) wrong('L7', `${at}: paid in ${key}: ${paid}`);
    }
  }

  /** L7: the position an entry carries is what all entries so far come to. */
  #checkPosition(at: string, { account, years, closed, enrolment }: Entry['body']['position']): void {
    const balance = (account?.thisYear ?? 0) + (account?.earlier ?? 0);
    if (balance !== this.#account) wrong('L7', `${at}: account ${balance}, by the books ${this.#account}`);
    if (balance < 0) wrong('L7', `${at}: the account is overdrawn`);
    const stated = new Map<string, number>();
    for (const [year, counters] of Object.entries(years))
      for (const [name, value] of Object.entries(counters)) stated.set(`${year} ${name}`, value);
    for (const key of new Set([...stated.keys(), ...this.#counters.keys()])) {
      if (closed !== undefined && key.slice(0, key.indexOf(' ')) <= closed) continue; // Dropped, for good.
      const [says, is] = [stated.get(key) ?? 0, this.#counters.get(key) ?? 0];
      if (says !== is) wrong('L7', `${at}: ${key} is ${says}, by the books ${is}`);
    }
    if (JSON.stringify(sorted(enrolment)) !== JSON.stringify(sorted(this.#enrolment)))
      wrong('L7', `${at}: the enrolment is not the newest statement`);
  }
}

const linesOf = (lines: readonly PostedLine[]): ReadonlyMap<number, Line> =>
  new Map(
    lines.map(({ lineNo = 0, itemCode = '', quantity, amountFen, approval }) => [
      lineNo,
      {
        item: itemCode,
        selfPaid: approval === 'self-paid',
        amount: amountFen,
        quantity: Math.round(Number(quantity) * 10_000),
      },
    ]),
  );

/** What is billed for each item, covered and refused, when so much of some lines is refused. */
export function coveredOf(
  lines: readonly PostedLine[],
  refused: readonly { readonly lineNo: number; readonly refusedFen: number }[] = [],
): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  const add = (key: string, fen: number) => {
    if (fen !== 0) sums[key] = (sums[key] ?? 0) + fen;
  };
  for (const { lineNo, itemCode = '', amountFen, approval } of lines) {
    const off = refused.find((each) => each.lineNo === lineNo)?.refusedFen ?? 0;
    if (approval === 'self-paid') add(`${itemCode} refused`, amountFen);
    else {
      add(itemCode, amountFen - off);
      add(`${itemCode} refused`, off);
    }
  }
  return sums;
}

/** Lines after a refund; undefined when it takes back what is not there. */
function without(
  lines: ReadonlyMap<number, Line>,
  refunds: readonly PostedLine[],
): ReadonlyMap<number, Line> | undefined {
  const left = new Map(lines);
  for (const { originalLineNo = 0, quantity, amountFen } of refunds) {
    const line = left.get(originalLineNo);
    const amount = (line?.amount ?? 0) + amountFen;
    const count = (line?.quantity ?? 0) + Math.round(Number(quantity) * 10_000);
    if (!line || amount < 0 || count < 0) return undefined;
    if (amount === 0 && count === 0) left.delete(originalLineNo);
    else left.set(originalLineNo, { ...line, amount, quantity: count });
  }
  // Nothing of a thing costs nothing.
  for (const [lineNo, { amount, quantity: count }] of left)
    if (count === 0 && amount > 0 && lines.get(lineNo)?.quantity !== 0) return undefined;
  return left;
}

const linesSaid = (lines: ReadonlyMap<number, Line>): string =>
  JSON.stringify([...lines].sort(([a], [b]) => a - b));

interface Standing {
  readonly amounts: Amounts;
  readonly effects: Effects;
  readonly benefitYear: string;
  readonly billed: number;
  readonly denial?: unknown;
}

const NOTHING = {
  amounts: {
    billed: 0,
    selfPaid: 0,
    overLimit: 0,
    firstPay: 0,
    inScope: 0,
    deductible: 0,
    funds: {},
    account: 0,
    cash: 0,
    hospital: 0,
  } as Amounts,
  effects: { counters: {} },
};

/** L6: of a claim that is denied nothing is counted, of any other all that was billed. */
function checkBilled(at: string, { billed }: Amounts, due: number): void {
  if (billed !== due) wrong('L6', `${at}: ${billed} is counted as billed, ${due} is due`);
}

/** L6: the parts and the payers of a bill add up to it. */
function checkBill(at: string, a: Amounts): void {
  const funds = Object.values(a.funds).reduce((sum, amount) => sum + amount, 0);
  if (a.selfPaid + a.overLimit + a.firstPay + a.inScope !== a.billed)
    wrong('L6', `${at}: the parts do not add up to the bill`);
  if (funds + a.account + a.cash + a.hospital !== a.billed)
    wrong('L6', `${at}: the payers do not add up to the bill`);
  if (a.deductible > a.inScope) wrong('L6', `${at}: more deductible than there is in scope`);
  for (const amount of [...Object.values(a.funds), a.account, a.cash, a.hospital, a.deductible])
    if (!Number.isSafeInteger(amount) || amount < 0) wrong('L6', `${at}: an amount of ${amount}`);
}

/** Adds what effects move, counter by counter; the account too. */
function move(into: Map<string, number>, { counters }: Effects, sign: 1 | -1): void {
  for (const [year, names] of Object.entries(counters))
    for (const [name, by] of Object.entries(names))
      into.set(`${year} ${name}`, (into.get(`${year} ${name}`) ?? 0) + sign * by);
}

const sameNumbers = (a: Amounts, b: Amounts): boolean =>
  JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

const wrong = (promise: string, message: string): never => {
  throw new Finding(promise, message);
};

/** The same value with the keys of every object in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
