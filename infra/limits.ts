// Times of what has no queue, the same in every stage; the stack and the local runner both keep them.
// (What queues and functions agree on stands in shared/queue/limits.ts.)

/** The gateway gives up after 30 seconds; the function stops first, so that its log says where it stood. */
export const HTTP_TIMEOUT_SECONDS = 29;

/** A sweep lists open batches and sends a message for each that needs one; it must be over before the next. */
export const SWEEP_TIMEOUT_SECONDS = 240;
export const SWEEP_EVERY_MINUTES = 5;

/** The longest there is: sealing reads the whole ledger. */
export const SEAL_TIMEOUT_SECONDS = 900;
/** In China, just before the day ends that is sealed. */
export const SEAL_AT = { hour: 23, minute: 50 } as const;

/** So does clearing. */
export const CLEAR_TIMEOUT_SECONDS = 900;
/** After midnight in China, when the batches of the day before are complete. */
export const CLEAR_AT = { hour: 1, minute: 30 } as const;
