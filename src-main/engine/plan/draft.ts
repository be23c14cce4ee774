import { BulkheadError, type ErrorCode } from '../../../src-shared/contract/errors.ts';
import { countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { toBulkheadError } from '../../platform/coded-error.ts';
import type { NewOperation } from '../../store/store.ts';
import type { EnginePorts } from '../ports.ts';
import { admitPlan } from './limits.ts';
import { remoteWarnings } from './remote-warnings.ts';
import { assertSpace, type Space } from './space.ts';

/** Records per planning transaction: short enough for other work to get in between. */
export const planChunkSize = 10_000;

/** A draft that cannot be removed now, on a full disk for example, is after this time. */
const againMs = 60_000;

/** Why a draft need not be removed: it was started or thrown away meanwhile, or is at the next start. */
const needless: readonly ErrorCode[] = ['not_found', 'wrong_state', 'stopping'];

/** What a draft has unless it says otherwise. */
export const plainDraft = { details: [], selection: null, undoOf: null, retryOf: null } as const;

type AbandonPorts = Pick<EnginePorts, 'store' | 'agenda' | 'report'>;
export type DraftPorts = Pick<EnginePorts, 'clock' | 'remotes'> & AbandonPorts;

/**
 * Makes a draft, lets it be filled, and seals it. If filling fails, or the draft is above a limit, no trace of it is
 * left. Throws `limit_exceeded` and `nothing_to_do`, and before anything is written `not_enough_space` and `name_taken`.
 */
export async function fillDraft(
  ports: DraftPorts,
  draft: NewOperation,
  { space, ...outlook }: { reversible: boolean; warnings: readonly string[]; space: Space },
  fill: (operationId: number) => Promise<unknown>,
): Promise<Operation> {
  await assertSpace(ports.store, space);
  const id = await ports.store.write('insertDraft', draft);
  try {
    await fill(id);
    const filled = await ports.store.read('getOperation', { id });
    const near = await admitPlan(ports, draft, countsOf(filled.operation.tallies).total);
    const warnings = [
      ...outlook.warnings,
      ...(await remoteWarnings(ports, { ...draft, effect: filled.effect }, id)),
      ...near,
    ];
    const { operation } = await ports.store.write('sealDraft', { id, ...outlook, warnings });
    if (countsOf(operation.tallies).total === 0 && operation.rejected === 0) {
      const why = draft.effect.kind === 'create' ? 'there is no record in it' : 'no record is left for it';
      throw new BulkheadError('nothing_to_do', `"${operation.title}" has nothing to do: ${why}.`);
    }
    return operation;
  } catch (error) {
    await abandon(ports, id);
    throw error;
  }
}

/** Removes a draft that nobody is to start any more. Never rejects: what cannot be removed now is later. */
export async function abandon(ports: AbandonPorts, id: number): Promise<void> {
  try {
    await discard(ports, id);
  } catch (error) {
    const { code } = toBulkheadError(error);
    if (needless.includes(code)) return;
    // A restore takes the draft with it, unless it fails.
    if (code !== 'restoring') ports.report(error, `draft ${id}`);
    ports.agenda.after(`draft ${id}`, againMs, () => void abandon(ports, id));
  }
}

/** Removes a draft and its items, a slice at a time. Throws `not_found`, and `wrong_state` for anything but a draft. */
export async function discard(ports: Pick<EnginePorts, 'store'>, id: number): Promise<void> {
  let isGone = false;
  while (!isGone) isGone = await ports.store.write('discardDraft', { id, limit: planChunkSize });
}
