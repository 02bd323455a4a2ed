// The names of everything we count. Functions count them, alarms and dashboards watch them: one home for each name.

export const NAMESPACE = 'Jiesuan';

export const METRIC = {
  /** Intake: batches answered 202, and refused whole (409, 422). */
  batchesAccepted: 'BatchesAccepted',
  batchesRefused: 'BatchesRefused',
  /** Split: records sent on, and records nobody can read. */
  recordsAccepted: 'RecordsAccepted',
  recordsRejected: 'RecordsRejected',
  /** Settle: one outcome per record. */
  claimsSettled: 'ClaimsSettled',
  claimsDenied: 'ClaimsDenied',
  claimsPended: 'ClaimsPended',
  claimsRepeated: 'ClaimsRepeated',
  claimsConflicted: 'ClaimsConflicted',
  /** Reviews and corrections that did not fit what stands. */
  correctionsRefused: 'CorrectionsRefused',
  settlementsReversed: 'SettlementsReversed',
  /** Enrolments and account credits taken in. */
  enrolmentsRecorded: 'EnrolmentsRecorded',
  /** Redelivered messages that found their answer already written. */
  redeliveries: 'Redeliveries',
  /** Records given back to the queue: infrastructure only. */
  recordsFailed: 'RecordsFailed',
  /** The place at the end of a stream was taken by somebody else; the record was decided again. */
  ledgerMoved: 'LedgerMoved',
  /** A rule that can never be broken was broken; nothing was written. */
  invariantBroken: 'InvariantBroken',
  /** From acceptance to entry, in milliseconds. */
  settleLatencyMs: 'SettleLatencyMs',
  /** Close: batches completed, and batches open longer than allowed. */
  batchesCompleted: 'BatchesCompleted',
  batchesLate: 'BatchesLate',
  /** Clear: whole days since the end of the oldest month that is over and not cleared. */
  monthOverdueDays: 'MonthOverdueDays',
  /** HTTP: requests that failed on our side (5xx). */
  requestsFailed: 'RequestsFailed',
} as const;
