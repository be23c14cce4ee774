import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { appApi } from '../../../src-main/api/app.api.ts';
import type { Caller } from '../../../src-main/api/caller.ts';
import { openStore } from '../../../src-main/store/store.ts';
import { Settings } from '../../../src-shared/contract/app.ts';
import { changeDatabase } from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';

let folder: string;
let app: TestConsole;
const defaults = Settings.parse({});

beforeAll(async () => {
  folder = makeFolder();
  app = await openTestConsole(folder);
});
beforeEach(() => changeDatabase(folder, (db) => db.exec('DELETE FROM settings')));
afterAll(async () => {
  await app.close();
  expect(app.reports).toEqual([]);
  removeFolder(folder);
});

describe('settings', () => {
  it('begin at their defaults', async () => {
    expect(await app.ask('settings.get', {})).toEqual(defaults);
  });

  it('are sent to every window when one changes them', async () => {
    const told = app.event('settings.changed', ({ historyDays }) => historyDays === 30);
    const answer = await app.ask('settings.update', { historyDays: 30 });
    expect(await told).toEqual(answer);
  });

  it('are answered by the change itself: what is read after it might be of a later one', async () => {
    const other = makeFolder();
    const store = await openStore(join(other, 'bulkhead.db'), 0);
    onTestFinished(async () => {
      await store.close();
      removeFolder(other);
    });
    const read = () => Promise.reject(new Error('nothing is to be read'));
    const host = { kind: 'browser', copy: async () => undefined } as const;
    const about = { version: '0.0.0', host, workspace: other };
    const api = appApi(about, { ...store, read }, () => undefined);
    const caller: Caller = { client: 'w', actor: 'owner', role: 'admin' };
    expect(await api['settings.update']({ theme: 'dark' }, caller)).toEqual({ ...defaults, theme: 'dark' });
  });

  it('change one at a time and leave the others as they were', async () => {
    const savedFilters = [{ collection: 'tickets' as const, name: 'Mine', text: 'assignee:ada' }];
    await app.ask('settings.update', { savedFilters, columns: { tickets: ['key', 'status'] } });
    const answer = await app.ask('settings.update', { theme: 'dark' });
    expect(answer).toEqual({
      ...defaults,
      savedFilters,
      columns: { tickets: ['key', 'status'] },
      theme: 'dark',
    });
    await app.close();
    app = await openTestConsole(folder);
    expect(await app.ask('settings.get', {})).toEqual(answer);
  });

  it.each([
    ['text that is no JSON', '{"theme":'],
    ['a value of another kind', '42'],
    ['a value that is no longer known', '"sepia"'],
    ['nothing', 'null'],
  ])('survive %s: that one is at its default, the rest stays', async (_name, value) => {
    await app.ask('settings.update', { density: 'comfortable', theme: 'dark' });
    changeDatabase(folder, (db) => {
      db.prepare(`UPDATE settings SET value = ? WHERE name = 'theme'`).run(value);
      db.prepare(`INSERT INTO settings VALUES ('unknown', ?), ('__proto__', '{"density":"compact"}')`).run(
        value,
      );
    });
    expect(await app.ask('settings.get', {})).toEqual({ ...defaults, density: 'comfortable' });
    expect(await app.ask('settings.update', { theme: 'light' })).toMatchObject({
      theme: 'light',
      density: 'comfortable',
    });
  });

  it('refuse what they do not know', async () => {
    for (const input of [{ theme: 'sepia' }, { colour: 'red' }, { columns: 'all' }]) {
      const reply = await app.console.handle(app.console.owner('test'), { name: 'settings.update', input });
      expect(reply).toMatchObject({ ok: false, error: { code: 'invalid_request' } });
    }
    expect(await app.ask('settings.get', {})).toEqual(defaults);
  });
});
