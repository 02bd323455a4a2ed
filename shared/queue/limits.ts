// The numbers that queues, functions and the local runner must agree on. Each with its reason.

/** A FIFO event source hands over at most 10 messages (platform limit). */
export const SETTLE_BATCH_SIZE = 10;

/** Ten claims are a few dozen milliseconds; 15 s leaves room for every SDK time-out and retry of one claim. */
export const SETTLE_TIMEOUT_SECONDS = 15;
/** Six times the function's timeout, as AWS advises, so that a message is not handed out twice while one works on it. */
export const SETTLE_VISIBILITY_SECONDS = 90;

/** One run of split reads for at most this long, then hands over to a continuation. */
export const SPLIT_TIMEOUT_SECONDS = 300;
export const SPLIT_VISIBILITY_SECONDS = 360;

/** A close tick counts what is new; the last one also writes the remittance file of up to a million claims. */
export const CLOSE_TIMEOUT_SECONDS = 600;
export const CLOSE_VISIBILITY_SECONDS = 660;

/** A low count would let a throttled minute throw claims out of order (one prototype seed in eleven). */
export const RECEIVES_MAX = 10;

/** Consumers of the settle queue at once: protects the table, and leaves the account's concurrency to others. */
export const SETTLE_CONCURRENCY_MAX = 50;

/** Days a message may wait: the platform's maximum. */
export const RETENTION_DAYS = 14;
