// What API Gateway hands to a function.

import type { APIGatewayEventRequestContextV2, APIGatewayProxyEventV2WithRequestContext } from 'aws-lambda';

/** An HTTP API event (payload 2.0), with or without an IAM identity. */
export type HttpEvent = APIGatewayProxyEventV2WithRequestContext<
  APIGatewayEventRequestContextV2 & { readonly authorizer?: { readonly iam?: { readonly userArn?: string } } }
>;
