/** A process of its own that opens workspaces, to be looked at or killed. Does what it is told, a line of JSON each way. */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { WriterStart } from '../../src-main/sql/care/rescue.ts';
import type { WriterMethods } from '../../src-main/sql/writer.ts';
import { startThread } from '../../src-main/workers/thread.ts';
import { everyTicket } from '../builders/tickets.ts';
import { openTestConsole, type TestConsole } from '../builders/workspace.ts';
import type { StorageOrder, StorageWord } from './storage-harness.ts';

let app: TestConsole | null = null;
let close = async (): Promise<void> => undefined;

async function obey(order: StorageOrder): Promise<StorageWord> {
  switch (order.do) {
    case 'open':
      app = await openTestConsole(order.folder);
      close = () => opened().close();
      return { said: 'done' };
    case 'own': {
      const start = { file: join(order.folder, 'bulkhead.db'), how: 'first', nowMs: Date.now() } as const;
      const writer = await startThread<WriterMethods>('writer', start satisfies WriterStart);
      close = () => writer.close();
      return { said: 'done' };
    }
    case 'edit': {
      const draft = await opened().ask('operations.plan', {
        action: 'update_category',
        collection: 'tickets',
        selection: everyTicket,
        input: { category: 'Edited' },
      });
      await opened().run(draft);
      return { said: 'done' };
    }
    case 'backup': {
      const { name } = await opened().ask('backups.create', {});
      return { said: 'done', backup: name };
    }
    case 'restore':
      await opened().ask('backups.restore', { name: order.name });
      return { said: 'done' };
    case 'close':
      await close();
      return { said: 'done' };
    case 'list-modules':
      // Node has an SQLite of its own, which is loaded when somebody asks for it.
      return { said: 'done', modules: (process as { moduleLoadList?: string[] }).moduleLoadList ?? [] };
  }
}

function opened(): TestConsole {
  if (!app) throw new Error('no workspace is open');
  return app;
}

function say(word: StorageWord): void {
  process.stdout.write(`${JSON.stringify(word)}\n`);
}

createInterface({ input: process.stdin }).on('line', (line) => {
  obey(JSON.parse(line) as StorageOrder).then(say, (error: unknown) => {
    say({ said: 'failed', code: (error as { code?: string }).code ?? 'none', message: String(error) });
  });
});
say({ said: 'done' });
