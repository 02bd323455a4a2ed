// Lambda behind the reading routes of the HTTP API.

import { httpApi } from '../../shared/http/api.ts';
import { resultsRoutes } from './routes.ts';
import { wire } from './wire.ts';

const { deps, api } = await wire();

export const handler = httpApi(resultsRoutes(deps), api);
