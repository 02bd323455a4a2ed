// The loop over a batch of messages, written wrongly in several ways. The right one is shared/queue/fifo-loop.ts.

import type { SQSRecord } from 'aws-lambda';
import type { workThroughGroups } from '../../../shared/queue/fifo-loop.ts';

type Loop = typeof workThroughGroups;

const groupsOf = (records: readonly SQSRecord[]) => [
  ...Map.groupBy(records, ({ attributes, messageId }) => attributes.MessageGroupId ?? messageId).values(),
];
const failures = (records: readonly SQSRecord[]) => ({
  batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })),
});

/** Groups in order, with a choice of what happens to a group after a failure. */
function loopWith(
  after: (failed: SQSRecord, rest: readonly SQSRecord[]) => 'go on' | readonly SQSRecord[],
): Loop {
  return async (records, { work, onFailure }) => {
    const givenBack: SQSRecord[] = [];
    await Promise.all(
      groupsOf(records).map(async (group) => {
        for (const [at, record] of group.entries()) {
          try {
            await work(record);
          } catch (error) {
            onFailure?.(error, record);
            const then = after(record, group.slice(at + 1));
            if (then !== 'go on') return void givenBack.push(...then);
            givenBack.push(record);
          }
        }
      }),
    );
    return failures(givenBack);
  };
}

/** Goes on with the next record of a member after one that failed: it overtakes. */
export const goesOn: Loop = loopWith(() => 'go on');

/** Gives back the failed record only; the ones behind it are deleted unseen. */
export const forgetsFollowers: Loop = loopWith((failed) => [failed]);

/** Logs an error, and lets the message be deleted. */
export const swallowsErrors: Loop = loopWith(() => []);

/** Works on all records at once, those of one member too. */
export const allAtOnce: Loop = async (records, { work, onFailure }) => {
  const givenBack: SQSRecord[] = [];
  await Promise.all(
    records.map(async (record) => {
      try {
        await work(record);
      } catch (error) {
        onFailure?.(error, record);
        givenBack.push(record);
      }
    }),
  );
  return failures(givenBack);
};

/** Answers before the work is done: the messages are deleted, come what may. */
export const answersFirst: Loop = async (records, { work }) => {
  for (const record of records) void Promise.resolve(work(record)).catch(() => {});
  return failures([]);
};

/** One failure gives back everything, other members' records too. */
export const oneFailsAll: Loop = async (records, { work, onFailure }) => {
  for (const [at, record] of records.entries()) {
    try {
      await work(record);
    } catch (error) {
      onFailure?.(error, record);
      return failures(records.slice(at));
    }
  }
  return failures([]);
};
