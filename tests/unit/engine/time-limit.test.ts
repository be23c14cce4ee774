import { describe, expect, it } from 'vitest';
import { applyChunk } from '../../../src-main/sql/operations/apply.ts';
import { moveOperation } from '../../../src-main/sql/operations/operation-changes.ts';
import { countsOf } from '../../../src-shared/domain/operation.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { expectEndedWell } from '../../builders/books.ts';
import { changeDatabase, everyTicket } from '../../builders/tickets.ts';
import { useSeededConsole } from './seeded-console.ts';

const count = 1_300;
const setup = useSeededConsole(count);
const { plan } = setup;

describe('a time limit', () => {
  it('counts the time in progress of earlier runs, and stops what is left', async () => {
    const draft = await plan();
    const options = RunOptions.parse({ timeLimitMs: 3_600_000, canary: { count: 600, isPausing: true } });
    const paused = setup.app.event('operation.updated', ({ operation }) => operation.state === 'paused');
    await setup.app.ask('operations.start', { id: draft.id, options });
    await paused;
    changeDatabase(setup.folder, (db) =>
      db.prepare('UPDATE operations SET run_ms = 3600000 WHERE id = ?').run(draft.id),
    );
    await setup.app.ask('operations.resume', { id: draft.id });
    const operation = await setup.app.ended(draft.id);
    expectEndedWell(setup.folder, operation);
    expect(operation).toMatchObject({ state: 'failed', stoppedBy: { code: 'time_limit' } });
    expect(operation.stoppedBy?.message).toContain('in progress for 1 h, the longest allowed');
    expect(countsOf(operation.tallies)).toMatchObject({ done: 600, cancelled: count - 600 });
  });

  it('that is reached with the last item stops nothing', async () => {
    const { id } = await plan();
    const options = RunOptions.parse({ timeLimitMs: 1_000 });
    await setup.app.close();
    changeDatabase(setup.folder, (db) => {
      moveOperation(db, { id, from: ['draft'], to: 'pending', event: 'started', nowMs: 1, options });
      moveOperation(db, { id, from: ['pending'], to: 'in_progress', event: 'running', nowMs: 2 });
      applyChunk(db, { operationId: id, limit: count, nowMs: 3, runMs: 1_000, remotes: [] });
    });
    await setup.reopen();
    const operation = await setup.app.ended(id);
    expectEndedWell(setup.folder, operation);
    expect(operation).toMatchObject({ state: 'completed', stoppedBy: null });
  });

  it('stops an export without a file', async () => {
    const path = `${setup.folder}/late.csv`;
    const input = { columns: ['id'], has_bom: false, target: setup.app.handle(path) };
    const draft = await setup.app.ask('operations.plan', {
      action: 'export',
      collection: 'tickets',
      selection: everyTicket,
      input,
    });
    changeDatabase(setup.folder, (db) =>
      db.prepare('UPDATE operations SET run_ms = 5000 WHERE id = ?').run(draft.id),
    );
    await setup.app.ask('operations.start', {
      id: draft.id,
      options: RunOptions.parse({ timeLimitMs: 1_000 }),
    });
    const operation = await setup.app.ended(draft.id);
    expect(operation).toMatchObject({ state: 'failed', stoppedBy: { code: 'time_limit' }, file: null });
    expect(operation.tallies).toEqual([{ state: 'cancelled', reason: null, count }]);
    const { entries } = await setup.app.ask('operations.journal', { id: draft.id });
    expect(entries.map(({ event }) => event)).toEqual([
      'started',
      'running',
      'stopped',
      'not_started',
      'failed',
    ]);
  });
});
