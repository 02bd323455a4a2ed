// Templates of the production stage, synthesised once per test file, with stand-ins for the bundles (which have
// tests of their own). Synthesis runs cdk-nag too: an unacknowledged finding fails whichever test comes first.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildApp } from '../../../infra/app.ts';
import type { FunctionName } from '../../../infra/stages.ts';

export interface Resource {
  readonly Type: string;
  // Templates are JSON of many shapes; the tests look at them as such.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly Properties: any;
  readonly DeletionPolicy?: string;
}
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}
export interface Synthesised {
  readonly data: Template;
  readonly app: Template;
  readonly dataProtected: boolean;
}

export function synthesise(region: string, context: Readonly<Record<string, string>> = {}): Synthesised {
  const outdir = mkdtempSync(join(tmpdir(), 'jiesuan-synth-'));
  try {
    const { app, data, functions } = buildApp({
      region,
      outdir,
      context: {
        stage: 'production',
        ...(region.startsWith('cn-') ? {} : { authIssuer: 'https://issuer.example.com' }),
        ...context,
      },
      codeOf: () => Code.fromInline('// a stand-in for the bundle'),
    });
    const assembly = app.synth();
    const template = (id: string) => assembly.getStackArtifact(id).template as Template;
    return {
      data: template(data.artifactId),
      app: template(functions.artifactId),
      dataProtected: data.terminationProtection ?? false,
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

export const ofType = (template: Template, type: string): [id: string, Resource][] =>
  Object.entries(template.Resources).filter(([, { Type }]) => Type === type);

/** The function of a folder, by its description. */
export function functionOf(template: Template, name: FunctionName): [id: string, Resource] {
  const found = ofType(template, 'AWS::Lambda::Function').find(([, { Properties }]) =>
    String(Properties.Description).endsWith(`functions/${name}`),
  );
  if (!found) throw new Error(`the template has no function ${name}`);
  return found;
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  /** Each as one readable text, as in "Ledger:/index/byClaim". */
  readonly resources: readonly string[];
}

/** Everything a function's role may and may not do. */
export function statementsOf(template: Template, name: FunctionName): Statement[] {
  const [, { Properties }] = functionOf(template, name);
  return statementsOfRole(template, Properties.Role['Fn::GetAtt'][0]);
}

export function statementsOfRole(template: Template, roleId: string): Statement[] {
  return ofType(template, 'AWS::IAM::Policy')
    .filter(([, { Properties }]) => Properties.Roles.some((role: { Ref?: string }) => role.Ref === roleId))
    .flatMap(
      ([, { Properties }]) =>
        Properties.PolicyDocument.Statement as {
          Effect: 'Allow' | 'Deny';
          Action: unknown;
          Resource: unknown;
        }[],
    )
    .map(({ Effect, Action, Resource }) => ({
      effect: Effect,
      actions: [Action].flat() as string[],
      resources: [Resource].flat().map(readable),
    }));
}

/** An ARN expression as text: references by the construct they point to, as "Ledger" or "settlequeue". */
export function readable(value: unknown): string {
  if (typeof value === 'string')
    return value.replace(/^.*ExportsOutput(?:FnGetAtt|Ref)([A-Za-z]+?)(?:[0-9A-F]{8}).*$/, '$1');
  const node = value as Record<string, unknown>;
  if (node['Fn::Join']) {
    const [separator, parts] = node['Fn::Join'] as [string, unknown[]];
    return parts.map(readable).join(separator);
  }
  if (node['Fn::ImportValue']) return readable(node['Fn::ImportValue']);
  if (node['Fn::GetAtt']) return (node['Fn::GetAtt'] as string[])[0]?.replace(/[0-9A-F]{8}$/, '') ?? '';
  if (node['Ref']) return (node['Ref'] as string).replace(/[0-9A-F]{8}$/, '');
  return JSON.stringify(value);
}

/** What IAM would say to a call: allowed by a statement, denied by none. */
export function mayDo(template: Template, name: FunctionName, action: string, resource: string): boolean {
  const matching = statementsOf(template, name).filter(
    ({ actions, resources }) =>
      actions.includes(action) && resources.some((pattern) => matches(pattern, resource)),
  );
  return (
    matching.some(({ effect }) => effect === 'Allow') && !matching.some(({ effect }) => effect === 'Deny')
  );
}

const matches = (pattern: string, resource: string): boolean =>
  pattern.endsWith('*') ? resource.startsWith(pattern.slice(0, -1)) : pattern === resource;
