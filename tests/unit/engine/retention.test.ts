import { describe, expect, it } from 'vitest';
import { canRetry, canUndo, countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { defaultRunOptions } from '../../../src-shared/domain/run-options.ts';
import { holdCall } from '../../builders/held-calls.ts';
import { changeDatabase, everyTicket, readDatabase, theseTickets } from '../../builders/tickets.ts';
import { day, useTimedConsole } from './timed-console.ts';

const nothing = { operations: 0, items: 0, files: 0, fileBytes: 0 };
const count = 5_000;
const setup = useTimedConsole(count);

let round = 0;

function plan(): Promise<Operation> {
  round += 1;
  return setup.app.ask('operations.plan', {
    action: 'update_category',
    collection: 'tickets',
    selection: everyTicket,
    input: { category: `Category ${round}` },
  });
}

async function edit(): Promise<Operation> {
  return setup.app.run(await plan());
}

function itemsOf(id: number): number {
  return readDatabase(setup.folder, (db) =>
    Number(db.prepare('SELECT count(*) FROM items WHERE operation_id = ?').pluck().get(id)),
  );
}

function get(id: number): Promise<Operation> {
  return setup.app.ask('operations.get', { id });
}

/** Asks until the items of an operation go, and answers when that began; between two answers so much time passes. */
async function untilCleaned(id: number, passingMs = 0): Promise<number> {
  for (;;) {
    setup.time.pass(passingMs);
    if (!(await get(id)).isCleaned) continue;
    const { entries } = await setup.app.ask('operations.journal', { id });
    return entries.at(-1)?.at ?? 0;
  }
}

async function keepHistory(historyDays: number | null): Promise<void> {
  await setup.app.ask('settings.update', { historyDays });
}

describe('items of old operations', () => {
  it('stay where nothing else is set', async () => {
    const { id } = await edit();
    setup.time.jump(10_000 * day);
    expect(await setup.app.ask('retention.clean', {})).toEqual(nothing);
    expect(itemsOf(id)).toBe(count);
  });

  it('go when they are older than what is kept; figures and journal stay, and the history is sound', async () => {
    await keepHistory(30);
    const old = await edit();
    setup.time.jump(30 * day);
    expect(await setup.app.ask('retention.preview', {})).toEqual(nothing);
    const young = await edit();
    setup.time.jump(1);
    const expected = { ...nothing, operations: 1, items: count };
    expect(await setup.app.ask('retention.preview', {})).toEqual(expected);
    expect(itemsOf(old.id)).toBe(count);
    const told = setup.app.event('operations.cleaned', () => true);
    expect(await setup.app.ask('retention.clean', {})).toEqual(expected);
    await told;
    expect([itemsOf(old.id), itemsOf(young.id)]).toEqual([0, count]);
    const cleaned = await get(old.id);
    expect(cleaned).toEqual({ ...old, isCleaned: true });
    expect([canUndo(cleaned), canRetry(cleaned)]).toEqual([false, false]);
    const { entries } = await setup.app.ask('operations.journal', { id: old.id });
    expect(entries.at(-1)).toMatchObject({
      event: 'cleaned',
      at: setup.time.now(),
      detail: { items: count, rejected: 0 },
    });
    expect(await setup.app.ask('retention.clean', {})).toEqual(nothing);
    expect((await setup.app.ask('history.verify', {})).problems).toEqual([]);
  });

  it('go with what an import read', async () => {
    const imported = await setup.app.run(await setup.app.ask('sample.plan', { count: 300 }));
    await keepHistory(1);
    setup.time.jump(2 * day);
    expect(await setup.app.ask('retention.clean', {})).toMatchObject({ operations: 1, items: 300 });
    const left = readDatabase(setup.folder, (db) =>
      db.prepare('SELECT count(*) FROM new_records').pluck().get(),
    );
    expect(left).toBe(0);
    expect((await get(imported.id)).isCleaned).toBe(true);
  });

  it('cannot be undone or tried again once they have gone', async () => {
    const { id } = await edit();
    await keepHistory(1);
    setup.time.jump(2 * day);
    await setup.app.ask('retention.clean', {});
    for (const command of ['undo', 'retry'] as const)
      await expect(setup.app.ask(`operations.${command}`, { id })).rejects.toMatchObject({
        code: 'wrong_state',
      });
  });

  it('stay while they are pinned', async () => {
    const { id } = await edit();
    await setup.app.ask('operations.pin', { id, isPinned: true });
    await keepHistory(1);
    setup.time.jump(2 * day);
    expect(await setup.app.ask('retention.clean', {})).toEqual(nothing);
    await setup.app.ask('operations.pin', { id, isPinned: false });
    expect(await setup.app.ask('retention.clean', {})).toMatchObject({ operations: 1 });
  });

  it('stay while what they took back is pinned, which would not know any more what of it is somebody else’s', async () => {
    const pinned = await edit();
    const part = await setup.app.run(await setup.app.ask('operations.undo', { id: pinned.id, seqs: [1, 2] }));
    const again = await setup.app.run(await setup.app.ask('operations.undo', { id: part.id, seqs: [2] }));
    await setup.app.ask('operations.pin', { id: pinned.id, isPinned: true });
    await keepHistory(1);
    setup.time.jump(2 * day);
    expect(await setup.app.ask('retention.clean', {})).toEqual(nothing);
    const same = { action: 'update_category', collection: 'tickets', selection: theseTickets(1) } as const;
    const theirs = { ...same, input: { category: `Category ${round}` } };
    await setup.app.run(await setup.app.ask('operations.plan', theirs));
    const draft = await setup.app.ask('operations.undo', { id: pinned.id });
    expect(countsOf(draft.tallies)).toMatchObject({ planned: count - 1, skipped: 1 });
    await setup.app.ask('operations.discard', { id: draft.id });
    await setup.app.ask('operations.pin', { id: pinned.id, isPinned: false });
    await setup.app.ask('retention.clean', {});
    expect([pinned, part, again].map(({ id }) => itemsOf(id))).toEqual([0, 0, 0]);
  });

  it('stay while an undo of them is planned, waits for its moment or is paused', async () => {
    const { id } = await edit();
    await keepHistory(1);
    const undo = await setup.app.ask('operations.undo', { id });
    setup.time.jump(2 * day);
    expect(await setup.app.ask('retention.clean', {})).toEqual(nothing);
    const options = { ...defaultRunOptions, startAt: setup.time.now() + day };
    await setup.app.ask('operations.start', { id: undo.id, options });
    expect(await setup.app.ask('retention.clean', {})).toEqual(nothing);
    await setup.app.ask('operations.pause', { id: undo.id });
    expect(await setup.app.ask('retention.clean', {})).toEqual(nothing);
    await setup.app.ask('operations.cancel', { id: undo.id });
    await setup.app.ended(undo.id);
    expect(await setup.app.ask('retention.clean', {})).toMatchObject({ operations: 1 });
  });

  it('stay while a template works on them, or a remote was not told of them', async () => {
    const [named, told] = [await edit(), await edit()];
    const template = await setup.app.ask('templates.save', {
      name: 'The same ones',
      action: 'assign',
      collection: 'tickets',
      selection: { mode: 'items', operationId: named.id, states: ['done'] },
      input: { assignee: 'Ada' },
      options: defaultRunOptions,
    });
    await keepHistory(1);
    setup.time.jump(2 * day);
    const setDelivery = (state: string) =>
      changeDatabase(setup.folder, (db) => {
        db.prepare('DELETE FROM deliveries').run();
        db.prepare(
          `INSERT INTO deliveries (operation_id, seq, record_id, version, remote, state, idempotency_key)
            VALUES (?, 1, 1, 2, 'zendesk', ?, 'key')`,
        ).run(told.id, state);
      });
    setDelivery('waiting');
    expect(await setup.app.ask('retention.clean', {})).toEqual(nothing);
    setDelivery('confirmed');
    expect(await setup.app.ask('retention.clean', {})).toMatchObject({ operations: 1 });
    expect([itemsOf(named.id), itemsOf(told.id)]).toEqual([count, 0]);
    await setup.app.ask('templates.delete', { id: template.id });
    expect(await setup.app.ask('retention.clean', {})).toMatchObject({ operations: 1 });
  });

  it('go on going where a kill left some of them', async () => {
    const { id } = await edit();
    changeDatabase(setup.folder, (db) => {
      db.prepare('DELETE FROM items WHERE operation_id = ? AND seq <= 100').run(id);
      db.prepare('UPDATE operations SET cleaned_at = 1 WHERE id = ?').run(id);
    });
    await keepHistory(1);
    setup.time.jump(2 * day);
    const rest = { ...nothing, operations: 1, items: count - 100 };
    expect(await setup.app.ask('retention.preview', {})).toEqual(rest);
    expect(await setup.app.ask('retention.clean', {})).toEqual(rest);
  });
});

/** When it was last seen that something is too old. */
function seenAt(): unknown {
  return readDatabase(setup.folder, (db) =>
    db.prepare(`SELECT json(value) FROM settings WHERE name = 'retentionSeenAt'`).pluck().get(),
  );
}

/** Lets the minute pass after which it is looked, and waits until that something is too old has been noted, and the next look is due. */
async function look(): Promise<void> {
  setup.time.pass(60_000);
  const now = String(setup.time.now());
  await expect.poll(seenAt).toBe(now);
  // It is answered after the note was.
  await setup.app.ask('settings.update', {});
}

describe('the daily clean-up', () => {
  it('begins a minute after the start, comes again a day later, and removes what was too old half a day before', async () => {
    const first = await edit();
    await keepHistory(1);
    setup.time.jump(2 * day);
    await look();
    const second = await edit();
    expect(itemsOf(first.id)).toBe(count);
    setup.time.jump(day);
    setup.time.pass(60_000);
    expect(await untilCleaned(first.id)).toBe(setup.time.now());
    expect(itemsOf(second.id)).toBe(count);
  });

  it('removes nothing where the clock is ahead for an hour, also when the console is opened anew meanwhile', async () => {
    const { id } = await edit();
    await keepHistory(30);
    setup.time.jump(3_650 * day);
    await look();
    await setup.awayFor(day / 24);
    setup.time.pass(60_000);
    // It has looked at the clock by then; what was asked for waits until it is through.
    await setup.app.ask('retention.preview', {});
    setup.time.jump(-3_650 * day);
    await setup.app.ask('retention.clean', {});
    expect(itemsOf(id)).toBe(count);
    setup.time.pass(day);
    await setup.app.ask('retention.clean', {});
    expect(itemsOf(id)).toBe(count);
    setup.time.jump(30 * day);
    await look();
    setup.time.jump(day);
    setup.time.pass(60_000);
    await untilCleaned(id);
  });

  it('leaves running operations alone and looks again later', async () => {
    const old = await edit();
    await keepHistory(1);
    setup.time.jump(2 * day);
    await look();
    setup.time.jump(day);
    const draft = await plan();
    await setup.app.ask('operations.start', { id: draft.id });
    setup.time.pass(60_000);
    await setup.app.ended(draft.id);
    expect(itemsOf(old.id)).toBe(count);
    await untilCleaned(old.id, 600_000);
  });

  it('goes on soon with what an operation interrupted', async () => {
    const old = await edit();
    await keepHistory(1);
    setup.time.jump(2 * day);
    await look();
    const cleaning = holdCall('answer', 'cleanOperations');
    const running = holdCall('call', 'applyChunk');
    await setup.awayFor(day);
    setup.time.pass(60_000);
    await cleaning.held;
    const { id } = await plan();
    await setup.app.ask('operations.start', { id });
    await running.held;
    cleaning.release();
    // Asked for in turn: the daily one is through by then.
    await setup.app.ask('settings.update', { historyDays: null });
    await setup.app.ask('retention.clean', {});
    await keepHistory(1);
    running.release();
    await setup.app.ended(id);
    expect(itemsOf(old.id)).toBe(count - 2_000);
    await expect.poll(() => setup.app.console.runningOperations()).toBe(0);
    setup.time.pass(600_000);
    await expect.poll(() => itemsOf(old.id)).toBe(0);
  });
});
