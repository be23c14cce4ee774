import { collectionNames } from '../../../src-shared/collections/index.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { RequestInput, RequestName, RequestOutput } from '../../../src-shared/contract/index.ts';
import { isFinal, type Operation } from '../../../src-shared/domain/operation.ts';
import type { Console } from '../../console.ts';

/** For so many tickets, this share of each other collection. */
const shareOfOthers = 0.1;

/**
 * Fills a workspace that has no record at all, deleted ones included, with sample records and waits until they are in:
 * so many tickets, and a tenth of that of each other collection. Answers the finished imports; none when there were
 * records already. Throws what the console answers.
 */
export async function addSample(console: Console, tickets: number): Promise<Operation[]> {
  for (const collection of collectionNames)
    for (const deleted of [false, true])
      if ((await ask(console, 'records.count', { collection, filter: { deleted } })).count > 0) return [];
  const done: Operation[] = [];
  for (const collection of collectionNames) {
    const count = collection === 'tickets' ? tickets : Math.ceil(tickets * shareOfOthers);
    done.push(await runSample(console, await ask(console, 'sample.plan', { collection, count })));
  }
  return done;
}

async function runSample(console: Console, draft: Operation): Promise<Operation> {
  const finished = Promise.withResolvers<Operation>();
  const unsubscribe = console.subscribe(({ name, payload }) => {
    if (name === 'operation.updated') settle(payload.operation);
  });
  function settle(operation: Operation): void {
    if (operation.id === draft.id && isFinal(operation.state)) finished.resolve(operation);
  }
  try {
    settle(await ask(console, 'operations.start', { id: draft.id }));
    return await finished.promise;
  } finally {
    unsubscribe();
  }
}

async function ask<N extends RequestName>(
  console: Console,
  name: N,
  input: RequestInput<N>,
): Promise<RequestOutput<N>> {
  const reply = await console.handle(console.owner('host'), { name, input });
  if (!reply.ok) throw BulkheadError.fromDto(reply.error);
  // The dispatcher checked the answer against this very request's output.
  return reply.value as RequestOutput<N>;
}
