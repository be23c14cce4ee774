import { sessionStatuses } from '../../../../../src-shared/collections/sessions.ts';
import { type Limit, limitFor } from '../../../../../src-shared/domain/limit.ts';
import { ask } from '../http/context.ts';
import { kindLimits, maxConcurrent, sessionTimeLimitMs } from '../http/limits.ts';
import { type Route, route } from '../http/route.ts';
import * as schemas from './schemas.ts';

const changes = schemas.sessionActions.filter((action) => action !== 'export');

/** How many sessions there are in each state, and what limits whoever works on them. */
export function infoRoute(base: string): Route {
  return route({
    method: 'GET',
    path: `${base}/info`,
    summary: 'Sessions per state, and the limits in force.',
    role: 'viewer',
    status: 200,
    answer: schemas.Info,
    respond: async ({ caller }, context) => {
      const asked = { collection: 'sessions' as const, filter: {}, fields: ['status'] };
      const { facets } = await ask(context, caller, 'records.facets', asked);
      const values = facets[0]?.values ?? [];
      const countOf = (state: string): number => values.find(({ value }) => value === state)?.count ?? 0;
      const { limits } = await ask(context, caller, 'settings.get', {});
      const rate = (action: schemas.SessionAction) => rateOf(action, limits);
      return {
        body: {
          counts: Object.fromEntries(sessionStatuses.map((state) => [state, countOf(state)])),
          total: values.reduce((sum, { count }) => sum + count, 0),
          limits: {
            max_sessions_per_operation: Math.max(...changes.map((action) => rate(action).max_sessions)),
            max_sessions_per_export: rate('export').max_sessions,
            operation_timeout_seconds: sessionTimeLimitMs / 1_000,
            max_concurrent_operations: maxConcurrent,
          },
          rate_limits: Object.fromEntries(schemas.sessionActions.map((action) => [action, rate(action)])),
        },
      };
    },
  });
}

/** What limits an action: the limits of the API, and those of the workspace's settings where they are tighter or others. */
function rateOf(action: schemas.SessionAction, limits: readonly Limit[]) {
  const { maxIds, perMinute } = kindLimits[`sessions.${action}`];
  const own = limitFor(limits, 'sessions', action);
  return {
    max_sessions: Math.min(maxIds, own?.maxRecords ?? maxIds),
    per_minute: perMinute,
    ...(own?.rate && { also: { operations: own.rate.count, per_seconds: own.rate.perMs / 1_000 } }),
  };
}
