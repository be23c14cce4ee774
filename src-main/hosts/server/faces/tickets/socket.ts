import type { z } from 'zod';
import { isFinal, type Operation } from '../../../../../src-shared/domain/operation.ts';
import type { Caller } from '../../../../api/caller.ts';
import { type ApiContext, ask } from '../http/context.ts';
import { findOperation } from '../operations/operations.ts';
import { isoTime, standingOf } from '../operations/standing.ts';
import type { Socket } from '../sockets/socket.ts';
import type { OperationCompleted, ProgressUpdate } from './schemas.ts';

/**
 * Tells one operation's progress until it has ended: how it stands now, then every change (at most ten a second), then
 * its end. Throws before anything is told where the caller may not see it.
 */
export async function followTickets(
  context: ApiContext,
  caller: Caller,
  id: string | undefined,
): Promise<(socket: Socket) => void> {
  const operation = await findOperation(context, caller, id, 'tickets');
  return (socket) => {
    /** The item at which the current ticket was found last: the search goes on from there. */
    let reached = 0;
    let telling = Promise.resolve();
    let isOver = false;

    async function tell(now: Operation): Promise<void> {
      if (isOver) return;
      if (isFinal(now.state)) {
        isOver = true;
        stop();
        socket.send(completed(now, context.clock.now()));
        socket.end();
        return;
      }
      const planned = { id: now.id, states: ['planned' as const], after: reached, limit: 1 };
      const { items } = await ask(context, caller, 'operations.items', planned);
      reached = Math.max(reached, (items[0]?.seq ?? 1) - 1);
      socket.send(progressed(now, items[0]?.recordId ?? null, context.clock.now()));
    }

    const inTurn = (now: Operation): void => {
      telling = telling.then(() => tell(now)).catch((error: unknown) => socket.fail(error));
    };
    const stop = context.watch.followFromNow(caller, operation.id, inTurn, (error) => socket.fail(error));
    socket.onClose(stop);
  };
}

function progressed(
  operation: Operation,
  current: number | null,
  nowMs: number,
): z.infer<typeof ProgressUpdate> {
  const { processed, percentage } = standingOf(operation);
  return {
    type: 'progress_update',
    operation_id: String(operation.id),
    processed_tickets: processed,
    progress_percentage: percentage,
    current_ticket_id: current,
    timestamp: isoTime(nowMs),
  };
}

function completed(operation: Operation, nowMs: number): z.infer<typeof OperationCompleted> {
  const { status, successful, failed } = standingOf(operation);
  return {
    type: 'operation_completed',
    operation_id: String(operation.id),
    final_status: status,
    successful_tickets: successful,
    failed_tickets: failed,
    completed_at: isoTime(operation.endedAt ?? nowMs),
  };
}
