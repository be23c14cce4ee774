import { isFinal, type Operation } from '../../../../../src-shared/domain/operation.ts';
import type { Caller } from '../../../../api/caller.ts';
import type { ApiContext } from '../http/context.ts';
import { linkTo } from '../operations/links.ts';
import { isoTime, standingOf } from '../operations/standing.ts';
import type { Message } from './mailbox.ts';

type Named = Message & { readonly operation_id: string };

/** What a subscriber is told of an operation as it stands now. */
export async function messagesOf(
  context: ApiContext,
  caller: Caller,
  operation: Operation,
  isNew: boolean,
): Promise<Named[]> {
  const { status, total, processed, successful, failed, percentage } = standingOf(operation);
  const common = {
    operation_id: String(operation.id),
    operation_type: operation.action,
    timestamp: isoTime(context.clock.now()),
  };
  const figures = { progress: percentage, total, processed, successful, failed };
  const started = isNew ? [{ type: 'bulk_operation_started', ...common, total }] : [];
  if (!isFinal(operation.state))
    return [...started, { type: 'bulk_operation_progress', ...common, ...figures }];
  if (status === 'failed' || status === 'cancelled')
    return [
      ...started,
      { type: 'bulk_operation_failed', ...common, ...figures, status, error: errorOf(operation, failed) },
    ];
  const url = await linkTo(context, caller, operation);
  const ended = { type: 'bulk_operation_completed', ...common, ...figures, status, download_url: url };
  return [...started, ended];
}

function errorOf({ state, stoppedBy }: Operation, failed: number): { code: string; message: string } {
  if (stoppedBy) return stoppedBy;
  if (state === 'cancelled') return { code: 'cancelled', message: 'It was cancelled.' };
  return { code: 'all_failed', message: `None of its ${failed} records could be changed.` };
}
