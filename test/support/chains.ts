// Whole streams for tests of verification: several areas, every kind of entry, made by the real settleRecord on a
// ledger in memory. The same seed gives the same bytes.

import { headCache } from '../../shared/ledger/append.ts';
import { EMPTY_POSITION } from '../../shared/ledger/position.ts';
import type { Amounts } from '../../shared/policy/adjudication.ts';
import type { StoredEntry } from '../../shared/ledger/port.ts';
import { memoryLedger } from '../../shared/ledger/memory/memory-ledger.ts';
import { contentHash } from '../../shared/claim/content-hash.ts';
import type { PackDocument } from '../../shared/policy/pack/schema.ts';
import { loadPacks, PACKS_FOLDER } from '../../shared/policy/packs/load-packs.ts';
import { quoteId } from '../../shared/quote/quote.ts';
import { type SettleMessage, SettleMessageSchema } from '../../shared/queue/messages.ts';
import { compileRelease, type Release } from '../../shared/reference/release.ts';
import { type Documents, releaseIdOf } from '../../shared/reference/releases.ts';
import { settleRecord } from '../../functions/settle/settle-record.ts';
import { type Chance, chance } from '../../infra/local/sample/chance.ts';

const FROM = '2020-01-01';
const START = Date.parse('2026-09-02T04:00:00Z');

/** Three areas, each with another way of correcting. */
const AREAS = [
  { area: '130300', folder: 'qinhuangdao', corrections: { later: 'lifo', order: 'arrival' } },
  { area: '110000', folder: 'beijing', corrections: { later: 'resettle', order: 'arrival' } },
  { area: '510100', folder: 'chengdu', corrections: { later: 'resettle', order: 'service-date' } },
] as const;

const ITEMS = [
  { code: 'XA1', fen: 1_250, class: 'A' },
  { code: 'XA2', fen: 98_000, class: 'A' },
  { code: 'XB1', fen: 46_005, class: 'B' },
  { code: 'XC1', fen: 3_333, class: 'C' },
] as const;

/** A pack that also denies and asks by rule, so that the chains hold claims that are not paid, for every reason. */
const withRefusals = (pack: PackDocument): PackDocument => ({
  ...pack,
  // Some members' birth dates are not known: the policy is silent about these lines of theirs.
  lines: { ...pack.lines, rules: [{ when: { item: 'XB', age: '80+' }, firstPay: '20%' }] },
  benefits: pack.benefits.map((benefit) => ({
    ...benefit,
    rules: [...(benefit.rules ?? []), { when: { billed: '50000+' }, pend: 'large-bill' }],
    limits: benefit.encounters.includes('inpatient')
      ? [{ name: 'gap', counts: 'days-between', max: 3 }]
      : [
          { name: 'visits', counts: 'claims', per: 'month', max: 3 },
          { name: 'drugs', counts: 'amount', categories: ['drug'], per: 'year', amount: 9_000 },
        ],
  })),
});

/** The documents of the release that decides the chains. */
export function chainDocuments(firstPayBasisPoints = 1_000): Documents {
  return {
    packs: AREAS.flatMap(({ folder, corrections }) =>
      loadPacks(`${PACKS_FOLDER}/${folder}`).map((pack) => ({
        ...withRefusals(pack),
        corrections,
      })),
    ),
    catalogue: ITEMS.map((item) => ({
      code: item.code,
      name: item.code,
      category: 'drug',
      versions: [{ from: FROM, class: item.class, ...(item.class === 'B' ? { firstPayBasisPoints } : {}) }],
    })),
    providers: ['H0001', 'H0002'].map((id, at) => ({
      id,
      name: id,
      area: AREAS[0].area,
      type: 'hospital',
      history: [{ from: FROM, status: 'designated', level: String(3 - at) }],
    })),
  };
}

export interface Chains {
  readonly documents: readonly Documents[];
  readonly release: (id: string) => Release;
  /** Every stream with its entries, oldest first. */
  readonly streams: ReadonlyMap<string, readonly StoredEntry[]>;
  readonly ledger: ReturnType<typeof memoryLedger>;
}

/** Compiled releases by id. */
export function releasesOf(documents: readonly Documents[]): (id: string) => Release {
  const byId = new Map(documents.map((each) => [releaseIdOf(each), each]));
  const compiled = new Map<string, Release>();
  return (id) => {
    const known = compiled.get(id);
    if (known) return known;
    const found = byId.get(id);
    if (!found) throw new Error(`no release ${id}`);
    const release = compileRelease({ ...found, id });
    compiled.set(id, release);
    return release;
  };
}

/** Makes so many streams of so many records each, one sent every minute unless told. */
export async function makeChains(
  seed: string,
  members: number,
  records: number,
  everyMs = 60_000,
): Promise<Chains> {
  const documents = [chainDocuments(), chainDocuments(2_000)];
  const ids = documents.map(releaseIdOf) as [string, string];
  const release = releasesOf(documents);
  const ledger = memoryLedger();
  const deps = {
    ledger,
    heads: headCache(),
    release: async (id: string) => release(id),
    pause: async () => {},
  };
  for (let member = 0; member < members; member++) {
    const roll = chance(`${seed}/${member}`);
    const { area } = AREAS[member % AREAS.length]!;
    const stream = `${area}#${contentHash({ seed, member }).slice(0, 22).padEnd(22, 'A')}`;
    const own = new MemberStory(roll, stream, `${member}`, ids);
    for (let n = 0; n < records; n++) {
      const message = own.next(n, records);
      const parsed = SettleMessageSchema.parse(message);
      const { entry } = await settleRecord(parsed, START + n * everyMs, deps);
      own.saw(parsed, entry.place.seq, entry.body.kind);
    }
  }
  return { documents, release, ledger, streams: ledger.streams };
}

type ClaimMessage = Extract<SettleMessage, { type: 'claim' }>;

/** What happens to one member: each record depends on what became of those before it. */
class MemberStory {
  readonly #roll: Chance;
  readonly #stream: string;
  readonly #name: string;
  readonly #ids: readonly [string, string];
  readonly #claims: ClaimMessage[] = [];
  readonly #pended: { message: ClaimMessage; seq: number }[] = [];
  #settled: ClaimMessage[] = [];
  #day = 0;

  constructor(roll: Chance, stream: string, name: string, ids: readonly [string, string]) {
    this.#roll = roll;
    this.#stream = stream;
    this.#name = name;
    this.#ids = ids;
  }

  next(n: number, of: number): unknown {
    const roll = this.#roll;
    const release = this.#ids[n * 2 < of ? 0 : 1];
    const place = (claimKey: string) => ({
      batchId: `${claimKey.slice(0, claimKey.indexOf('/'))}.${this.#name}-${n >> 2}`,
      batchIndex: n,
      shard: n % 2,
      stream: this.#stream,
      claimKey,
      acceptedAt: START,
    });
    if (n === 0 || (n > 3 && roll.happens(150))) {
      const enrolment = {
        ...(roll.happens(9_000) ? { born: '1960-05-05' } : {}),
        sex: 'F',
        hasAccount: true,
        coverage: [
          { from: '2010-01-01', scheme: '310', personClass: roll.happens(5_000) ? 'active' : 'retired' },
        ],
      };
      return { type: 'enrolment', ...place(`A/E${n}`), content: contentHash(enrolment), enrolment };
    }
    if (n === 1 || roll.happens(500)) {
      const credit = {
        amount: roll.between(1, 300_000),
        creditedOn: roll.of(['2025-07-01', '2026-01-05', '2026-06-01']),
      };
      return { type: 'account-credit', ...place(`A/K${n}`), content: contentHash(credit), ...credit };
    }
    const fate = roll.below(100);
    if (this.#settled.length > 0 && fate < 9) {
      const { claimKey, content, claim } = fate < 6 ? this.#settled.at(-1)! : roll.of(this.#settled);
      const refund =
        fate % 3 === 0 ? { refund: { of: content, ...(fate === 3 ? {} : { claim: fewer(claim) }) } } : {};
      return {
        type: 'reversal',
        ...place(claimKey),
        content: contentHash({ n, refund }),
        reason: 'billed-in-error',
        ...refund,
      };
    }
    if (this.#pended.length > 0 && fate < 45) {
      const { message, seq } = this.#pended.shift()!;
      const decision = fate < 30 ? 'approve' : 'deny';
      return {
        type: 'review',
        ...place(message.claimKey),
        content: contentHash({ n, decision }),
        release,
        decision,
        reason: 'seen-the-file',
        pendedSeq: seq,
        claim: message.claim,
      };
    }
    if (this.#claims.length > 0 && fate >= 90) {
      const earlier = roll.of(this.#claims);
      if (fate < 95) return { ...earlier, ...place(earlier.claimKey), release };
      const claim = this.#claim(n, earlier.claim.claimNo, earlier.claim.providerId);
      return { type: 'claim', ...place(earlier.claimKey), content: contentHash(claim), release, claim };
    }
    const claim = this.#claim(n, `C${this.#name}-${n}`, n % 3 === 0 ? 'H0002' : 'H0001');
    const held = fate === 89 ? { numberHeldElsewhere: true } : {};
    const quoted = roll.happens(300) ? { quoteId: aQuote(contentHash(claim), release, claim.billedFen) } : {};
    return {
      type: 'claim',
      ...place(`${claim.providerId}/${claim.claimNo}`),
      content: contentHash(claim),
      release,
      claim,
      ...held,
      ...quoted,
    };
  }

  saw(message: SettleMessage, seq: number, kind: string): void {
    if (message.type === 'claim') {
      this.#claims.push(message);
      if (kind === 'settlement') this.#settled.push(message);
      if (kind === 'pend') this.#pended.push({ message, seq });
    }
    if (kind === 'reversal')
      this.#settled = this.#settled.filter((each) => each.claimKey !== message.claimKey);
  }

  #claim(n: number, claimNo: string, providerId: string) {
    const roll = this.#roll;
    this.#day += roll.between(0, 9);
    // Now and then one from weeks ago: late, where the day of service decides.
    const on = Math.max(0, Math.min(600, this.#day) - (roll.happens(800) ? roll.between(1, 60) : 0));
    const date = dayAt(on);
    const encounter = roll.of([
      'inpatient',
      'inpatient',
      'outpatient',
      'outpatient',
      'pharmacy',
      'trauma-inpatient',
    ]);
    const stays = encounter.endsWith('inpatient');
    const lines = Array.from({ length: roll.between(1, 3) }, (_, at) => {
      const item = roll.of(ITEMS);
      const quantity = roll.between(1, stays ? 60 : 4);
      return {
        lineNo: at + 1,
        itemCode: item.code,
        quantity: String(quantity),
        unitPrice: (item.fen / 100).toFixed(2),
        amountFen: item.fen * quantity,
        servedOn: date,
      };
    });
    return {
      claimNo,
      providerId,
      encounter,
      ...(stays ? { admittedOn: date, dischargedOn: dayAt(on + roll.between(0, 6)) } : { servedOn: date }),
      ...(roll.happens(5_000) ? { useAccount: true } : {}),
      billedFen: lines.reduce((sum, { amountFen }) => sum + amountFen, 0),
      lines,
    };
  }
}

const dayAt = (n: number): string =>
  new Date(Date.UTC(2025, 0, 5) + n * 86_400_000).toISOString().slice(0, 10);

/** A quote that will not be kept: it promised that nothing is to be paid in cash. */
const aQuote = (content: string, release: string, billed: number): string =>
  quoteId({
    content,
    release,
    position: EMPTY_POSITION,
    seq: 0,
    amounts: { billed, cash: 0 } as unknown as Amounts,
    validUntil: START,
  });

/** The same claim with its first line only. */
function fewer(claim: { lines: { amountFen: number }[] }): unknown {
  const lines = claim.lines.slice(0, 1);
  return { ...claim, lines, billedFen: lines.reduce((sum, { amountFen }) => sum + amountFen, 0) };
}
