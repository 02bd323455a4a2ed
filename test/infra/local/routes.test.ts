// Every route that a function answers is on the list that the stack and the local HTTP server are made from.

import { describe, expect, it } from 'vitest';
import { INTAKE_CONTRACTS } from '../../../functions/intake/contract.ts';
import { RESULTS_CONTRACTS } from '../../../functions/results/contract.ts';
import { routeFor } from '../../../infra/local/http-server.ts';

describe('routes', () => {
  it.for([
    ...INTAKE_CONTRACTS.map(({ method, path }) => ['intake', method, path] as const),
    ...RESULTS_CONTRACTS.map(({ method, path }) => ['results', method, path] as const),
  ])('%s answers %s %s', ([to, method, path]) => {
    expect(routeFor(method, path.replaceAll(/\{\w+\}/g, 'x'))?.to).toBe(to);
  });
});
