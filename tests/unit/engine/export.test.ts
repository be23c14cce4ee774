import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { everyTicket, fillTickets, makeTicket, theseTickets } from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';

let folder: string;
let app: TestConsole;

beforeEach(async () => {
  folder = makeFolder();
  app = await openTestConsole(folder);
  fillTickets(
    folder,
    [1, 2, 3, 4, 5].map((id) => makeTicket(id, { subject: `Ticket ${id}` })),
  );
});
afterEach(async () => {
  await app.close();
  removeFolder(folder);
});

function plan(path: string): Promise<Operation> {
  const input = { columns: ['id', 'subject'], has_bom: false, target: app.handle(path) };
  return app.ask('operations.plan', {
    action: 'export',
    collection: 'tickets',
    selection: everyTicket,
    input,
  });
}

describe('an export', () => {
  it('writes what is there when it starts; what was deleted since it was planned is counted as skipped', async () => {
    const path = join(folder, 'out.csv');
    const draft = await plan(path);
    expect(draft.tallies).toEqual([{ state: 'planned', reason: null, count: 5 }]);
    await app.run(
      await app.ask('operations.plan', {
        action: 'delete',
        collection: 'tickets',
        selection: theseTickets(2, 4),
        input: {},
      }),
    );
    const done = await app.run(draft);
    expect(done).toMatchObject({ state: 'completed', file: { path, name: 'out.csv', rows: 3 } });
    expect(done.tallies).toEqual([
      { state: 'done', reason: null, count: 3 },
      { state: 'skipped', reason: 'not_found', count: 2 },
    ]);
    expect(readFileSync(path, 'utf8')).toBe('id,subject\r\n1,Ticket 1\r\n3,Ticket 3\r\n5,Ticket 5\r\n');
    expect(app.reports).toEqual([]);
  });

  it('to a place that is not there fails with the reason and leaves nothing', async () => {
    const path = join(folder, 'nowhere', 'out.csv');
    const failed = await app.run(await plan(path));
    expect(failed).toMatchObject({
      state: 'failed',
      file: null,
      stoppedBy: { code: 'target_not_writable' },
      tallies: [{ state: 'cancelled', reason: null, count: 5 }],
    });
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(app.reports).toHaveLength(1);
  });
});
