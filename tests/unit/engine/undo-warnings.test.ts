import { beforeAll, describe, expect, it } from 'vitest';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { everyTicket, makeTickets, replaceTickets, theseTickets } from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';

const app = useConsole({ per: 'file' });
beforeAll(() => replaceTickets(app.folder, makeTickets(3)));

describe('what cannot be taken back', () => {
  function plan(action: string, input: Record<string, unknown>, selection = everyTicket): Promise<Operation> {
    return app.ask('operations.plan', { action, collection: 'tickets', selection, input });
  }
  async function warnings(action: string, input: Record<string, unknown>): Promise<string[]> {
    return (await plan(action, input)).forecast.warnings;
  }

  it('is said in words before the start', async () => {
    expect(await warnings('update_category', { category: 'Mine' })).toEqual([]);
    expect(await warnings('add_comment', { comment: 'Hello', is_internal: false })).toEqual([
      'Undo hides the comment. Customers may have read it by then.',
    ]);
    expect(await warnings('add_comment', { comment: 'Hello' })).toEqual([
      'Undo hides the note. Colleagues may have read it by then.',
    ]);
    expect(await warnings('delete', {})).toEqual(['Deleted tickets leave every list. They can be restored.']);
    const target = app.handle(`${app.folder}/out.csv`);
    expect(await warnings('export', { columns: ['id'], has_bom: false, target })).toEqual([
      'An export cannot be undone: its file stays until you delete it.',
    ]);
  });

  it('is said of an import and of undos', async () => {
    const sample = await app.run(await app.ask('sample.plan', { count: 3, seed: 1 }));
    expect(sample.forecast.warnings).toEqual([
      'Undo deletes the tickets that this creates, except those that someone has changed by then.',
    ]);
    const comment = await app.run(
      await plan('add_comment', { comment: 'Hello', is_internal: false }, theseTickets(1)),
    );
    const undone = async (id: number) => (await app.ask('operations.undo', { id })).forecast.warnings;
    expect(await undone(sample.id)).toEqual(['Deleted tickets leave every list. They can be restored.']);
    expect(await undone(comment.id)).toEqual([
      'Comments are hidden, not erased. People may have read them already.',
    ]);
  });
});
