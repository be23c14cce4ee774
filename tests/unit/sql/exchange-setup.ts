import { afterEach, beforeEach } from 'vitest';
import type { ExchangeAnswer, ExchangeArgs } from '../../../src-main/sql/delivery/delivery-exchange.ts';
import type { Db } from '../../../src-main/sql/open.ts';
import type { Fields } from '../../builders/records.ts';
import { changeDatabase, insertTickets, makeTickets } from '../../builders/tickets.ts';
import { applyChange, type Change, exchangeFor } from '../../builders/told-changes.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

export const count = 10;

/** Sets these values of all tickets, or of these, which are all the remote's. */
export function apply(db: Db, values: Fields, more: Partial<Change> = {}): number {
  const ids = Array.from({ length: count }, (_, at) => at + 1);
  return applyChange(db, { ids, values, limit: count, remotes: ['test'], ...more });
}

export function exchange(db: Db, ids: number[], more: Partial<ExchangeArgs> = {}): ExchangeAnswer {
  return exchangeFor(db, ids, { remote: 'test', lanes: 2, batchMax: 3, ...more });
}

export const seqsOf = ({ batches }: ExchangeAnswer) =>
  batches.map(({ deliveries }) => deliveries.map(({ seq }) => seq));

export interface ExchangeSetup {
  readonly folder: string;
  /** Runs with an operation whose every ticket is the remote's, applied here and told to nobody yet. */
  withOperation(use: (db: Db, id: number) => void): void;
}

/** A new workspace for each test of a file. */
export function useExchanges(): ExchangeSetup {
  let folder: string;
  beforeEach(() => {
    folder = makeFolder();
  });
  afterEach(() => removeFolder(folder));
  return {
    get folder() {
      return folder;
    },
    withOperation: (use) =>
      changeDatabase(folder, (db) => {
        insertTickets(db, makeTickets(count));
        use(db, apply(db, { category: 'Mine' }));
      }),
  };
}
