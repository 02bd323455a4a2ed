// Who may do what, as lists of exact actions. No generated grants: the policy of a function is read here and in
// stacks/app-stack.ts, and tested in test/infra/permissions.test.ts.

import { Stack, Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement, type IGrantable } from 'aws-cdk-lib/aws-iam';

/** Everything that could change or remove an entry. A ledger entry is put once, and that is all (L1). */
export const LEDGER_FORBIDDEN = [
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:PartiQLUpdate',
  'dynamodb:PartiQLDelete',
] as const;

/** Everything that could take away what is sealed, or the lock on it. */
export const SEALED_FORBIDDEN = [
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:BypassGovernanceRetention',
  's3:PutObjectRetention',
  's3:PutObjectLegalHold',
] as const;

/** What using data under our key takes: DynamoDB, SQS and S3 all work with the caller's right to the key. */
export const KEY_USE = [
  'kms:Decrypt',
  'kms:Encrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:GenerateDataKey',
  'kms:DescribeKey',
] as const;

export function allow(who: IGrantable, actions: readonly string[], resources: readonly string[]): void {
  who.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: [...actions], resources: [...resources] }),
  );
}

export function deny(who: IGrantable, actions: readonly string[], resources: readonly string[]): void {
  who.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ effect: Effect.DENY, actions: [...actions], resources: [...resources] }),
  );
}

/**
 * Objects under one prefix of a bucket. The star at the end is the only kind of wildcard any role has; cdk-nag wants
 * each acknowledged by its exact resource.
 */
export function allowObjects(
  who: IGrantable,
  actions: readonly string[],
  bucketArn: string,
  prefix: string,
): void {
  const resource = `${bucketArn}/${prefix}*`;
  allow(who, actions, [resource]);
  const role = who.grantPrincipal as unknown as Parameters<typeof Validations.of>[0];
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${flat(Stack.of(role).resolve(resource))}]`,
    reason: `Objects under ${prefix}* of one bucket: their names are made at run time.`,
  });
}

/** As cdk-nag names a resource: joins written out, references by their name. */
function flat(part: unknown): string {
  if (typeof part === 'string') return part;
  const node = part as {
    'Fn::Join'?: [string, unknown[]];
    'Fn::ImportValue'?: unknown;
    'Fn::GetAtt'?: string[];
    Ref?: string;
  };
  if (node['Fn::Join']) return node['Fn::Join'][1].map(flat).join(node['Fn::Join'][0]);
  if (node['Fn::ImportValue']) return flat(node['Fn::ImportValue']);
  if (node['Fn::GetAtt']) return `<${node['Fn::GetAtt'].join('.')}>`;
  if (node.Ref) return `<${node.Ref}>`;
  return JSON.stringify(part);
}
