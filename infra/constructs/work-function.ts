// A function with the house defaults: Node 24 on arm64, the bundled artefact, its own role with no more than it is
// given, its own encrypted log group, exactly the variables its env.ts names, and its alarms.

import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  ApplicationLogLevel,
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  SystemLogLevel,
  Tracing,
  type Code,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { VariableName } from '../../functions/env.ts';
import { watchFunction } from '../alarms/function.ts';
import { isChina, type FunctionName, type Stage } from '../stages.ts';
import { allow, KEY_USE } from './access.ts';

export interface WorkFunctionProps {
  readonly name: FunctionName;
  readonly stage: Stage;
  readonly code: Code;
  readonly timeoutSeconds: number;
  /** Variables it reads, from functions/<name>/env.ts, and the values of all variables there are. */
  readonly reads: readonly VariableName[];
  readonly values: Readonly<Record<VariableName, string>>;
  readonly key: IKey;
  readonly tell: ITopic;
  /** It sends to the queue that starts it (the next part of a batch, the next tick). */
  readonly continuesItself?: boolean;
}

export class WorkFunction extends Construct {
  readonly fn: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, props: WorkFunctionProps) {
    const { name, stage, values } = props;
    super(scope, name);
    const logs = new LogGroup(this, 'logs', {
      logGroupName: `/jiesuan/${stage.name}/${name}`,
      retention: stage.logRetentionDays,
      encryptionKey: props.key,
      removalPolicy: stage.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    // Its own role instead of the managed policy: it writes to this one group, and may make no other.
    this.role = new Role(this, 'role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${name} may do`,
    });
    allow(this.role, ['logs:CreateLogStream', 'logs:PutLogEvents'], [logs.logGroupArn]);
    allow(this.role, KEY_USE, [props.key.keyArn]);

    const china = isChina(Stack.of(this).region);
    this.fn = new LambdaFunction(this, 'function', {
      description: `Jiesuan ${stage.name}: functions/${name}`,
      code: props.code,
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: architecture(this),
      memorySize: stage.memoryMb[name],
      timeout: Duration.seconds(props.timeoutSeconds),
      environment: Object.fromEntries(props.reads.map((variable) => [variable, values[variable]])),
      role: this.role,
      logGroup: logs,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      // No three lines of the platform's own per invocation: durations are metrics, failures are still written.
      systemLogLevelV2: SystemLogLevel.WARN,
      // Not in China, and not needed: one line per batch carries the ids.
      tracing: Tracing.DISABLED,
      // Lambda stops a function that feeds its own queue after about 16 rounds, unless told that it is meant.
      // China has neither the detection nor the setting.
      ...(props.continuesItself && !china && { recursiveLoop: RecursiveLoop.ALLOW }),
    });
    watchFunction(this, { name, fn: this.fn, tell: props.tell });
  }
}

/** arm64 unless `-c architecture=x86_64`: should a region not have it yet. */
function architecture(scope: Construct): Architecture {
  return scope.node.tryGetContext('architecture') === 'x86_64' ? Architecture.X86_64 : Architecture.ARM_64;
}
