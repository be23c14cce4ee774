import { describe, expect, it } from 'vitest';
import { discardDraft } from '../../../src-main/sql/operations/drafts.ts';
import { changeDatabase, theseTickets } from '../../builders/tickets.ts';
import { useSeededConsole } from './seeded-console.ts';

const count = 8_000;
const setup = useSeededConsole(count);
const { plan, refused } = setup;

describe('drafts', () => {
  it('can be discarded, once, and only while they are drafts', async () => {
    const draft = await plan();
    for (const command of ['pause', 'resume', 'cancel', 'dismiss'] as const)
      expect(await refused(command, draft.id)).toBe('wrong_state');
    await setup.app.ask('operations.discard', { id: draft.id });
    await expect(setup.app.ask('operations.get', { id: draft.id })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(setup.app.ask('operations.discard', { id: draft.id })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(setup.app.ask('operations.start', { id: draft.id })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(leftovers()).toEqual({ operations: 0, items: 0, tallies: 0 });
  });

  it('being filled or thrown away cannot be started', async () => {
    // The numbers of operations are easy to guess; a start that comes too early or too late is refused.
    const { id } = await plan();
    changeDatabase(setup.folder, (db) => db.exec('UPDATE operations SET is_sealed = 0'));
    expect(await refused('start', id)).toBe('wrong_state');
    changeDatabase(setup.folder, (db) => {
      db.exec('UPDATE operations SET is_sealed = 1');
      expect(discardDraft(db, { id, limit: 100 })).toBe(false);
    });
    expect(await refused('start', id)).toBe('wrong_state');
    await setup.app.ask('operations.discard', { id });
    expect(leftovers()).toEqual({ operations: 0, items: 0, tallies: 0 });
  });

  it('that a console left are thrown away by the next one', async () => {
    const draft = await plan();
    await setup.app.close();
    await setup.reopen();
    await expect(setup.app.ask('operations.get', { id: draft.id })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(leftovers()).toEqual({ operations: 0, items: 0, tallies: 0 });
    // A number is never given twice: the history would not know which operation is meant.
    expect((await plan(undefined, theseTickets(1))).id).toBeGreaterThan(draft.id);
  });

  function leftovers(): unknown {
    return changeDatabase(setup.folder, (db) =>
      db
        .prepare(
          `SELECT (SELECT count(*) FROM operations) AS operations, (SELECT count(*) FROM items) AS items,
            (SELECT count(*) FROM tallies) AS tallies`,
        )
        .get(),
    );
  }
});

describe('dismiss', () => {
  it('takes what has ended off the rail and keeps it in the history', async () => {
    const done = await setup.app.run(await plan(undefined, theseTickets(1)));
    const dismissed = await setup.app.ask('operations.dismiss', { id: done.id });
    expect(dismissed.isDismissed).toBe(true);
    expect(await setup.app.ask('operations.dismiss', { id: done.id })).toEqual(dismissed);
    const list = (isDismissed: boolean) => setup.app.ask('operations.list', { isDismissed, limit: 10 });
    expect((await list(false)).operations).toEqual([]);
    expect((await list(true)).operations).toEqual([dismissed]);
  });

  it('takes all that ended off the rail at once, and leaves what is under way', async () => {
    for (const id of [1, 2]) await setup.app.run(await plan(undefined, theseTickets(id)));
    const waiting = await plan(undefined, theseTickets(3));
    await setup.app.ask('operations.start', {
      id: waiting.id,
      options: { startAt: Date.now() + 3_600_000 },
    });
    const told = setup.app.event('operations.dismissed', () => true);
    await setup.app.ask('operations.dismiss_ended', {});
    const { actor } = await setup.app.ask('app.info', {});
    expect(await told).toEqual({ actor });
    const { operations } = await setup.app.ask('operations.list', { isDismissed: false, limit: 10 });
    expect(operations.map(({ id }) => id)).toEqual([waiting.id]);
  });
});
