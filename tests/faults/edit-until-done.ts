import { expect } from 'vitest';
import type { ErrorCode } from '../../src-shared/contract/errors.ts';
import { isFinal, type Operation } from '../../src-shared/domain/operation.ts';
import { everyTicket } from '../builders/tickets.ts';
import type { TestConsole } from '../builders/workspace.ts';

interface Edit {
  readonly app: TestConsole;
  /** Of all tickets. */
  readonly count: number;
  readonly category: string;
  /** Called whenever it has stopped. */
  readonly makeSpace: () => Promise<void>;
}

/** Resolves when an operation has ended or stands still, with what was told of it last. */
function atRest(app: TestConsole, id: number): Promise<Operation> {
  return app
    .event(
      'operation.updated',
      ({ operation }) => operation.id === id && (isFinal(operation.state) || operation.stoppedBy !== null),
    )
    .then(({ operation }) => operation);
}

async function expectReadable({ app, count }: Edit): Promise<void> {
  await app.ask('operations.list', { limit: 10 });
  const filter = { conditions: [], text: '', deleted: false };
  expect(await app.ask('records.count', { collection: 'tickets', filter })).toEqual({ count });
}

interface Met {
  readonly operation: Operation;
  /** How often something was refused or stopped, and with which codes. */
  readonly codes: string[];
  readonly longestStopMs: number;
}

/** Plans and runs an edit while the disk fails; whenever it stops there is space again, and it goes on. */
export async function editUntilDone(edit: Edit): Promise<Met> {
  const { app, category, makeSpace } = edit;
  const codes: string[] = [];
  let longestStopMs = 0;
  const untilDone = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      const startedMs = performance.now();
      try {
        return await work();
      } catch (error) {
        codes.push((error as { code: ErrorCode }).code);
        longestStopMs = Math.max(longestStopMs, performance.now() - startedMs);
        await expectReadable(edit);
        await makeSpace();
      }
    }
  };
  const plan = () =>
    app.ask('operations.plan', {
      action: 'update_category',
      collection: 'tickets',
      selection: everyTicket,
      input: { category },
    });
  const { id } = await untilDone(plan);
  let resting = atRest(app, id);
  await untilDone(() => app.ask('operations.start', { id }));
  for (;;) {
    const startedMs = performance.now();
    const operation = await resting;
    if (isFinal(operation.state)) return { operation, codes, longestStopMs };
    longestStopMs = Math.max(longestStopMs, performance.now() - startedMs);
    codes.push(operation.stoppedBy?.code ?? '');
    await expectReadable(edit);
    await makeSpace();
    resting = atRest(app, id);
    await untilDone(() => app.ask('operations.resume', { id }));
  }
}
