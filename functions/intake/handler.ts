// Lambda behind the HTTP API: everything that is posted and changes something.

import { httpApi } from '../../shared/http/api.ts';
import { intakeRoutes } from './routes.ts';
import { wire } from './wire.ts';

const deps = wire();

export const handler = httpApi(intakeRoutes(deps), deps);
