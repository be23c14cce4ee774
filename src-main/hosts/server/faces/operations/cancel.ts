import { z } from 'zod';
import { type Route, route } from '../http/route.ts';
import { cancelOperation, findOperation } from './operations.ts';
import { isoTime, standingOf } from './standing.ts';

const Cancelled = z.strictObject({
  operation_id: z.string(),
  status: z.literal('cancelled'),
  processed: z.int(),
  cancelled_at: z.iso.datetime(),
});

/** For the faces whose own contract has no cancel. */
export const cancel: Route = route({
  method: 'POST',
  path: '/api/bulk/operations/{operation_id}/cancel',
  summary: 'Cancels what an operation of any kind has not started; what is done stays done.',
  role: 'agent',
  status: 200,
  refusals: [409],
  answer: Cancelled,
  respond: async ({ caller, params }, context) => {
    const operation = await findOperation(context, caller, params['operation_id']);
    const ended = await cancelOperation(context, caller, operation);
    return {
      body: {
        operation_id: String(ended.id),
        status: 'cancelled',
        processed: standingOf(ended).processed,
        cancelled_at: isoTime(ended.endedAt ?? context.clock.now()),
      },
    };
  },
});
