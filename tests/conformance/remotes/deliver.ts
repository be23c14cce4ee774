import type { ItemOutcome, Outcome, Remote } from '../../../src-main/remotes/remote.ts';
import { bulkWayOf } from '../../../src-main/sql/delivery/batches.ts';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import type { Delivery } from '../../../src-shared/domain/delivery.ts';

type Final = Extract<ItemOutcome, { kind: 'confirmed' | 'refused' | 'conflict' | 'unknown' }>;

interface Pending {
  readonly key: string;
  readonly members: readonly Delivery[];
  open: Delivery[];
  cursor: string | null;
  tries: number;
}

/** So often is a batch sent that brings no answer; then the remote is asked. */
const mostTries = 5;
let batchCount = 0;

/**
 * What the engine does with deliveries, without its database: batches of what goes together, the same batch again where
 * nobody knows, another one where it surely did not happen, and in the end a question. Answers by the records' ids.
 */
export async function deliver(
  remote: Remote,
  collection: CollectionName,
  deliveries: readonly Delivery[],
  signal: AbortSignal = new AbortController().signal,
): Promise<Map<string, Final>> {
  const settled = new Map<string, Final>();
  const tried = new Map<string, number>();
  let queue = [...deliveries];
  const silent: Pending[] = [];
  const asked: Delivery[] = [];
  /** Keys of what may have happened: no answer came to it once. */
  const doubted = new Set<string>();

  function settle(delivery: Delivery, outcome: Final): void {
    if (settled.has(delivery.recordKey)) throw new Error(`${delivery.recordKey} was settled twice`);
    settled.set(delivery.recordKey, outcome);
  }

  /** Takes one answer; true while more are wanted. */
  function take(batch: Pending, outcome: Outcome): void {
    if (outcome.kind === 'cursor') {
      batch.cursor = outcome.cursor;
      return;
    }
    const delivery = batch.open.find(({ key }) => key === outcome.key);
    if (!delivery || outcome.kind === 'unknown') return;
    // In another batch it would be another request: it goes with this one again, or the remote is asked about it.
    if ((outcome.kind === 'retry' || outcome.kind === 'held') && doubted.has(delivery.key)) return;
    batch.open = batch.open.filter((other) => other !== delivery);
    if (outcome.kind !== 'retry' && outcome.kind !== 'held') return settle(delivery, outcome);
    const times = (tried.get(delivery.key) ?? 0) + (outcome.kind === 'retry' ? 1 : 0);
    tried.set(delivery.key, times);
    if (times < mostTries) queue.push(delivery);
    else settle(delivery, { key: delivery.key, kind: 'refused', code: outcome.code });
  }

  async function send(batch: Pending): Promise<void> {
    await whenOpen(remote);
    batch.tries += 1;
    const { key, members, open, cursor } = batch;
    const told = { operationId: 1, actor: 'tester', collection, key, cursor, members, deliveries: open };
    try {
      for await (const outcome of remote.send(told, signal)) {
        take(batch, outcome);
        if (batch.open.length === 0) break;
      }
    } catch {
      // What was not answered is not known.
    }
    if (batch.open.length === 0) return;
    for (const delivery of batch.open) doubted.add(delivery.key);
    if (batch.tries < mostTries) silent.push(batch);
    else asked.push(...batch.open);
  }

  async function ask(open: readonly Delivery[]): Promise<void> {
    const left = new Map(open.map((delivery) => [delivery.key, delivery]));
    for (let times = 0; left.size > 0 && times < mostTries; times += 1) {
      await whenOpen(remote);
      const members = [...left.values()];
      const told = {
        operationId: 1,
        actor: 'tester',
        collection,
        key: '',
        cursor: null,
        members,
        deliveries: members,
      };
      try {
        for await (const answer of remote.readBack(told, signal)) {
          const delivery = left.get(answer.key);
          if (!delivery) continue;
          left.delete(answer.key);
          if (answer.kind === 'absent') queue.push(delivery);
          else if (answer.kind === 'unclear') settle(delivery, { key: answer.key, kind: 'unknown' });
          else settle(delivery, answer as Final);
        }
      } catch {
        // It is asked again.
      }
    }
    for (const { key, recordKey } of left.values()) settled.set(recordKey, { key, kind: 'unknown' });
  }

  for (;;) {
    const batch = silent.shift() ?? nextBatch();
    if (batch) await send(batch);
    else if (asked.length > 0) await ask(asked.splice(0));
    else return settled;
  }

  function nextBatch(): Pending | null {
    const [first] = queue;
    if (!first) return null;
    const { bulk, batchMax } = remote.capabilities;
    const way = bulkWayOf(bulk, collection, first.change);
    const alike = way
      ? queue.filter((one) => JSON.stringify(one.change) === JSON.stringify(first.change))
      : queue;
    const members = alike.slice(0, way?.max ?? batchMax);
    const taken = new Set(members);
    queue = queue.filter((delivery) => !taken.has(delivery));
    batchCount += 1;
    return { key: `batch-${batchCount}`, members, open: members, cursor: null, tries: 0 };
  }
}

/** Resolves when a remote may be asked. */
function whenOpen({ gate }: Remote): Promise<void> {
  if (!gate.shut()) return Promise.resolve();
  return new Promise((resolve) => {
    const unwatch = gate.onChange(() => {
      if (gate.shut()) return;
      unwatch();
      resolve();
    });
  });
}
