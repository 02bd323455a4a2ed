// The HTTP API over the routes of ../routes.ts: who is let through, how fast, and what is logged about it (route,
// status, time: no path, no id, no address).

import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
  type IHttpRouteAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { watchApi } from '../alarms/batches.ts';
import { ROUTES } from '../routes.ts';
import { isChina, type Stage } from '../stages.ts';

/** How callers prove who they are. Tokens are always verified inside the functions. */
export interface Auth {
  readonly mode: 'jwt' | 'iam';
  readonly issuer: string;
  readonly audience: string;
  readonly jwks: string;
  /**
   * The gateway verifies tokens too, before a function starts. It can only with an https issuer that publishes its
   * keys, and only RSA signatures (the functions also take ES256 and EdDSA).
   */
  readonly atGateway: boolean;
}

export interface ApiProps {
  readonly stage: Stage;
  readonly auth: Auth;
  readonly intake: IFunction;
  readonly results: IFunction;
  readonly key: IKey;
  readonly tell: ITopic;
}

export class Api extends Construct {
  readonly stage: HttpStage;
  readonly url: string;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    const { stage, auth } = props;
    const china = isChina(Stack.of(this).region);
    const authorizer = authorizerFor(auth, china);
    const targets = {
      intake: new HttpLambdaIntegration('intake', props.intake),
      results: new HttpLambdaIntegration('results', props.results),
    };

    const api = new HttpApi(this, 'api', {
      apiName: `jiesuan-${stage.name}`,
      description: 'Claim batches in, settlements out',
      createDefaultStage: false,
    });
    for (const { method, path, to, open } of ROUTES) {
      // Without an ICP filing, a China region may not answer the anonymous public: there /health needs a signature too.
      // With signatures, callers are programs: only /health has somebody to be open for.
      const anonymous = open === true && !china && (auth.mode === 'jwt' || path === '/health');
      const routes = api.addRoutes({
        path,
        methods: [HttpMethod[method]],
        integration: targets[to],
        authorizer: anonymous ? new HttpNoneAuthorizer() : authorizer,
      });
      for (const route of routes) {
        if (anonymous) {
          Validations.of(route).acknowledge({
            id: 'AwsSolutions-APIG4',
            reason:
              'The same answer for everybody (liveness, the contract, its page), for monitors and browsers without an identity.',
          });
        } else if (auth.mode === 'jwt' && !auth.atGateway) {
          Validations.of(route).acknowledge({
            id: 'AwsSolutions-APIG4',
            reason:
              'The function verifies the token itself (AUTH_JWKS); the gateway could not with this issuer.',
          });
        }
      }
    }

    const accessLog = new LogGroup(this, 'access-log', {
      logGroupName: `/jiesuan/${stage.name}/access`,
      retention: stage.logRetentionDays,
      encryptionKey: props.key,
      removalPolicy: stage.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.stage = new HttpStage(this, 'stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: stage.requestsPerSecond, burstLimit: stage.requestsBurst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        // $context.routeKey is the pattern (`GET /v1/{proxy+}`), never the path, which holds ids.
        format: AccessLogFormat.custom(
          JSON.stringify({
            requestId: AccessLogField.contextRequestId(),
            route: AccessLogField.contextRouteKey(),
            status: AccessLogField.contextStatus(),
            latencyMs: AccessLogField.contextResponseLatency(),
            bytes: AccessLogField.contextResponseLength(),
          }),
        ),
      },
    });
    this.url = api.apiEndpoint;
    watchApi(this, this.stage, props.tell);
  }
}

function authorizerFor(auth: Auth, china: boolean): IHttpRouteAuthorizer {
  if (auth.mode === 'iam') return new HttpIamAuthorizer();
  if (china)
    throw new Error(
      'auth: a China region takes iam only; other callers need an ICP filing (infra/DECISIONS.md 4)',
    );
  if (!auth.atGateway) return new HttpNoneAuthorizer();
  return new HttpJwtAuthorizer('tokens', auth.issuer, { jwtAudience: [auth.audience] });
}
