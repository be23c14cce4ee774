import { beforeEach } from 'vitest';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { expectEndedWell } from '../../builders/books.ts';
import { planSeveralFields } from '../../builders/several-fields.ts';
import { everyTicket, makeTickets, replaceTickets, theseTickets } from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';

/** Tickets of each test. */
export const count = 60;
/** What `editSeveral` writes to each of them. */
export const values = { priority: 'critical', category: 'Edited', assignee: 'Ada' };

/** A console with tickets to edit and to put back; every operation that is run has to end well. */
export function useUndos() {
  const app = useConsole({ per: 'file' });
  beforeEach(() =>
    replaceTickets(
      app.folder,
      makeTickets(count, (id) => ({ category: `Category ${id % 7}`, assignee: id % 3 === 0 ? null : 'Ben' })),
    ),
  );

  function get(id: number): Promise<Operation> {
    return app.ask('operations.get', { id });
  }

  async function runDraft(draft: Operation): Promise<Operation> {
    const operation = await app.run(draft);
    expectEndedWell(app.folder, operation);
    return operation;
  }

  async function edit(action: string, input: Record<string, unknown>, ...ids: number[]): Promise<Operation> {
    const selection = ids.length === 0 ? everyTicket : theseTickets(...ids);
    return runDraft(await app.ask('operations.plan', { action, collection: 'tickets', selection, input }));
  }

  async function editSeveral(): Promise<Operation> {
    return runDraft(await get(planSeveralFields(app.folder, values)));
  }

  async function undo(id: number, part: { seqs?: number[]; fields?: string[] } = {}): Promise<Operation> {
    return runDraft(await app.ask('operations.undo', { id, ...part }));
  }

  /** How many items each undo took back; null for those that stand. */
  async function undoneBy(id: number): Promise<Map<number | null, number>> {
    const { items } = await app.ask('operations.items', { id, limit: count });
    const groups = Map.groupBy(items, (item) => item.undoneBy);
    return new Map([...groups].map(([undo, { length }]) => [undo, length]));
  }

  return { app, get, runDraft, edit, editSeveral, undo, undoneBy };
}
