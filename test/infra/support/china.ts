// What a China region lacks or forbids, looked for in a template. cfn-lint passes all of these.
// Sources: "Feature availability and implementation differences" of each service at docs.amazonaws.cn.

import type { Template } from './templates.ts';

const ABSENT_TYPES = [
  'AWS::ApplicationSignals::',
  'AWS::Cognito::',
  'AWS::DSQL::',
  'AWS::Lambda::CapacityProvider',
  'AWS::Lambda::Url',
  'AWS::Logs::LogAnomalyDetector',
  'AWS::RUM::',
  'AWS::Signer::',
  'AWS::XRay::',
];
/** A custom domain needs an ICP filing. */
const FILED_TYPES = ['AWS::ApiGateway::DomainName', 'AWS::ApiGatewayV2::DomainName'];

/** Every trap in the template, as one line that names the resource. */
export function chinaFindings(template: Template): string[] {
  const found: string[] = [];
  for (const [id, { Type, Properties: p = {} }] of Object.entries(template.Resources)) {
    const say = (what: string) => found.push(`${id}: ${what}`);
    if (ABSENT_TYPES.some((type) => Type.startsWith(type))) say(`${Type} is not available`);
    if (FILED_TYPES.includes(Type)) say('a custom domain needs an ICP filing');

    if (Type === 'AWS::Lambda::Function') {
      if (p.TracingConfig && p.TracingConfig.Mode !== 'PassThrough') say('X-Ray tracing is not available');
      if (p.RecursiveLoop) say('recursive loop detection is not available');
      if (p.Code?.SourceKMSKeyArn) say('archives under a customer key are not available');
    }
    if (Type === 'AWS::Lambda::EventSourceMapping') {
      if (p.Tags) say('event sources cannot be tagged');
      if (p.MetricsConfig) say('event source metrics are not available');
      if (p.ProvisionedPollerConfig) say('provisioned pollers are not available');
      const queue = template.Resources[p.EventSourceArn?.['Fn::GetAtt']?.[0]]?.Properties;
      if (queue?.FifoQueue && p.BatchSize > 10) say('a FIFO event source takes at most 10 messages');
      if (queue?.FifoQueue && p.MaximumBatchingWindowInSeconds)
        say('a FIFO event source has no batching window');
    }
    if (Type === 'AWS::ApiGatewayV2::Route' && p.AuthorizationType !== 'AWS_IAM') {
      say(`${p.RouteKey} is open to callers without a signature: that needs an ICP filing`);
    }
    if (Type === 'AWS::ApiGatewayV2::Authorizer' && p.AuthorizerType === 'REQUEST')
      say('Lambda authorizers need an ICP filing');

    const text = JSON.stringify(p);
    if (text.includes('arn:aws:')) say('a literal arn:aws: names another partition');
    if (text.includes('MessageMoveTask')) say('dead letters cannot be moved back by SQS');
  }
  return found;
}
