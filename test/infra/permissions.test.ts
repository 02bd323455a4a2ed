// Who may do what, read from the template as AWS will: nobody changes a ledger entry, only settle adds one, and no
// role has more than named things.

import { describe, expect, it } from 'vitest';
import { LEDGER_FORBIDDEN, SEALED_FORBIDDEN } from '../../infra/constructs/access.ts';
import { FUNCTIONS, type FunctionName } from '../../infra/stages.ts';
import {
  ofType,
  type Resource,
  statementsOf,
  statementsOfRole,
  synthesise,
  type Template,
} from './support/templates.ts';

const { app, data } = synthesise('us-east-1');

/** Actions a function is granted on what matches; a deny takes an action away again, as IAM does. */
function may(name: FunctionName, resource: RegExp, template: Template = app): string[] {
  const on = (effect: 'Allow' | 'Deny') =>
    statementsOf(template, name)
      .filter(
        (statement) => statement.effect === effect && statement.resources.some((each) => resource.test(each)),
      )
      .flatMap(({ actions }) => actions);
  const denied = new Set(on('Deny'));
  return [...new Set(on('Allow'))].filter((action) => !denied.has(action)).sort();
}

describe('the ledger', () => {
  it('is appended to by settle, which may neither update nor delete', () => {
    expect(may('settle', /^Ledger$/)).toEqual(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query']);
    const denied = statementsOf(app, 'settle').filter(({ effect }) => effect === 'Deny');
    expect(denied.flatMap(({ actions }) => actions)).toEqual(expect.arrayContaining([...LEDGER_FORBIDDEN]));
  });

  it.each(FUNCTIONS.filter((name) => name !== 'settle'))('is at most read by %s', (name) => {
    const allowed = may(name, /^Ledger/);
    const reading = name === 'seal' || name === 'clear' ? /:Scan$/ : /:(GetItem|BatchGetItem|Query)$/;
    expect(allowed.filter((action) => !reading.test(action))).toEqual([]);
    const denied = statementsOf(app, name).filter(
      ({ effect, resources }) => effect === 'Deny' && resources.includes('Ledger'),
    );
    expect(denied.flatMap(({ actions }) => actions)).toEqual(
      expect.arrayContaining([...LEDGER_FORBIDDEN, 'dynamodb:PutItem']),
    );
  });

  it('refuses changes to every principal, by its own policy', () => {
    const [, { Properties }] = ofType(data, 'AWS::DynamoDB::GlobalTable').find(([id]) =>
      id.startsWith('Ledger'),
    ) ?? ['', { Properties: {} }];
    const [statement] = Properties.Replicas[0].ResourcePolicy.PolicyDocument.Statement;
    expect(statement).toMatchObject({ Effect: 'Deny', Principal: { AWS: '*' }, Resource: '*' });
    expect(new Set(statement.Action)).toEqual(new Set(LEDGER_FORBIDDEN));
  });
});

describe('what is sealed', () => {
  const [[bucketId, bucket]] = ofType(data, 'AWS::S3::Bucket').filter(([id]) => id.startsWith('Sealed')) as [
    [string, Resource],
  ];
  const policy = ofType(data, 'AWS::S3::BucketPolicy').find(
    ([, each]) => each.Properties.Bucket.Ref === bucketId,
  );
  const statement = (sid: string) =>
    policy?.[1].Properties.PolicyDocument.Statement.find((each: { Sid?: string }) => each.Sid === sid);

  it('is locked for as long as books of account are kept, in a mode that nobody can end, with every version', () => {
    expect(bucket.Properties.ObjectLockEnabled).toBe(true);
    expect(bucket.Properties.ObjectLockConfiguration).toEqual({
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Days: 10_950, Mode: 'COMPLIANCE' } },
    });
    expect(bucket.Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    expect(bucket.DeletionPolicy).toBe('Retain');
    expect(JSON.stringify(bucket.Properties.LifecycleConfiguration)).not.toContain('Expiration');
  });

  it('is locked for a day where only tests run, in a mode that can be ended', () => {
    const [, { Properties }] = ofType(
      synthesise('us-east-1', { stage: 'test' }).data,
      'AWS::S3::Bucket',
    ).find(([id]) => id.startsWith('Sealed')) as [string, Resource];
    expect(Properties.ObjectLockConfiguration.Rule.DefaultRetention).toEqual({
      Days: 1,
      Mode: 'GOVERNANCE',
    });
  });

  it('is put only under free keys, whoever puts it, and removed by nobody', () => {
    expect(statement('NothingIsReplaced')).toMatchObject({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 's3:PutObject',
      Condition: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
    });
    const removing = statement('NothingIsRemoved');
    expect(removing).toMatchObject({ Effect: 'Deny', Principal: { AWS: '*' } });
    expect(removing.Condition).toBeUndefined();
    expect(new Set(removing.Action)).toEqual(new Set(SEALED_FORBIDDEN));
  });

  it('is written by seal and by clear alone, each under its own prefix; statements are read by results', () => {
    const allowed: Partial<Record<FunctionName, string[]>> = {
      seal: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
      clear: ['s3:GetObject', 's3:PutObject'],
      results: ['s3:GetObject'],
    };
    for (const name of FUNCTIONS) {
      const has = may(name, /^Sealed/).filter((action) => action !== 's3:ListBucket');
      expect(has, name).toEqual(allowed[name] ?? []);
    }
  });
});

describe('a function', () => {
  it('that answers questions writes nothing and sends nothing', () => {
    const everything = may('results', /./).filter(
      (action) => !action.startsWith('kms:') && !action.startsWith('logs:'),
    );
    expect(everything).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:Query',
      's3:GetObject',
      's3:ListBucket',
      'secretsmanager:GetSecretValue',
    ]);
  });

  it("learns members' pseudonyms only where it must name a stream", () => {
    const readers = FUNCTIONS.filter((name) =>
      may(name, /PseudonymKey/).includes('secretsmanager:GetSecretValue'),
    );
    expect(readers).toEqual(['results', 'split']);
  });

  it('deletes nothing anywhere', () => {
    for (const name of FUNCTIONS) {
      const deleting = may(name, /./).filter((action) => action.includes('Delete'));
      expect(
        deleting.filter((action) => action !== 'sqs:DeleteMessage'),
        name,
      ).toEqual([]);
    }
  });

  it('has a wildcard only at the end of an object prefix, and these are all', () => {
    const wild = Object.fromEntries(
      FUNCTIONS.map((name) => [
        name,
        statementsOf(app, name)
          .filter(({ effect }) => effect === 'Allow')
          .flatMap(({ actions, resources }) => [...actions, ...resources])
          .filter((text) => text.includes('*'))
          .sort(),
      ]),
    );
    expect(wild).toEqual({
      intake: ['Records/raw/*', 'Records/releases/*', 'Uploads/*'],
      results: ['Records/*', 'Sealed/statements/*'],
      split: ['Records/raw/*', 'Records/rejections/*'],
      settle: ['Records/releases/*'],
      close: ['Records/remittances/*'],
      sweep: [],
      seal: ['Sealed/anchors/*'],
      clear: ['Records/statements/*', 'Sealed/statements/*'],
    });
  });
});

describe('every other role', () => {
  it('has no wildcard at all, and no role has a managed policy', () => {
    for (const template of [app, data]) {
      const functionRoles = ofType(template, 'AWS::Lambda::Function').map(
        ([, { Properties }]) => Properties.Role['Fn::GetAtt'][0],
      );
      for (const [id, { Properties }] of ofType(template, 'AWS::IAM::Role')) {
        expect(Properties.ManagedPolicyArns, id).toBeUndefined();
        if (functionRoles.includes(id)) continue;
        const wild = statementsOfRole(template, id)
          .flatMap(({ actions, resources }) => [...actions, ...resources])
          .filter((text) => text.includes('*'));
        expect(wild, id).toEqual([]);
      }
    }
  });

  it('of a service is taken only for this account', () => {
    for (const template of [app, data]) {
      for (const [id, { Properties }] of ofType(template, 'AWS::IAM::Role')) {
        const [{ Principal, Condition }] = Properties.AssumeRolePolicyDocument.Statement;
        if (Principal.Service === 'lambda.amazonaws.com') continue;
        expect(Condition?.StringEquals?.['aws:SourceAccount'], id).toBeDefined();
      }
    }
  });
});
