import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { countsOf } from '../../../src-shared/domain/operation.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { everyTicket, fillTickets, makeTicket, makeTickets, replaceTickets } from '../../builders/tickets.ts';
import { createTestTime } from '../../builders/time.ts';
import { useConsole } from '../../builders/use-console.ts';
import { makeFolder, openTestConsole, removeFolder } from '../../builders/workspace.ts';
import { assign } from './schedule-setup.ts';
import { hour, minute, startMs } from './timed-console.ts';

const time = createTestTime(startMs);

const app = useConsole({ per: 'file', open: (folder) => openTestConsole(folder, time, time) });
beforeEach(async () => {
  replaceTickets(app.folder, makeTickets(5));
  for (const { id } of (await app.ask('templates.list', {})).templates)
    await app.ask('templates.delete', { id });
});

describe('a template', () => {
  it('is planned on whatever it matches by then', async () => {
    const template = await app.ask('templates.save', assign('Ada'));
    expect(template).toMatchObject({ createdBy: 'tester', createdAt: time.now(), updatedAt: time.now() });
    fillTickets(app.folder, [makeTicket(6)]);
    const { id } = await app.ask('templates.plan', { id: template.id });
    const draft = await app.ask('operations.get', { id });
    expect(draft).toMatchObject({ state: 'draft', title: 'Assign to Ada', actor: 'tester' });
    expect(countsOf(draft.tallies).planned).toBe(6);
  });

  it('is run as it says, and so is what is left of it, whoever starts it', async () => {
    const options = RunOptions.parse({
      maxErrors: 2,
      canary: { count: 2, isPausing: true },
      timeLimitMs: 90_000,
    });
    const template = await app.ask('templates.save', assign('Ada', { options }));
    const { id } = await app.ask('templates.plan', { id: template.id });
    const draft = await app.ask('operations.get', { id });
    expect(draft.options).toEqual(options);
    const tried = app.event('operation.updated', ({ operation }) => operation.state === 'paused');
    await app.ask('operations.start', { id, options: { ...options, startAt: time.now() } });
    await tried;
    await app.ask('operations.cancel', { id });
    await app.ended(id);
    const rest = await app.ask('operations.retry', { id });
    expect(countsOf(rest.tallies).planned).toBe(3);
    expect(rest.options).toEqual(options);
  });

  it('is listed by name, changed under its number, and known by one name only', async () => {
    const second = await app.ask('templates.save', assign('Bea'));
    const first = await app.ask('templates.save', assign('Ada'));
    time.pass(minute);
    const changed = await app.ask('templates.save', { ...assign('Cleo'), id: first.id });
    expect(changed).toMatchObject({ id: first.id, createdAt: startMs, updatedAt: startMs + minute });
    const { templates } = await app.ask('templates.list', {});
    expect(templates.map(({ id }) => id)).toEqual([second.id, first.id]);
    await expect(app.ask('templates.save', assign('x', { name: 'ASSIGN TO CLEO' }))).rejects.toMatchObject({
      code: 'name_taken',
    });
    await expect(app.ask('templates.save', { ...assign('x'), id: 99 })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it.each([
    ['an input that the action refuses', assign('x', { action: 'update_status' })],
    ['an action that there is not', assign('x', { action: 'explode' })],
    [
      'a filter on a field that there is not',
      assign('x', {
        selection: {
          mode: 'filter',
          filter: { conditions: [{ op: 'in', field: 'mood', values: ['x'] }], text: '', deleted: false },
        },
      }),
    ],
    [
      'a place to save',
      assign('x', { action: 'export', input: { columns: ['id'], target: 'handle-12345678' } }),
    ],
  ])('with %s is not saved', async (_what, content) => {
    await expect(app.ask('templates.save', content)).rejects.toMatchObject({ code: 'invalid_request' });
    expect(await app.ask('templates.list', {})).toEqual({ templates: [] });
  });

  it('of an export saves to the exports app.folder, under its name and the time, never where a file is', async () => {
    const content = assign('x', {
      name: 'Weekly: open/closed',
      action: 'export',
      input: { columns: ['id'], has_bom: false },
    });
    time.jump(startMs + minute - time.now());
    const { id } = await app.ask('templates.save', content);
    const drafts = [await app.ask('templates.plan', { id }), await app.ask('templates.plan', { id })];
    const files: (string | undefined)[] = [];
    for (const draft of drafts)
      files.push((await app.run(await app.ask('operations.get', draft))).file?.path);
    const name = 'Weekly_ open closed 2026-01-15T12-01-00Z';
    expect(files).toEqual([
      join(app.folder, 'exports', `${name}.csv`),
      join(app.folder, 'exports', `${name} (2).csv`),
    ]);
    expect(readFileSync(files[1] ?? '', 'utf8')).toBe('id\r\n1\r\n2\r\n3\r\n4\r\n5\r\n');
  });

  it('of an export is given no name that is still to be written, whatever the clock says', async () => {
    const folder = makeFolder();
    fillTickets(folder, makeTickets(2));
    const clock = createTestTime(startMs);
    let own = await openTestConsole(folder, clock, clock);
    const content = assign('x', {
      name: 'Nightly',
      action: 'export',
      input: { columns: ['id'], has_bom: false },
    });
    const template = await own.ask('templates.save', content);
    const planned = async () => {
      const { id } = await own.ask('templates.plan', { id: template.id });
      const { details } = await own.ask('operations.get', { id });
      return { id, path: details.find(({ label }) => label === 'Save to')?.value };
    };
    const thrownAway = await planned();
    await own.ask('operations.discard', { id: thrownAway.id });
    const later = await planned();
    expect(later.path).toBe(thrownAway.path);
    await own.ask('operations.start', {
      id: later.id,
      options: RunOptions.parse({ startAt: clock.now() + hour }),
    });
    await own.close();
    own = await openTestConsole(folder, clock, clock);
    expect((await planned()).path).toBe(later.path?.replace('Z.csv', 'Z (2).csv'));
    await own.close();
    removeFolder(folder);
  });

  it('of an export says so where there can be no exports folder', async () => {
    const content = assign('x', { action: 'export', input: { columns: ['id'], has_bom: false } });
    const { id } = await app.ask('templates.save', content);
    const path = join(app.folder, 'exports');
    rmSync(path, { recursive: true, force: true });
    writeFileSync(path, 'Not a folder');
    const planned = app.ask('templates.plan', { id });
    await expect(planned).rejects.toMatchObject({ code: 'target_not_writable', details: { path } });
    rmSync(path);
  });

  it('of an export saves where the exports app.folder leads, and the clean-up finds it there', async () => {
    const elsewhere = join(app.folder, 'elsewhere');
    mkdirSync(elsewhere);
    rmSync(join(app.folder, 'exports'), { recursive: true, force: true });
    symlinkSync(elsewhere, join(app.folder, 'exports'));
    const { id } = await app.ask(
      'templates.save',
      assign('x', { name: 'Weekly', action: 'export', input: { columns: ['id'], has_bom: false } }),
    );
    const { file } = await app.run(await app.ask('operations.get', await app.ask('templates.plan', { id })));
    expect(readdirSync(elsewhere)).toEqual([file?.name]);
    await app.ask('settings.update', { exportDays: 7 });
    time.jump(8 * 24 * hour);
    expect(await app.ask('retention.clean', {})).toMatchObject({ files: 1 });
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it('goes with its schedules', async () => {
    const template = await app.ask('templates.save', assign('Ada'));
    const when = { cron: null, startAt: time.now() + hour, timeZone: 'UTC', isActive: true };
    await app.ask('schedules.save', { templateId: template.id, ...when });
    const isRenamed = app.event(
      'schedules.changed',
      ({ schedules }) => schedules[0]?.templateName === 'Renamed',
    );
    await app.ask('templates.save', { ...assign('Ada', { name: 'Renamed' }), id: template.id });
    await isRenamed;
    const told = app.event('schedules.changed', ({ schedules }) => schedules.length === 0);
    await app.ask('templates.delete', { id: template.id });
    await told;
    expect(await app.ask('schedules.list', {})).toEqual({ schedules: [] });
    await expect(app.ask('templates.delete', { id: template.id })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('an export without a place to save', () => {
  it('is refused to a window', async () => {
    const plan = app.ask('operations.plan', {
      action: 'export',
      collection: 'tickets',
      selection: everyTicket,
      input: { columns: ['id'], target: null },
    });
    await expect(plan).rejects.toMatchObject({ code: 'invalid_request' });
  });
});
