// What reaches a log line: ids, codes and counts. Never a message, and nothing that could be a person.

import { describe as group, expect, it } from 'vitest';
import { assert } from '../../../shared/assert.ts';
import { describe, redact } from '../../../shared/observability/logger.ts';

const CANARY = 'CANARY王小明110101199003070000';

group('facts', () => {
  it('pass when they are ids, codes, counts and route keys', () => {
    const facts = {
      requestId: 'r-1',
      route: 'GET /v1/x/{id}',
      code: 'not-found',
      count: 3,
      batchId: 'H0001.20260901-01',
    };
    expect(redact(facts)).toEqual(facts);
  });

  it('are left out when nobody said they may be logged, and hidden when they look personal', () => {
    const facts = {
      memberId: 'DEMO1',
      name: CANARY,
      code: '王小明',
      batchId: '110101199003070000',
      reason: 'x y z',
    } as never;
    expect(redact(facts)).toEqual({ code: '[redacted]', batchId: '[redacted]', reason: '[redacted]' });
  });
});

group('an error', () => {
  it('is its name, code and place, never its message', () => {
    const error = Object.assign(new TypeError(`${CANARY}\n    at ${CANARY} (x.ts:1:1)`), {
      code: 'ERR_X',
      $metadata: { httpStatusCode: 400, requestId: 'aws-1' },
    });
    const written = describe(error);
    expect(written).toMatchObject({
      errorName: 'TypeError',
      errorCode: 'ERR_X',
      errorStatus: 400,
      errorRequestId: 'aws-1',
    });
    expect(written['errorAt']).toContain('logger.test.ts');
    expect(JSON.stringify(written)).not.toContain('CANARY');
  });

  it('of a broken invariant names the rule, which is our own sentence', () => {
    try {
      assert(false, 'the parts of a bill add up to the bill');
    } catch (error) {
      expect(describe(error)).toMatchObject({
        errorName: 'InvariantError',
        rule: 'the parts of a bill add up to the bill',
      });
    }
  });

  it('may be anything that was thrown', () => {
    expect(describe(CANARY)).toEqual({ errorName: 'string' });
    expect(describe(undefined)).toEqual({});
  });
});
