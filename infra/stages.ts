// What differs between stages: every such number stands here, side by side. What is the same everywhere (time-outs,
// visibility, receives) stands in shared/queue/limits.ts; how the parts are wired, in stacks/.

/** Every function there is: the folder under functions/ has the same name. */
export const FUNCTIONS = ['intake', 'results', 'split', 'settle', 'close', 'sweep', 'seal', 'clear'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export interface Stage {
  readonly name: string;
  /** Home pooling area, six digits; `-c area=` overrides it. */
  readonly area: string;
  /** Who may call outside China (`-c auth=` overrides it). In China it is always `iam`: see DECISIONS.md 4. */
  readonly auth: 'jwt' | 'iam';
  /** Memory buys CPU in proportion: 1,769 MB is one whole processor. */
  readonly memoryMb: Readonly<Record<FunctionName, number>>;
  /** Throttle of the whole HTTP API. */
  readonly requestsPerSecond: number;
  readonly requestsBurst: number;
  /** Batches read at the same time; a batch of one provider waits for that provider's earlier one anyway. */
  readonly splitConcurrencyMax: number;
  readonly closeConcurrencyMax: number;
  /**
   * Units a second that the ledger takes from its first minute; missing: what AWS gives a new table (about 4,000
   * writes). It can be raised, never lowered.
   */
  readonly ledgerWarm?: { readonly readUnitsPerSecond: number; readonly writeUnitsPerSecond: number };
  readonly lateAfterMinutes: number;
  readonly quoteValidMinutes: number;
  readonly logRetentionDays: 7 | 30 | 400;
  /**
   * How long what is sealed is locked. In compliance mode nobody can shorten it, the account's owner included: the
   * bucket stays until the last lock ends. Missing: no lock (an emulator).
   */
  readonly sealLock?: { readonly mode: 'governance' | 'compliance'; readonly days: number };
  /** Alarm thresholds. */
  readonly settleAgeMinutesMax: number;
  readonly ledgerMovedPerFiveMinutesMax: number;
  /** A month that is over is cleared within so many days. */
  readonly clearedWithinDays: number;
  /** Tables and keys that cannot be deleted by accident, and stacks with termination protection. */
  readonly keepsData: boolean;
  /** An emulator: no ledger watch (not every one has pipes), no tokens checked at the gateway. */
  readonly emulated: boolean;
}

const SMALL = {
  intake: 512,
  results: 512,
  split: 512,
  settle: 512,
  close: 512,
  sweep: 256,
  seal: 512,
  clear: 512,
} as const;

export const STAGES = {
  localstack: {
    name: 'localstack',
    area: '130300',
    auth: 'jwt',
    memoryMb: SMALL,
    requestsPerSecond: 50,
    requestsBurst: 100,
    splitConcurrencyMax: 2,
    closeConcurrencyMax: 2,
    lateAfterMinutes: 10,
    quoteValidMinutes: 30,
    logRetentionDays: 7,
    settleAgeMinutesMax: 15,
    ledgerMovedPerFiveMinutesMax: 50,
    clearedWithinDays: 3,
    keepsData: false,
    emulated: true,
  },
  test: {
    name: 'test',
    area: '130300',
    auth: 'jwt',
    memoryMb: SMALL,
    requestsPerSecond: 50,
    requestsBurst: 100,
    splitConcurrencyMax: 2,
    closeConcurrencyMax: 2,
    lateAfterMinutes: 30,
    quoteValidMinutes: 30,
    logRetentionDays: 30,
    sealLock: { mode: 'governance', days: 1 },
    settleAgeMinutesMax: 15,
    ledgerMovedPerFiveMinutesMax: 50,
    clearedWithinDays: 3,
    keepsData: false,
    emulated: false,
  },
  production: {
    name: 'production',
    area: '130300',
    auth: 'jwt',
    memoryMb: {
      intake: 1769,
      results: 1024,
      split: 1769,
      settle: 1024,
      close: 1024,
      sweep: 256,
      seal: 3072,
      clear: 3072,
    },
    requestsPerSecond: 200,
    requestsBurst: 400,
    splitConcurrencyMax: 20,
    closeConcurrencyMax: 10,
    // 1,000 claims a second at 4 write units each (table, two indexes), and one consistent read of 2 units.
    ledgerWarm: { readUnitsPerSecond: 12_000, writeUnitsPerSecond: 4_000 },
    lateAfterMinutes: 60,
    quoteValidMinutes: 30,
    logRetentionDays: 400,
    // As long as books of account are kept in China (会计档案管理办法, schedule 1: 30 years).
    sealLock: { mode: 'compliance', days: 30 * 365 },
    settleAgeMinutesMax: 15,
    ledgerMovedPerFiveMinutesMax: 200,
    clearedWithinDays: 3,
    keepsData: true,
    emulated: false,
  },
} as const satisfies Record<string, Stage>;

export type StageName = keyof typeof STAGES;

export function stageNamed(name: string): Stage {
  const stage = (STAGES as Record<string, Stage>)[name];
  if (!stage) throw new Error(`stage ${name}: there is none; one of ${Object.keys(STAGES).join(', ')}`);
  return stage;
}

/** The partition `aws-cn`: other services, other rules (README.md lists them). */
export const isChina = (region: string): boolean => region.startsWith('cn-');
