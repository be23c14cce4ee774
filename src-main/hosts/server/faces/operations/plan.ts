import type { PlanRequest } from '../../../../../src-shared/contract/operations.ts';
import type { Operation } from '../../../../../src-shared/domain/operation.ts';
import { ExportFormat } from '../../../../actions/export-format.ts';
import type { Caller } from '../../../../api/caller.ts';
import { type ApiContext, ask } from '../http/context.ts';

/**
 * Plans an operation; an export goes to a new place in the workspace's folder of exports. No client ever names one, and
 * once it is planned nobody needs its handle.
 */
export async function plan(context: ApiContext, caller: Caller, request: PlanRequest): Promise<Operation> {
  const { action, collection, input } = request;
  if (action !== 'export') return ask(context, caller, 'operations.plan', request);
  const suggestedName = `${collection}.${ExportFormat.default('csv').parse(input['format'])}`;
  const place = await ask(context, caller, 'files.choose_target', { suggestedName });
  if (!place) throw new Error('the browser host offered no place to save');
  const { handle: target } = place;
  try {
    return await ask(context, caller, 'operations.plan', { ...request, input: { ...input, target } });
  } finally {
    context.handles.forget(target);
  }
}
