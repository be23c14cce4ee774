import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask, type ServedConsole, serve, temporaryWorkspace } from './console-process.ts';

let folder: ReturnType<typeof temporaryWorkspace>;
let running: ServedConsole | null;
beforeEach(() => {
  folder = temporaryWorkspace();
  running = null;
});
afterEach(async () => {
  if (running && running.process.exitCode === null) await running.stop('SIGKILL');
  folder.remove();
});

async function start(...args: readonly string[]): Promise<ServedConsole> {
  running = await serve(folder.workspace, ...args);
  return running;
}

const deleted = { collection: 'tickets', filter: { deleted: true } };

async function deleteEverything(console: ServedConsole): Promise<void> {
  const selection = { mode: 'filter', filter: {}, except: [] };
  const request = { action: 'delete', collection: 'tickets', selection, input: {} };
  const draft = (await ask(console, 'operations.plan', request)) as { value: { id: number } };
  await ask(console, 'operations.start', { id: draft.value.id });
}

test('puts a backup back from the command line, also while an operation was under way, and says which there are not', async () => {
  let console = await start('--sample', '5000');
  const made = (await ask(console, 'backups.create', {})) as { value: { name: string } };
  await deleteEverything(console);
  // Ended in the midst of it: a start as usual would go on.
  await console.stop('SIGKILL');

  console = await start('--restore', 'latest');
  expect(await ask(console, 'records.count', deleted)).toEqual({ ok: true, value: { count: 0 } });
  const { value } = (await ask(console, 'backups.list', {})) as { value: { backups: { reason: string }[] } };
  expect(value.backups.map(({ reason }) => reason)).toEqual(['before_restore', 'manual']);
  await console.stop();

  console = await start('--restore', made.value.name);
  expect(await ask(console, 'records.count', deleted)).toEqual({ ok: true, value: { count: 0 } });
  await console.stop();

  const nameless = join(folder.workspace, 'backups', 'not-there.db');
  await expect(start('--restore', 'not-there.db')).rejects.toThrow(
    /ended with 1: .*There is no backup called not-there\.db in .*backups\. Nothing was changed/s,
  );
  expect(existsSync(nameless)).toBe(false);
});
