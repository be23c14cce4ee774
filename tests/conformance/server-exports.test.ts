import { expect, test } from 'vitest';
import type { ApiReply } from '../builders/api-server.ts';
import { makeTickets } from '../builders/tickets.ts';
import { useApi } from './served-api.ts';

const bulk = '/api/v1/tickets/bulk-operations';
const setup = useApi({ tickets: makeTickets(20), token: 'the-key-of-this-test-server' });

test('an export that is written late, after a restart, leaves the file of another one alone', async () => {
  const otto = await setup.api.user('otto', 'agent');
  const asMina = async (name: string, input: object) => {
    const { body } = await setup.api.call('POST', '/rpc', { token: setup.mina, body: { name, input } });
    expect(body).toMatchObject({ ok: true });
    return body.value;
  };
  const { handle: target } = await asMina('files.chooseTarget', { suggestedName: 'tickets.csv' });
  const selection = { mode: 'ids', ids: [1, 2, 3] };
  const input = { columns: ['id'], has_bom: false, target };
  const plan = { action: 'export', collection: 'tickets', selection, input };
  const { id } = await asMina('operations.plan', plan);
  await asMina('operations.start', { id, options: { startAt: Date.now() + 3_600_000 } });
  await asMina('operations.cancel', { id });
  await setup.api.ended(id);
  await setup.restart();

  const exported = await setup.api.call('POST', bulk, {
    token: otto,
    body: { ticket_ids: [7], operation_type: 'export', operation_data: { columns: ['id'] } },
  });
  const path = `${bulk}/${exported.body.operation_id}`;
  await setup.api.ended(Number(exported.body.operation_id));
  const { download_url: link } = (await setup.api.call('GET', path, { token: otto })).body;
  const his = (): Promise<ApiReply> => setup.api.call('GET', link, { token: otto });
  expect((await his()).body).toContain('7');

  const again = await asMina('operations.retry', { id });
  await asMina('operations.start', { id: again.id });
  expect(await setup.api.ended(again.id)).toMatchObject({ state: 'completed', file: { rows: 3 } });
  expect((await his()).body).toBe('id\r\n7\r\n');
});
