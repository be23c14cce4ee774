import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { RequestInput, RequestName, RequestOutput } from '../../../src-shared/contract/index.ts';
import { isFinal, type Operation } from '../../../src-shared/domain/operation.ts';
import type { Console } from '../../console.ts';

/**
 * Fills a workspace that has no tickets, deleted ones included, with sample tickets and waits until they are in.
 * Answers the finished import, or null when there were tickets already. Throws what the console answers.
 */
export async function addSample(console: Console, count: number): Promise<Operation | null> {
  for (const deleted of [false, true]) {
    const filter = { collection: 'tickets', filter: { deleted } } as const;
    if ((await ask(console, 'records.count', filter)).count > 0) return null;
  }
  const draft = await ask(console, 'sample.plan', { count });
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
