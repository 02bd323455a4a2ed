// Which stacks, for which stage and region. `cdk deploy` runs this file; synth.ts and the tests call buildApp().
//
//   -c stage=production        one of stages.ts (default: test)
//   -c area=130300             home pooling area, six digits
//   -c auth=iam                instead of the stage's; in China always iam
//   -c authIssuer=https://...  who signs the tokens; -c authAudience= and -c authJwks= where they differ from the usual
//   -c authAtGateway=no        tokens are verified in the functions alone (signatures other than RSA)
//   -c alarmEmail=...          who is told when an alarm rings
//   -c architecture=x86_64     where arm64 is not to be had

import { App, Tags, Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readFileSync } from 'node:fs';
import { bundleFunction } from './bundle.ts';
import type { Auth } from './constructs/http-api.ts';
import { AppStack } from './stacks/app-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { isChina, stageNamed, type FunctionName, type Stage } from './stages.ts';

export interface AppProps {
  readonly region: string;
  readonly account?: string;
  readonly outdir?: string;
  /** What `-c` would say. */
  readonly context?: Readonly<Record<string, string>>;
  /** The artefact of a function; by default its bundle, made now. */
  readonly codeOf?: (name: FunctionName) => Code;
}

export interface BuiltApp {
  readonly app: App;
  readonly stage: Stage;
  readonly data: DataStack;
  readonly functions: AppStack;
}

export function buildApp(props: AppProps): BuiltApp {
  // The CLI hands over cdk.json's context by itself; without it we read the same file.
  const app = new App({
    context: { ...flags(), ...props.context },
    analyticsReporting: false,
    ...(props.outdir && { outdir: props.outdir }),
  });
  const setting = (name: string): string => String(app.node.tryGetContext(name) ?? '');

  const named = stageNamed(setting('stage') || 'test');
  const stage: Stage = { ...named, area: setting('area') || named.area };
  if (!/^\d{6}$/.test(stage.area)) throw new Error('area: a pooling area has six digits');
  const env = { region: props.region, ...(props.account && { account: props.account }) };

  const data = new DataStack(app, `jiesuan-${stage.name}-data`, {
    env,
    stage,
    alarmEmail: setting('alarmEmail'),
    description: `Jiesuan ${stage.name}: what is kept`,
  });
  const functions = new AppStack(app, `jiesuan-${stage.name}-app`, {
    env,
    stage,
    data,
    auth: authOf(stage, props.region, setting),
    codeOf: props.codeOf ?? bundled,
    description: `Jiesuan ${stage.name}: what runs`,
  });

  // An event source with tags cannot be made in China; nobody looks for tags there anyway.
  for (const [tag, value] of [
    ['project', 'jiesuan'],
    ['stage', stage.name],
  ] as const) {
    Tags.of(app).add(tag, value, { excludeResourceTypes: ['AWS::Lambda::EventSourceMapping'] });
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { app, stage, data, functions };
}

/** The stage's way of proving who calls, completed from the context; one that would let nobody in is refused here. */
function authOf(stage: Stage, region: string, setting: (name: string) => string): Auth {
  const mode = setting('auth') || (isChina(region) ? 'iam' : stage.auth);
  if (mode !== 'jwt' && mode !== 'iam') throw new Error(`auth ${mode}: jwt or iam`);
  const audience = setting('authAudience') || 'jiesuan';
  if (mode === 'iam') return { mode, issuer: '', audience, jwks: '', atGateway: false };

  const issuer = setting('authIssuer');
  const published = issuer.startsWith('https://') ? `${issuer.replace(/\/$/, '')}/.well-known/jwks.json` : '';
  const jwks = setting('authJwks') || published;
  if (!issuer || !jwks) {
    throw new Error(
      `auth jwt: stage ${stage.name} needs -c authIssuer=https://... (and -c authJwks=... where the keys lie elsewhere), or -c auth=iam`,
    );
  }
  const canAtGateway = issuer.startsWith('https://') && jwks.startsWith('https://') && !stage.emulated;
  return { mode, issuer, audience, jwks, atGateway: canAtGateway && setting('authAtGateway') !== 'no' };
}

const bundled = (name: FunctionName): Code => {
  const { directory } = bundleFunction(name);
  return Code.fromAsset(directory, { exclude: ['*.map', 'meta.json'] });
};

function flags(): Record<string, unknown> {
  const text = readFileSync(new URL('../cdk.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { context: Record<string, unknown> }).context;
}

if (import.meta.main) {
  const region = process.env['CDK_DEFAULT_REGION'] ?? process.env['AWS_REGION'] ?? 'us-east-1';
  const account = process.env['CDK_DEFAULT_ACCOUNT'];
  buildApp({ region, ...(account && { account }) }).app.synth();
}
