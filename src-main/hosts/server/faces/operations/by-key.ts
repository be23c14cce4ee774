import { z } from 'zod';
import { RequestKey } from '../../../../../src-shared/contract/operations.ts';
import { ask } from '../http/context.ts';
import { type Route, route } from '../http/route.ts';
import { standingOf, wireStates } from './standing.ts';

/** For whoever got no answer, and wants to know what became of a request without making it again. */
export const byKey: Route = route({
  method: 'GET',
  path: '/api/v1/operations',
  summary: 'The operation that you started with an Idempotency-Key, and its state; null if there is none.',
  role: 'viewer',
  status: 200,
  query: RequestKey.pick({ key: true }),
  answer: z.strictObject({
    operation: z.strictObject({ operation_id: z.string(), status: z.enum(wireStates) }).nullable(),
  }),
  respond: async ({ caller, query: { key } }, context) => {
    // After what is just being started: a request that is being planned has no operation yet.
    const { found } = await context.admission.inTurn(caller.actor, () =>
      ask(context, caller, 'operations.by_key', { key }),
    );
    if (!found) return { body: { operation: null } };
    const operation = await ask(context, caller, 'operations.get', { id: found.operationId });
    return {
      body: { operation: { operation_id: String(operation.id), status: standingOf(operation).status } },
    };
  },
});
