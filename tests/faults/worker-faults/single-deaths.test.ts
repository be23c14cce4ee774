import { describe, expect, it } from 'vitest';
import { type BulkheadError, errorCatalogue } from '../../../src-shared/contract/errors.ts';
import { countsOf, isFinal } from '../../../src-shared/domain/operation.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { theseTickets } from '../../builders/tickets.ts';
import { openTestConsole } from '../../builders/workspace.ts';
import { arm } from '../fault.ts';
import { size } from '../size.ts';
import { codeOf, expectWorkerLost, useThreads } from './use-threads.ts';

const count = size({ short: 4_000, long: 20_000 });
const everything = { conditions: [], text: '', deleted: false };
const setup = useThreads(count);
const { thread, living, plan, atRest } = setup;

describe('a reader that dies', () => {
  it('rejects the calls it held and is replaced for later ones', async () => {
    for (let round = 0; round < 3; round += 1) {
      // So many that it is not through with them before it ends.
      const held = Array.from({ length: 100 }, () =>
        setup.app.ask('records.count', {
          collection: 'tickets',
          filter: { ...everything, text: 'customer' },
        }),
      );
      await thread('reader').terminate();
      const outcomes = await Promise.allSettled(held);
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
      for (const { reason } of lost) {
        expect((reason as BulkheadError).code).toBe('worker_lost');
        expect((reason as BulkheadError).message).toContain('Nothing is half done');
      }
      expect(lost.length).toBeGreaterThan(0);
      const after = await Promise.all(
        Array.from({ length: 8 }, () =>
          setup.app.ask('records.count', { collection: 'tickets', filter: everything }),
        ),
      );
      expect(after).toEqual(after.map(() => ({ count })));
      expect(living('reader')).toHaveLength(2);
    }
    // Each death is told, and by whoever in the console waited for the thread.
    expect(setup.app.reports.length).toBeGreaterThanOrEqual(3);
    expect(new Set(setup.app.reports.map(codeOf))).toEqual(new Set(['worker_lost']));
    expect(errorCatalogue.worker_lost.next).toContain('Try again');
  });
});

describe('a writer that dies', () => {
  it('keeps the workspace to its one owner', async () => {
    await thread('writer').terminate();
    const operation = await setup.app.run(await plan('Mine', theseTickets(1)));
    expect(operation.state).toBe('completed');
    await expect(openTestConsole(setup.folder)).rejects.toMatchObject({ code: 'workspace_in_use' });
  });

  it('says what it died of', async () => {
    await arm('writer', { thread: 'writer', kind: 'statement', nth: 1, how: 'throw' });
    await setup.app.ask('settings.update', { theme: 'dark' }).catch(expectWorkerLost);
    const cause = expect.objectContaining({ message: 'sabotage' }) as unknown;
    expect(setup.app.reports).toContainEqual(expect.objectContaining({ code: 'worker_lost', cause }));
  });

  it('keeps no operation from going on, though a full disk hides for a while what became of the command', async () => {
    const { id } = await plan('Mine', theseTickets(1, 2));
    const canary = { count: 1, isPausing: true };
    await setup.app.ask('operations.start', { id, options: RunOptions.parse({ canary }) });
    await atRest(id);
    const ended = setup.app.event(
      'operation.updated',
      ({ operation }) => operation.id === id && isFinal(operation.state),
    );
    await arm('reader', {
      thread: 'reader',
      kind: 'statement',
      method: 'getOperation',
      nth: 1,
      how: 'SQLITE_FULL',
    });
    await arm('writer', {
      thread: 'writer',
      kind: 'write',
      method: 'moveOperation',
      text: 'COMMIT',
      nth: 1,
      how: 'exit-after',
    });
    await setup.app.ask('operations.resume', { id }).catch(expectWorkerLost);
    expect((await ended).operation.state).toBe('completed');
  });

  it('costs a plan that was being made, and leaves no draft behind for long', async () => {
    const begun = setup.app.event('operation.planning', () => true);
    const planned = plan('Everything');
    const outcome = planned.then(
      () => 'planned',
      (error: BulkheadError) => error.code,
    );
    await begun;
    await thread('writer').terminate();
    expect(await outcome).toBe('worker_lost');
    const { operations } = await setup.app.ask('operations.list', { limit: 10 });
    expect(operations).toEqual([]);
    const again = await plan('Everything');
    expect(countsOf(again.tallies).planned).toBe(count);
    await expect(setup.app.ask('operations.get', { id: again.id - 1 })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('a console that is closing', () => {
  it('says so to what comes too late', async () => {
    const closing = setup.app.close();
    const late = setup.app.ask('records.count', { collection: 'tickets', filter: everything });
    const code = await late.then(
      () => 'answered',
      (error: BulkheadError) => error.code,
    );
    await closing;
    expect(['answered', 'stopping']).toContain(code);
    await expect(setup.app.ask('operations.list', { limit: 1 })).rejects.toMatchObject({ code: 'stopping' });
  });
});
