import type { Caller } from '../../../../api/caller.ts';
import { type ApiContext, ask } from '../http/context.ts';
import { type Route, route } from '../http/route.ts';
import { itemsOf } from '../operations/operations.ts';
import { failureOf, isFineOn } from '../operations/standing.ts';
import * as schemas from './schemas.ts';

interface Verdict {
  readonly id: number;
  /** Null where the session is eligible. */
  readonly reason: string | null;
}

/** Which sessions an action would change, by planning it and throwing the plan away. */
export function validateRoute(base: string): Route {
  return route({
    method: 'POST',
    path: `${base}/validate`,
    summary: 'Which of these sessions an action would change, and why not the rest. Changes nothing.',
    role: 'agent',
    status: 200,
    body: schemas.ValidateRequest,
    answer: schemas.Validation,
    respond: async ({ caller, body: { session_ids, action } }, context) => {
      const ids = session_ids.map(Number);
      const verdicts =
        action === 'export'
          ? await toExport(context, caller, ids)
          : await toChange(context, caller, ids, action);
      const eligible = verdicts.filter(({ reason }) => reason === null).map(({ id }) => String(id));
      const ineligible = verdicts.flatMap(({ id, reason }) =>
        reason === null ? [] : [{ session_id: String(id), reason }],
      );
      return {
        body: { eligible_count: eligible.length, ineligible_count: ineligible.length, eligible, ineligible },
      };
    },
  });
}

async function toChange(
  context: ApiContext,
  caller: Caller,
  ids: number[],
  action: string,
): Promise<Verdict[]> {
  const draft = await ask(context, caller, 'operations.plan', {
    action,
    collection: 'sessions',
    selection: { mode: 'ids', ids },
    input: {},
  });
  try {
    const verdicts: Verdict[] = [];
    for await (const items of itemsOf(context, caller, draft.id)) {
      for (const item of items)
        verdicts.push({
          id: item.recordId ?? 0,
          reason: failureOf(item, isFineOn('sessions'))?.code ?? null,
        });
    }
    return verdicts;
  } finally {
    await ask(context, caller, 'operations.discard', { id: draft.id });
  }
}

/** What may be exported: sessions that are there and that nothing is being made of. */
export async function toExport(context: ApiContext, caller: Caller, ids: number[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (let from = 0; from < ids.length; from += 1_000) {
    const some = ids.slice(from, from + 1_000);
    const { records } = await ask(context, caller, 'records.states', { collection: 'sessions', ids: some });
    const found = new Map(records.map((record) => [record.id, record]));
    for (const id of some) {
      const record = found.get(id);
      const isBusy = record?.fields['status'] === 'processing';
      verdicts.push({
        id,
        reason: !record ? 'not_found' : record.isDeleted ? 'deleted' : isBusy ? 'processing' : null,
      });
    }
  }
  return verdicts;
}
