// The auditor's own books of one member: who holds which number, and what the entries add up to. Deliberately plain,
// and deliberately not the product's code.

import type { Entry } from '../../shared/ledger/entry.ts';
import type { SettleMessage } from '../../shared/queue/messages.ts';
import { Finding } from './core.ts';
import { HOME_AREA } from './reference.ts';

/** What an accepted record must end as: one entry of this stream, under this number. */
export interface Expected {
  readonly message: SettleMessage;
  /** The content, as the auditor writes it down. */
  readonly content: string;
}

interface Held {
  readonly seq: number;
  readonly content: string;
}

export type Outcome =
  | { readonly kind: 'decide' }
  | { readonly kind: 'repeat' | 'conflict'; readonly seq: number };

/** Qinhuangdao employees: what the pooled fund and the large-amount layer pay in a year at most, in fen. */
const CAPS: Readonly<Record<string, number>> = { pooled: 15_000_000, large: 35_000_000 };

export class StreamBooks {
  readonly #held = new Map<string, Held>();
  readonly #settlements = new Map<string, number>();
  readonly #counters = new Map<string, Map<string, number>>();
  readonly #paid = new Map<string, number>();
  #account = 0;
  #enrolment: unknown = undefined;

  /** What a record with this number and content must come to now. */
  outcomeOf(claimKey: string, content: string): Outcome {
    const held = this.#held.get(claimKey);
    if (!held) return { kind: 'decide' };
    return { kind: held.content === content ? 'repeat' : 'conflict', seq: held.seq };
  }

  holds(claimKey: string): boolean {
    return this.#held.has(claimKey);
  }

  settlementsOf(claimKey: string): number {
    return this.#settlements.get(claimKey) ?? 0;
  }

  /** Enters an entry, and holds it against what the entries before it came to. */
  enter({ place, body }: Entry, due: Expected): void {
    const { claimKey, seq, stream } = place;
    const at = `${stream.slice(0, 13)} ${seq}`;
    switch (body.kind) {
      case 'settlement': {
        this.#held.set(claimKey, { seq, content: due.content });
        this.#settlements.set(claimKey, this.settlementsOf(claimKey) + 1);
        if (body.version !== this.settlementsOf(claimKey)) wrong('L3', `${at}: version ${body.version}`);
        const a = body.amounts;
        const funds = Object.values(a.funds).reduce((sum, amount) => sum + amount, 0);
        const billed = (due.message as { claim?: { billedFen?: number } }).claim?.billedFen;
        if (a.billed !== billed) wrong('L6', `${at}: billed ${a.billed}, posted ${billed}`);
        if (a.selfPaid + a.overLimit + a.firstPay + a.inScope !== a.billed)
          wrong('L6', `${at}: the parts do not add up to the bill`);
        if (funds + a.account + a.cash + a.hospital !== a.billed)
          wrong('L6', `${at}: the payers do not add up to the bill`);
        if (a.deductible > a.inScope) wrong('L6', `${at}: more deductible than there is in scope`);
        for (const amount of [...Object.values(a.funds), a.account, a.cash, a.hospital, a.deductible])
          if (!Number.isSafeInteger(amount) || amount < 0) wrong('L6', `${at}: an amount of ${amount}`);
        this.#account -= a.account;
        for (const [year, moved] of Object.entries(body.effects.counters)) {
          const counters = this.#counters.get(year) ?? new Map<string, number>();
          this.#counters.set(year, counters);
          for (const [name, by] of Object.entries(moved)) counters.set(name, (counters.get(name) ?? 0) + by);
        }
        for (const [fund, amount] of Object.entries(a.funds)) {
          const key = `${body.benefitYear} ${fund}`;
          const paid = (this.#paid.get(key) ?? 0) + amount;
          this.#paid.set(key, paid);
          if (stream.startsWith(HOME_AREA) && paid > (CAPS[fund] ?? Infinity))
            wrong('L7', `${at}: the ${fund} fund has paid ${paid} in ${body.benefitYear}`);
        }
        break;
      }
      case 'pend':
      case 'enrolment':
      case 'account-credit':
        this.#held.set(claimKey, { seq, content: due.content });
        if (body.kind === 'account-credit') this.#account += body.amount;
        if (body.kind === 'enrolment') this.#enrolment = (due.message as { enrolment?: unknown }).enrolment;
        break;
      case 'denial':
        this.#held.delete(claimKey);
        break;
      case 'repeat':
      case 'conflict':
        break;
    }
    this.#checkPosition(at, body.position);
  }

  /** L7: the position an entry carries is what all entries so far come to. */
  #checkPosition(at: string, { account, years, closed, enrolment }: Entry['body']['position']): void {
    const balance = (account?.thisYear ?? 0) + (account?.earlier ?? 0);
    if (balance !== this.#account) wrong('L7', `${at}: account ${balance}, by the books ${this.#account}`);
    if (balance < 0) wrong('L7', `${at}: the account is overdrawn`);
    for (const [year, counters] of this.#counters) {
      if (years[year] === undefined && closed !== undefined && year <= closed) continue;
      for (const [name, value] of counters)
        if ((years[year]?.[name] ?? 0) !== value)
          wrong('L7', `${at}: ${year} ${name} is ${years[year]?.[name] ?? 0}, by the books ${value}`);
    }
    for (const [year, counters] of Object.entries(years))
      for (const [name, value] of Object.entries(counters))
        if ((this.#counters.get(year)?.get(name) ?? 0) !== value)
          wrong('L7', `${at}: ${year} ${name} is ${value}, and nothing moved it there`);
    if (JSON.stringify(sorted(enrolment)) !== JSON.stringify(sorted(this.#enrolment)))
      wrong('L7', `${at}: the enrolment is not the newest statement`);
  }
}

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
