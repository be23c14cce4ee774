import { beforeEach } from 'vitest';
import type { Item } from '../../../src-shared/domain/item.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { expectEndedWell } from '../../builders/books.ts';
import { makeTickets, replaceTickets } from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';
import { type TestConsole } from '../../builders/workspace.ts';

/** A console with eight tickets, the same before each test of a file. */
export interface EightTickets {
  readonly app: TestConsole;
  /** Runs a draft to its end, and holds its books and the history to it. */
  run(draft: Operation): Promise<Operation>;
  itemsOf(operation: Operation): Promise<Item[]>;
}

export function useEightTickets(): EightTickets {
  const app = useConsole({ per: 'file' });
  beforeEach(() =>
    replaceTickets(
      app.folder,
      makeTickets(8, (id) => ({
        external_id: `T-${id}`,
        subject: id === 8 ? '=1+1' : `Subject ${id}`,
        description: 'One line\r\nand another',
        category: id % 2 === 0 ? 'Billing' : null,
        channel: 'mail',
        product: 'Lamp',
      })),
    ),
  );

  return {
    app,
    run: async (draft) => {
      const operation = await app.run(draft);
      expectEndedWell(app.folder, operation);
      return operation;
    },
    itemsOf: async ({ id }) => (await app.ask('operations.items', { id, limit: 100 })).items,
  };
}
