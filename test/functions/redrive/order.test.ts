// The order of a group, and who waits for whom, on a queue that gives up to ten messages of one group at once, as SQS
// does and the local engine does not. What the queue itself promises is tested in redrive.test.ts and the simulation.

import { describe, expect, it } from 'vitest';
import { listDeadLetters, type RedriveDeps, replayDeadLetters } from '../../../functions/redrive/redrive.ts';
import { memoryBatches } from '../../../shared/batch/memory/memory-batches.ts';
import { memoryLedger } from '../../../shared/ledger/memory/memory-ledger.ts';
import { ledgerView } from '../../../functions/redrive/ledger-view.ts';
import type { DeadLetter, DeadLetterQueue } from '../../../shared/queue/port.ts';

const GROUPS = { a: `130300#${'A'.repeat(22)}`, b: `130300#${'B'.repeat(22)}` } as const;
type Group = keyof typeof GROUPS;

/** A credit needs no release: what would come of it is that it is recorded. */
const credit = (group: Group, index: number): string =>
  JSON.stringify({
    type: 'account-credit',
    batchId: 'the-agency.B1',
    batchIndex: index,
    shard: 0,
    stream: GROUPS[group],
    claimKey: `the-agency/A${index}`,
    content: String(index).padStart(22, 'c'),
    acceptedAt: 0,
    amount: 100,
    creditedOn: '2026-09-01',
  });

/** A FIFO dead-letter queue: "a1" is a credit of group a, "a2!" something unreadable in it. */
function fifo(ids: readonly string[], fails: { send?: string; remove?: string; take?: number } = {}) {
  let letters: DeadLetter[] = ids.map((id) => {
    const name = id[0] as Group;
    const group = GROUPS[name];
    const body = id.endsWith('!') ? 'nothing' : credit(name, Number(id.slice(1)));
    return { id, group, body, sentAt: 0, receives: 10, receipt: id };
  });
  const held = new Set<string>();
  const sent: string[] = [];
  let takes = 0;
  const queue: DeadLetterQueue = {
    name: 'settle',
    count: async () => letters.length,
    async take() {
      if (++takes === fails.take) throw new Error('out');
      const blocked = new Set(letters.filter(({ id }) => held.has(id)).map(({ group }) => group));
      const given = letters.filter(({ group }) => !blocked.has(group)).slice(0, 10);
      for (const { id } of given) held.add(id);
      return given;
    },
    giveBack: async (some) => some.forEach(({ id }) => held.delete(id)),
    async remove({ id }) {
      if (id === fails.remove) throw new Error('out');
      letters = letters.filter((letter) => letter.id !== id);
      held.delete(id);
    },
    async sendAgain({ id }) {
      if (id === fails.send) throw new Error('out');
      sent.push(id);
      return `new ${id}`;
    },
  };
  const deps: RedriveDeps = {
    queues: [queue],
    view: ledgerView(memoryLedger()),
    batches: memoryBatches(),
    release: () => Promise.reject(new Error('no credit asks for one')),
    now: () => 1,
  };
  return { deps, sent, held, left: () => letters.map(({ id }) => id) };
}

const many = (group: Group, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${group}${at}`);

describe('replaying a group', () => {
  it('goes in order through more than a receive holds, and through several groups', async () => {
    const ids = [...many('a', 25), ...many('b', 3)];
    const { deps, sent, left } = fifo(ids);
    const { letters, queues } = await replayDeadLetters({}, deps);
    expect(sent).toEqual(ids);
    expect(new Set(letters.map(({ fate }) => fate))).toEqual(new Set(['replayed']));
    expect(queues).toEqual([{ name: 'settle', there: 28, seen: 28 }]);
    expect(left()).toEqual([]);
  });

  it('foresees each on what the one before it would leave', async () => {
    const { deps } = fifo(many('a', 3));
    const { letters } = await listDeadLetters({}, deps);
    const entries = letters.map(({ foreseen }) =>
      foreseen.would === 'be-decided' ? foreseen.entry : undefined,
    );
    expect(entries.map((entry) => entry?.place.seq)).toEqual([1, 2, 3]);
    expect(entries.map((entry) => entry?.body.position.account?.thisYear)).toEqual([100, 200, 300]);
  });

  it('goes past what nobody can read, also when it hides the others', async () => {
    const ids = ['a0!', ...many('a', 25).slice(1), 'b0'];
    const { deps, sent, left, held } = fifo(ids);
    const { letters } = await replayDeadLetters({}, deps);
    expect(sent.filter((id) => id.startsWith('a'))).toEqual(ids.slice(1, 25));
    expect(sent).toContain('b0');
    expect(left()).toEqual(['a0!']);
    expect(letters.filter(({ fate }) => fate === 'left').map(({ letter }) => letter.id)).toEqual(['a0!']);
    expect([...held]).toEqual([]); // Everybody sees it again.
  });

  it('stops a group at the first that is not sent, and no other group', async () => {
    const { deps, sent, left, held } = fifo(['a0', 'a1', 'a2', 'b0'], { send: 'a1' });
    const { letters } = await replayDeadLetters({}, deps);
    expect(sent).toEqual(['a0', 'b0']);
    expect(letters.map(({ fate }) => fate)).toEqual(['replayed', 'not-sent', 'held-back', 'replayed']);
    expect(left()).toEqual(['a1', 'a2']);
    expect([...held]).toEqual([]);
  });

  it('tells what was done until the queue failed', async () => {
    const { deps, sent } = fifo(many('a', 12), { take: 2, remove: 'a3' });
    const { letters, queues } = await replayDeadLetters({}, deps);
    expect(sent).toHaveLength(10);
    expect(letters.filter(({ fate }) => fate === 'not-removed').map(({ letter }) => letter.id)).toEqual([
      'a3',
    ]);
    expect(queues).toEqual([{ name: 'settle', there: 12, seen: 10, failed: 'Error' }]);
  });

  it('takes only what is wanted, and so many at most', async () => {
    const some = fifo(['a0', 'a1', 'b0', 'b1']);
    await replayDeadLetters({ group: GROUPS.b, max: 1 }, some.deps);
    expect(some.sent).toEqual(['b0']);
    const one = fifo(['a0', 'a1', 'b2']);
    await replayDeadLetters({ claimKey: 'the-agency/A1' }, one.deps);
    expect(one.sent).toEqual(['a1']);
    const none = fifo(['a0']);
    await replayDeadLetters({ batchId: 'H0001.B1' }, none.deps);
    expect([none.sent, none.left(), [...none.held]]).toEqual([[], ['a0'], []]);
  });

  it('does not send what it sent itself a second time', async () => {
    const { deps, sent } = fifo(['a0', 'a1']);
    const [queue] = deps.queues as [DeadLetterQueue];
    let back = 0;
    // Both fail again at once, and lie in the dead letters under their new names.
    const failing: DeadLetterQueue = {
      ...queue,
      take: async () => {
        const taken = await queue.take();
        if (taken.length > 0 || sent.length === 0 || back++ > 0) return taken;
        return sent.map((id) => ({
          id: `new ${id}`,
          group: GROUPS.a,
          body: credit('a', Number(id.slice(1))),
          sentAt: 0,
          receives: 1,
          receipt: id,
        }));
      },
    };
    await replayDeadLetters({}, { ...deps, queues: [failing] });
    expect(sent).toEqual(['a0', 'a1']);
  });
});
