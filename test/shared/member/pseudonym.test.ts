// A member's pseudonym: the same for ever, and useless without the key.

import { describe, expect, it } from 'vitest';
import { pseudonymiser, streamKey } from '../../../shared/member/pseudonym.ts';

describe('a pseudonym', () => {
  const of = pseudonymiser('a test key of enough bytes');

  it('is 22 characters that queues, tables and logs take', () => {
    expect(of('DEMO0000000001')).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(streamKey('130300', of('DEMO0000000001'))).toMatch(/^130300#[A-Za-z0-9_-]{22}$/);
  });

  it('never changes: whole ledgers hang on it', () => {
    expect(of('DEMO0000000001')).toBe('CsAeo1Ndh7UWQBIYV_QPSw');
  });

  it('differs by member and by key', () => {
    expect(of('DEMO0000000001')).not.toBe(of('DEMO0000000002'));
    expect(of('DEMO0000000001')).not.toBe(pseudonymiser('another key of enough bytes')('DEMO0000000001'));
  });

  it('needs a key that cannot be tried out', () => {
    expect(() => pseudonymiser('short')).toThrow('at least 16 bytes');
  });
});
