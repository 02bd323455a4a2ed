// Which route goes to which function. The stack's HTTP API and the local HTTP server are both made from this list.
// What a route promises stands in its contract, in the function's own folder.

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly to: 'intake' | 'results';
  /** Answers anybody; it shows nothing of anybody. */
  readonly open?: boolean;
}

export const ROUTES: readonly Route[] = [
  { method: 'POST', path: '/v1/batches', to: 'intake' },
  { method: 'POST', path: '/v1/uploads', to: 'intake' },
  { method: 'POST', path: '/v1/enrolments', to: 'intake' },
  { method: 'POST', path: '/v1/releases', to: 'intake' },
  { method: 'POST', path: '/v1/claims/{providerId}/{claimNo}/review', to: 'intake' },
  { method: 'POST', path: '/v1/claims/{providerId}/{claimNo}/reversal', to: 'intake' },
  { method: 'POST', path: '/v1/quotes', to: 'results' },
  { method: 'GET', path: '/v1/{proxy+}', to: 'results' },
  { method: 'GET', path: '/openapi.json', to: 'results', open: true },
  { method: 'GET', path: '/docs', to: 'results', open: true },
  { method: 'GET', path: '/health', to: 'results', open: true },
];
