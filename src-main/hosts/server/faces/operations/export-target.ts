import type { Caller } from '../../../../api/caller.ts';
import { type ApiContext, ask } from '../http/context.ts';

/** A new place in the workspace's folder of exports. No client ever names one. */
export async function exportTarget(
  context: ApiContext,
  caller: Caller,
  suggestedName: string,
): Promise<string> {
  const target = await ask(context, caller, 'files.choose_target', { suggestedName });
  if (!target) throw new Error('the browser host offered no place to save');
  return target.handle;
}
