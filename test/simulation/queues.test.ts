// The model of the queues, held against what AWS promises and what it does not: the simulation is worth as much as this.

import { describe, expect, it } from 'vitest';
import { chanceOf } from './chance.ts';
import { type Core, coreOf, traceOf } from './core.ts';
import { exactly } from './faults.ts';
import { fifoQueue, standardQueue } from './queues.ts';
import { timelineFrom } from './timeline.ts';

function world(): { core: Core; wait: (milliseconds: number) => Promise<void> } {
  const timeline = timelineFrom(0);
  const core = coreOf(
    timeline,
    chanceOf(1),
    exactly(new Map()),
    traceOf(false, () => timeline.now(), 0),
  );
  const wait = async (milliseconds: number): Promise<void> => {
    let there = false;
    timeline.after(milliseconds, () => void (there = true));
    await timeline.run({ stepsMax: Infinity, until: () => there });
  };
  return { core, wait };
}
const options = { name: 'q', visibilityMs: 90_000, receivesMax: 3, wake: () => {} };
const bodies = (deliveries: readonly { message: { body: string } }[]): string =>
  deliveries.map(({ message }) => message.body).join('');

describe('the model of a FIFO queue', () => {
  it('gives several messages of one group in order, and nothing behind one that is in flight', async () => {
    const { core, wait } = world();
    const queue = fifoQueue(core, options);
    for (const body of ['a', 'b', 'c', 'd']) queue.send('g', body, body);
    const first = queue.receive(2);
    expect(bodies(first)).toBe('ab');
    expect(bodies(queue.receive(10))).toBe('');
    queue.remove(first[0]!);
    expect(bodies(queue.receive(10))).toBe('');
    await wait(90_001);
    expect(bodies(queue.receive(10))).toBe('bcd');
  });

  it('gives what came back, and stops before a later message that is still in flight', async () => {
    const { core, wait } = world();
    const queue = fifoQueue(core, options);
    for (const body of ['a', 'b', 'c']) queue.send('g', body, body);
    const early = queue.receive(1);
    await wait(89_000);
    // The first is deleted too late; the ones behind it were given to nobody meanwhile.
    await wait(1_001);
    queue.remove(early[0]!);
    const [again] = queue.receive(1);
    expect(again?.message.body).toBe('a');
    queue.remove(again!);
    const [b] = queue.receive(1);
    expect(b?.message.body).toBe('b');
    expect(bodies(queue.receive(10))).toBe('');
  });

  it('keeps other groups going while one is blocked', () => {
    const { core } = world();
    const queue = fifoQueue(core, options);
    queue.send('g', 'a', 'a');
    queue.send('h', 'x', 'x');
    expect(bodies(queue.receive(1)).length + bodies(queue.receive(1)).length).toBe(2);
  });

  it('swallows the same id for five minutes, also after the message is gone, and no longer', async () => {
    const { core, wait } = world();
    const queue = fifoQueue(core, options);
    expect(queue.send('g', 'a', 'id')).toBe(true);
    queue.remove(queue.receive(1)[0]!);
    expect(queue.send('g', 'a', 'id')).toBe(false);
    await wait(300_001);
    expect(queue.send('g', 'a', 'id')).toBe(true);
  });

  it('lays a message aside after so many receives, alone', async () => {
    const { core, wait } = world();
    const queue = fifoQueue(core, options);
    queue.send('g', 'a', 'a');
    queue.send('g', 'b', 'b');
    for (let n = 0; n < 3; n++) {
      expect(bodies(queue.receive(1))).toBe('a');
      await wait(90_001);
    }
    expect(bodies(queue.receive(1))).toBe('b');
    expect(queue.dead.waiting().map(({ body }) => body)).toEqual(['a']);
  });
});

describe('the model of dead letters', () => {
  it('gives several of a group, hides the rest of it while one is held, and gives nothing up', async () => {
    const { core, wait } = world();
    const queue = fifoQueue(core, { ...options, receivesMax: 1 });
    for (const body of ['a', 'b', 'c']) queue.send('g', body, body);
    queue.send('h', 'x', 'x');
    for (let n = 0; n < 4; n++) {
      queue.receive(10);
      await wait(90_001);
    }
    const { dead } = queue;
    expect(bodies(dead.receive(2))).toBe('ab');
    const [x] = dead.receive(10);
    expect(x?.message.body).toBe('x'); // c stands behind a and b.
    dead.giveBack(x!);
    expect(bodies(dead.receive(10))).toBe('x');
    await wait(300_001);
    const again = dead.receive(10);
    expect(bodies(again)).toBe('abcx');
    dead.remove(x!); // Held under another receipt by now.
    for (const delivery of again.slice(0, 3)) dead.remove(delivery);
    expect(dead.waiting().map(({ body }) => body)).toEqual(['x']);
  });
});

describe('the model of a standard queue', () => {
  it('delays each message on its own, and honours a receipt after the visibility time-out', async () => {
    const { core, wait } = world();
    const queue = standardQueue(core, options);
    queue.send('late', 30_000);
    queue.send('now', 0);
    expect(bodies(queue.receive(10))).toBe('now');
    await wait(30_001);
    const [late] = queue.receive(10);
    expect(late?.message.body).toBe('late');
    await wait(90_001);
    queue.remove(late!);
    expect(bodies(queue.receive(10))).toBe('now');
  });
});
