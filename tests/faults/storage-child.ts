/** A process of its own that opens workspaces, to be looked at or killed. Does what it is told, a line of JSON each way. */
import { createInterface } from 'node:readline';
import { everyTicket } from '../builders/tickets.ts';
import { openTestConsole, type TestConsole } from '../builders/workspace.ts';
import type { StorageOrder, StorageWord } from './storage-harness.ts';

let app: TestConsole | null = null;

async function obey(order: StorageOrder): Promise<StorageWord> {
  switch (order.do) {
    case 'open':
      app = await openTestConsole(order.folder);
      return { said: 'done' };
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
      await opened().close();
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
