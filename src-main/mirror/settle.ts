import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { ConflictChoice } from '../../src-shared/contract/remotes.ts';
import type { Operation } from '../../src-shared/domain/operation.ts';
import type { Asker } from '../engine/ports.ts';
import type { SettledSlice } from '../store/store.ts';
import type { MirrorPorts } from './ports.ts';

/** Conflicts that are settled per transaction. */
const settleSize = 1_000;

type SettlePorts = Pick<MirrorPorts, 'store' | 'clock' | 'engine'>;

/**
 * Takes what stands there for conflicts, all alike, and with `mine` makes the changes again on top of it. Answers how many
 * were settled, and the first operation that this took.
 */
export async function settleAlike(
  ports: SettlePorts,
  args: { which: ConflictChoice; keep: 'mine' | 'theirs'; by: Asker },
): Promise<{ settled: number; operation: Operation | null }> {
  const { store, clock, engine } = ports;
  const { which, keep, by } = args;
  const decided = new Set<number>();
  let settled = 0;
  for (let after: number | null = 0; after !== null; ) {
    const slice: SettledSlice = await store.write('settleConflicts', {
      which,
      keep,
      after,
      limit: settleSize,
      nowMs: clock.now(),
    });
    settled += slice.settled;
    for (const id of slice.operationIds) decided.add(id);
    after = slice.next;
  }
  for (const id of decided) await engine.retell(id);
  return { settled, operation: keep === 'mine' ? await makeAgain(ports, by) : null };
}

/** Makes changes again that were kept after a conflict, as one operation for each that they are of; answers the first one. */
export async function makeAgain(ports: SettlePorts, by: Asker): Promise<Operation | null> {
  const { store, engine } = ports;
  let first: Operation | null = null;
  for (const kept of await store.read('listKept')) {
    const draft = await engine.keepMine(kept, by).catch((error: unknown) => {
      if (error instanceof BulkheadError && error.code === 'nothing_to_do') return null;
      throw error;
    });
    const started = draft && (await engine.start(draft.id));
    first ??= started;
    await store.write('forgetKept', kept);
  }
  return first;
}
