import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { RunOptions } from '../../src-shared/domain/run-options.ts';
import type { ApiReply } from '../builders/api-server.ts';
import { makeTickets } from '../builders/tickets.ts';
import { useApi } from './served-api.ts';

const bulk = '/api/v1/tickets/bulk-operations';
/** It stands still: who plans what at which second is known beforehand. */
const clock = { now: () => Date.UTC(2026, 0, 15, 12) };
const setup = useApi({ tickets: makeTickets(20), token: 'the-key-of-this-test-server', clock });

async function asMina(name: string, input: object) {
  const { body } = await setup.api.call('POST', '/rpc', { token: setup.mina, body: { name, input } });
  expect(body).toMatchObject({ ok: true });
  return body.value;
}

test('somebody who guesses where the export of a template will go gets that place, and the template no longer does', async () => {
  const plan = { action: 'export', collection: 'tickets' } as const;
  const input = { columns: ['id'], has_bom: false };
  const suggestedName = 'Nightly 2026-01-15T12-00-00Z.csv';
  const { handle: target, label } = await asMina('files.choose_target', { suggestedName });
  expect(basename(label)).toBe(suggestedName);
  const template = await setup.api.ask('templates.save', {
    ...plan,
    name: 'Nightly',
    selection: { mode: 'ids', ids: [1, 2] },
    input,
    options: RunOptions.parse({}),
  });
  const { id } = await setup.api.ask('templates.plan', { id: template.id });
  const hers = await asMina('operations.plan', {
    ...plan,
    selection: { mode: 'ids', ids: [7] },
    input: { ...input, target },
  });
  await setup.api.ask('operations.start', { id });
  const { file } = await setup.api.ended(id);
  await asMina('operations.start', { id: hers.id });
  await setup.api.ended(hers.id);
  expect(readFileSync(file?.path ?? '', 'utf8')).toBe('id\r\n1\r\n2\r\n');
});

test('an export that is written late, after a restart, leaves the file of another export alone', async () => {
  const otto = await setup.api.user('otto', 'agent');
  const { handle: target } = await asMina('files.choose_target', { suggestedName: 'tickets.csv' });
  const selection = { mode: 'ids', ids: [1, 2, 3] };
  const input = { columns: ['id'], has_bom: false, target };
  const plan = { action: 'export', collection: 'tickets', selection, input };
  const { id } = await asMina('operations.plan', plan);
  await asMina('operations.start', { id, options: { startAt: clock.now() + 3_600_000 } });
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

test('a place that was given for an export which is not made is free again', async () => {
  const ask = (id: number) => {
    const body = { ticket_ids: [id], operation_type: 'export', operation_data: { columns: ['id'] } };
    return setup.api.call('POST', bulk, { token: setup.mina, body });
  };
  const numberOfNext = async () => {
    const { body } = await ask(7);
    const { file } = await setup.api.ended(Number(body.operation_id));
    return Number(/ \((\d+)\)\.csv$/.exec(file?.name ?? '')?.[1] ?? 1);
  };
  const before = await numberOfNext();
  expect((await ask(999)).body).toMatchObject({ error: { code: 'nothing_to_do' } });
  expect(await numberOfNext()).toBe(before + 1);
});
