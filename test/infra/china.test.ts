// Does what we deploy exist in a China region? And does this guard find what it should?

import { describe, expect, it } from 'vitest';
import { chinaFindings } from './support/china.ts';
import { functionOf, ofType, synthesise, type Resource, type Template } from './support/templates.ts';

const { data, app } = synthesise('cn-north-1');

describe('the templates for cn-north-1', () => {
  it('use nothing that a China region lacks', () => {
    expect(chinaFindings(data)).toEqual([]);
    expect(chinaFindings(app)).toEqual([]);
  });

  it('ask every caller for a signature, /health included', () => {
    const routes = ofType(app, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
    expect(routes.map(({ RouteKey }) => RouteKey)).toContain('GET /health');
    expect(new Set(routes.map(({ AuthorizationType }) => AuthorizationType))).toEqual(new Set(['AWS_IAM']));
    expect(functionOf(app, 'intake')[1].Properties.Environment.Variables.AUTH_MODE).toBe('iam');
  });

  it('are refused with tokens, which anonymous callers could send', () => {
    expect(() => synthesise('cn-north-1', { auth: 'jwt', authIssuer: 'https://issuer.example.com' })).toThrow(
      /ICP/,
    );
  });
});

describe('the guard finds', () => {
  const { Resources } = app;
  const [functionId] = functionOf(app, 'settle');
  const [sourceId = ''] =
    ofType(app, 'AWS::Lambda::EventSourceMapping').find(([id]) => id.startsWith('settle')) ?? [];
  const [routeId = ''] = ofType(app, 'AWS::ApiGatewayV2::Route')[0] ?? [];

  const changed = (id: string, properties: object): Template => {
    const was = Resources[id] as Resource;
    return {
      Resources: { ...Resources, [id]: { ...was, Properties: { ...was.Properties, ...properties } } },
    };
  };
  const added = (type: string, properties: object = {}): Template => ({
    Resources: { ...Resources, Planted: { Type: type, Properties: properties } },
  });

  it.each([
    ['X-Ray tracing', changed(functionId, { TracingConfig: { Mode: 'Active' } })],
    ['loop detection', changed(functionId, { RecursiveLoop: 'Allow' })],
    ['a function address', added('AWS::Lambda::Url', { AuthType: 'AWS_IAM' })],
    ['a tagged event source', changed(sourceId, { Tags: [{ Key: 'a', Value: 'b' }] })],
    ['provisioned pollers', changed(sourceId, { ProvisionedPollerConfig: { MinimumPollers: 2 } })],
    ['event source metrics', changed(sourceId, { MetricsConfig: { Metrics: ['EventCount'] } })],
    ['a batching window on FIFO', changed(sourceId, { MaximumBatchingWindowInSeconds: 5 })],
    ['more than 10 on FIFO', changed(sourceId, { BatchSize: 100 })],
    ['a literal partition', changed(functionId, { Role: 'arn:aws:iam::1:role/x' })],
    ['a route without a signature', changed(routeId, { AuthorizationType: 'NONE' })],
    ['a Lambda authorizer', added('AWS::ApiGatewayV2::Authorizer', { AuthorizerType: 'REQUEST' })],
    ['a custom domain', added('AWS::ApiGatewayV2::DomainName')],
    [
      'SQS redrive',
      added('AWS::IAM::Policy', { PolicyDocument: { Statement: [{ Action: 'sqs:StartMessageMoveTask' }] } }),
    ],
    ['Cognito', added('AWS::Cognito::UserPool')],
  ])('%s', (_what, template) => {
    expect(chinaFindings(template)).toHaveLength(1);
  });
});
