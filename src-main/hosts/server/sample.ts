import { collectionNames } from '../../../src-shared/collections/index.ts';
import { isFinal, type Operation } from '../../../src-shared/domain/operation.ts';
import type { Caller } from '../../api/caller.ts';
import type { Console } from '../../console.ts';
import { ask } from './faces/http/context.ts';

/** For so many tickets, this share of each other collection. */
const shareOfOthers = 0.1;

/**
 * Fills a workspace that has no records at all, not even deleted ones, with sample records, and waits for them: this
 * many tickets, and a tenth of that of each other collection. Answers the finished imports; none if there were records
 * already. Throws what the console answers.
 */
export async function addSample(console: Console, tickets: number): Promise<Operation[]> {
  const owner = console.owner('host');
  for (const collection of collectionNames)
    for (const deleted of [false, true]) {
      const { count } = await ask({ console }, owner, 'records.count', { collection, filter: { deleted } });
      if (count > 0) return [];
    }
  const done: Operation[] = [];
  for (const collection of collectionNames) {
    const count = collection === 'tickets' ? tickets : Math.ceil(tickets * shareOfOthers);
    const draft = await ask({ console }, owner, 'sample.plan', { collection, count });
    done.push(await runSample(console, owner, draft));
  }
  return done;
}

async function runSample(console: Console, owner: Caller, draft: Operation): Promise<Operation> {
  const finished = Promise.withResolvers<Operation>();
  const unsubscribe = console.subscribe(({ name, payload }) => {
    if (name === 'operation.updated') settle(payload.operation);
  });
  function settle(operation: Operation): void {
    if (operation.id === draft.id && isFinal(operation.state)) finished.resolve(operation);
  }
  try {
    settle(await ask({ console }, owner, 'operations.start', { id: draft.id }));
    return await finished.promise;
  } finally {
    unsubscribe();
  }
}
