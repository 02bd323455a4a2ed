// The faults of a simulation: their names, which of them a seed switches on, and which call meets one.
// A fault at a call is decided by the name of the call, so that a shrunk run keeps the faults it is left with.

import type { Chance } from './chance.ts';

/** Faults at a single call to a store or a queue. */
export const CALL_FAULTS = {
  refused: 'throttled or failed, and not applied',
  'timed-out': 'no answer for seconds, and not applied',
  lost: 'applied, and the caller was told that it failed: the SDK gave up',
  repeated: 'applied, the answer lost, sent again by the SDK: applied a second time',
  slow: 'answered after seconds',
  late: 'applied long after whoever asked has been cut off',
  paused: 'the whole process stands still, past the visibility time-out',
  'crash-before': 'the process dies before the call is applied',
  'crash-after': 'the process dies after the call was applied',
} as const;
export type CallFault = keyof typeof CALL_FAULTS;

/** Faults of the surroundings. */
export const OTHER_FAULTS = {
  'ack-lost': 'messages are worked through and not deleted',
  'delivered-twice': 'one batch of messages is handed to two consumers at once',
  'close-copy': 'the standard queue delivers a message twice',
  'close-lost': 'a message of the close queue is lost: purged by mistake, or too old',
  'partly-sent': 'the queue takes some messages of a call and not the others',
  'small-receives': 'messages come one by one',
  restart: 'a container is replaced between two invocations',
  'restart-all': 'every component is restarted at one moment',
  'queues-lost': 'the local runner is killed: its queues were in memory',
  'clock-skew': 'containers are up to a day apart',
  'stale-heads': 'a container remembers heads that are long overtaken',
  'index-lag': 'the batch index is minutes behind',
  'index-flicker': 'the batch index answers from replicas, each as far behind as it likes',
  'second-writer': 'the back office settles records beside the queue',
  redrive: 'dead letters are sent again while everything else goes wrong',
  'few-receives': 'every queue gives a message up after two receives: dead letters are daily business',
  'redrive-killed': 'whoever sends dead letters again is cut off after sending one, or after deleting it',
  'blocked-member': 'every write to one member fails for a quarter of an hour',
} as const;
export type OtherFault = keyof typeof OTHER_FAULTS;
export type Fault = CallFault | OtherFault;
export const FAULTS = [...Object.keys(CALL_FAULTS), ...Object.keys(OTHER_FAULTS)] as readonly Fault[];

/** What a call is, as far as faults are concerned. */
export interface Call {
  /** "append 130300#…/H0001/C3 2": unique in a run. */
  readonly name: string;
  /** How many calls came before it. */
  readonly ordinal: number;
  readonly writes: boolean;
  /** Faults that cannot meet this call, by the platform's rules. */
  readonly never?: ReadonlySet<Fault> | undefined;
}

/** Decides what goes wrong. */
export interface FaultPlan {
  /** The fault that meets a call, if any does. */
  atCall(call: Call): CallFault | undefined;
  /** Whether a fault of the surroundings happens this time. */
  happens(fault: OtherFault, name: string): boolean;
  /** Whether a fault may happen at all in this run. */
  on(fault: Fault): boolean;
}

/** How often a call or an occasion meets a fault that is switched on: from, to; each seed draws its own. */
const OFTEN: Partial<Record<Fault, readonly [number, number]>> = {
  refused: [0.005, 0.1],
  'timed-out': [0.002, 0.03],
  lost: [0.005, 0.08],
  repeated: [0.005, 0.08],
  slow: [0.005, 0.05],
  late: [0.002, 0.02],
  paused: [0.002, 0.02],
  'crash-before': [0.002, 0.02],
  'crash-after': [0.002, 0.02],
  'ack-lost': [0.02, 0.2],
  'delivered-twice': [0.02, 0.25],
  'close-copy': [0.005, 0.05],
  'close-lost': [0.005, 0.05],
  'partly-sent': [0.05, 0.4],
  restart: [0.05, 0.3],
  'stale-heads': [0.1, 0.5],
  'second-writer': [0.1, 0.5],
  'redrive-killed': [0.3, 0.9],
};

/** Faults so heavy, or so different, that only a few seeds have them. */
const RARELY_ON: Partial<Record<Fault, number>> = {
  'queues-lost': 0.1,
  'blocked-member': 0.08,
  // It takes the order of records away: the other half of the seeds, and more, holds on to it.
  'few-receives': 0.3,
};

/** The faults of a seed: a random half of the kinds, each as often as the seed says. */
export function swarm(chance: Chance, shrunk: Shrunk = {}): FaultPlan {
  const blockedOnly = chance.happens('on blocked-member', RARELY_ON['blocked-member'] ?? 0);
  const rates = new Map<Fault, number>();
  for (const fault of FAULTS) {
    // A blocked member delays nobody else: measured alone, or the other faults would delay them.
    const on = blockedOnly
      ? fault === 'blocked-member'
      : fault !== 'blocked-member' && chance.happens(`on ${fault}`, RARELY_ON[fault] ?? 0.5);
    if (!on || shrunk.off?.has(fault)) continue;
    const [from, to] = OFTEN[fault] ?? [1, 1];
    rates.set(fault, from + chance.draw(`rate ${fault}`) * (to - from));
  }
  const atCalls = (Object.keys(CALL_FAULTS) as CallFault[]).filter((fault) => rates.has(fault));
  const spared = shrunk.spared;
  return {
    on: (fault) => rates.has(fault),
    happens: (fault, name) => {
      const rate = rates.get(fault);
      const key = `${fault} ${name}`;
      return rate !== undefined && chance.draw(key) < rate && !spared?.has(key);
    },
    atCall({ name, writes, never }) {
      let drawn = chance.draw(name);
      for (const fault of atCalls) {
        drawn -= rates.get(fault) as number;
        if (drawn >= 0) continue;
        if ((fault === 'repeated' && !writes) || never?.has(fault)) return undefined;
        return spared?.has(`${fault} ${name}`) ? undefined : fault;
      }
      return undefined;
    },
  };
}

/** What shrinking has taken away already. */
export interface Shrunk {
  readonly off?: ReadonlySet<Fault>;
  /** Single occasions, by "fault name". */
  readonly spared?: ReadonlySet<string>;
}

/** Exactly these faults, by the ordinal of the call: for enumeration. */
export function exactly(faults: ReadonlyMap<number, CallFault>): FaultPlan {
  return {
    on: () => false,
    happens: () => false,
    atCall: ({ ordinal, writes, never }) => {
      const fault = faults.get(ordinal);
      if (fault === undefined || never?.has(fault) || (fault === 'repeated' && !writes)) return undefined;
      return fault;
    },
  };
}
