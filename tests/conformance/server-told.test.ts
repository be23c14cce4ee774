import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BulkheadRemote, createBulkheadRemote } from '../../src-main/vendors/bulkhead/remote.ts';
import { type ApiReply, type ApiServer, startApiServer } from '../builders/api-server.ts';
import { everyTicket, fillTickets, makeTickets } from '../builders/tickets.ts';
import { makeFolder, removeFolder } from '../builders/workspace.ts';
import { type Desk, startDesk } from '../fakes/desk/desk-server.ts';

const base = '/api/v1/tickets/bulk-operations';
const records = [1, 2, 3, 4].map(() => ({ status: 'open', product: 'Old' }));
let folder: string;
let desk: Desk;
let remote: BulkheadRemote;
let api: ApiServer;

/** Four tickets that belong to a remote, which refuses the second and where somebody changes the third. */
beforeAll(async () => {
  folder = makeFolder();
  fillTickets(
    folder,
    makeTickets(records.length, () => ({ source: 'desk', product: 'Old' })),
  );
  desk = await startDesk({ records: { tickets: records } });
  remote = createBulkheadRemote({ address: desk.address, token: 'secret' });
  api = await startApiServer(folder, { remotes: new Map([['desk', remote]]) });
});
afterAll(async () => {
  await api.close();
  remote.gate.close();
  await desk.close();
  removeFolder(folder);
});

const told = async (path: string): Promise<ApiReply['body']> => (await api.call('GET', path)).body;

test('what a remote refused, or somebody changed there, does not count as a success', async () => {
  const body = JSON.stringify({ error: { code: 'invalid_value', message: 'No.' } });
  desk.records.change('tickets', '3', { product: 'Theirs' });
  desk.mischief = ({ method, path }) =>
    method === 'PATCH' && path.endsWith('/2') ? { status: 422, body } : undefined;
  const { id } = await api.ask('operations.plan', {
    action: 'edit',
    collection: 'tickets',
    selection: everyTicket,
    input: { product: 'New' },
  });
  await api.ask('operations.start', { id });
  await api.ended(id);
  const errors = [
    { ticket_id: 2, error_code: 'invalid_value' },
    { ticket_id: 3, error_code: 'conflict' },
  ];
  expect(await told(`${base}/${id}`)).toMatchObject({
    status: 'partial',
    total_tickets: 4,
    successful_tickets: 2,
    failed_tickets: 2,
    errors,
  });
  const items = await told(`${base}/${id}/tickets`);
  expect(items.tickets.map(({ status }: { status: string }) => status)).toEqual([
    'completed',
    'failed',
    'failed',
    'completed',
  ]);
  expect((await told(`${base}/${id}/tickets?status=failed`)).tickets).toMatchObject(errors);
  expect((await told(`${base}?status=partial`)).operations).toMatchObject([{ operation_id: String(id) }]);
  expect((await told(`${base}?status=completed`)).total).toBe(0);
});
