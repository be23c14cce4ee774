import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { changeDatabase, insertTickets, makeTicket } from '../../builders/tickets.ts';
import { isReady, useCopiedDesk } from './copied-desk.ts';

const setup = useCopiedDesk();
const { add, fill, until, here } = setup;

describe('a remote', () => {
  it('has a name that is not the source of other records', async () => {
    changeDatabase(setup.folder, (db) => insertTickets(db, [makeTicket(1, { source: 'desk' })]));
    await expect(add('Desk')).rejects.toMatchObject({ code: 'name_taken' });
    expect(await setup.app.ask('remotes.list', {})).toEqual({ remotes: [] });
    expect((await add('Other desk')) > 0).toBe(true);
  });

  it('has a name under which no file is imported, before and after it is added', async () => {
    fill(3);
    const path = join(setup.folder, 'desk.csv');
    writeFileSync(path, 'id,subject\n2,Another\n');
    const handle = setup.app.handle(path);
    const plan = async () => {
      const { proposed } = await setup.app.ask('imports.inspect', { handle });
      return setup.app.ask('imports.plan', { handle, mapping: proposed });
    };
    const draft = await plan();
    await expect(add('Desk')).rejects.toMatchObject({ code: 'name_taken' });
    await setup.app.ask('operations.start', {
      id: draft.id,
      options: RunOptions.parse({ startAt: Date.now() + 3_600_000 }),
    });
    await setup.app.ask('operations.cancel', { id: draft.id });
    await setup.app.ended(draft.id);
    await add('Desk');
    await until(isReady);
    await expect(setup.app.ask('operations.retry', { id: draft.id })).rejects.toMatchObject({
      code: 'name_taken',
    });
    await expect(plan()).rejects.toMatchObject({ code: 'name_taken' });
    const lines = join(setup.folder, 'orders.ndjson');
    writeFileSync(lines, '{"key":"2"}');
    const rows = { handle: setup.app.handle(lines), collection: 'orders', source: 'DESK' } as const;
    await expect(setup.app.ask('imports.plan_rows', rows)).rejects.toMatchObject({ code: 'name_taken' });
    expect(here().size).toBe(3);
  });
});
