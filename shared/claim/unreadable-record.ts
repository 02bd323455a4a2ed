// A record of a batch that is no JSON at all: the error its rejection carries.

import { RECORD_BYTES_MAX, type RawRecord } from '../batch/raw-records.ts';
import { type FieldError, fieldError } from '../http/field-errors.ts';

/** The error of a line that cannot be read. */
export const unreadableRecord = (code: NonNullable<RawRecord['unreadable']>): FieldError =>
  fieldError([], code, { bytesMax: RECORD_BYTES_MAX });
