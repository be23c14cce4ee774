import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../src-main/hosts/server/faces/routes.ts';
import { mayAsk } from '../../src-shared/contract/access.ts';
import { type RequestName, requests } from '../../src-shared/contract/index.ts';
import type { Role } from '../../src-shared/domain/user.ts';
import type { ApiReply } from '../builders/api-server.ts';
import { makeTickets } from '../builders/tickets.ts';
import { sendRaw, statusOf } from '../unit/hosts/server-harness.ts';
import { validInputs } from '../unit/hosts/valid-inputs.ts';
import { useApi } from './served-api.ts';

const names = Object.keys(requests) as RequestName[];
/** What nobody but Mina and those who look after the console may see. It stands in no record. */
const secret = /hush/;
const setup = useApi({ tickets: makeTickets(5) });
const tokens = new Map<string, string>();
/** Mina's: one that ended, an export, and a plan that was not started. */
let hers: Readonly<Record<'ended' | 'exported' | 'draft', number>>;
let link: string;

const rpc = (token: string, name: RequestName, input: object): Promise<ApiReply> =>
  setup.api.call('POST', '/rpc', { token, body: { name, input } });

function tokenOf(who: string): string {
  return tokens.get(who) ?? setup.mina;
}

/** The same about another operation, wherever one is named, and about no user that there is. */
function about(name: RequestName, id: number): object {
  const text = JSON.stringify(validInputs[name]);
  return JSON.parse(text.replaceAll(/"(id|operationId|before)":\d+/g, `"$1":${id}`));
}

async function change(who: string, role: Role): Promise<void> {
  const { users } = await setup.api.ask('users.list', {});
  const user = users.find(({ name }) => name === who);
  if (user) await setup.api.ask('users.save', { id: user.id, name: who, role });
}

beforeAll(async () => {
  for (const [name, role] of [
    ['vera', 'viewer'],
    ['otto', 'agent'],
    ['ada', 'admin'],
    ['lowered', 'admin'],
    ['removed', 'admin'],
  ] as const)
    tokens.set(name, await setup.api.user(name, role));
  await change('lowered', 'viewer');
  const { users } = await setup.api.ask('users.list', {});
  await setup.api.ask('users.remove', { id: users.find(({ name }) => name === 'removed')?.id ?? 0 });
  tokens.set('nobody', 'a'.repeat(43));

  const asMina = async (name: RequestName, input: object) => (await rpc(setup.mina, name, input)).body.value;
  // Nothing comes of it, so that no record tells of it.
  const selection = { mode: 'ids', ids: [999] };
  const plan = {
    action: 'assign',
    collection: 'tickets',
    selection,
    input: { assignee: 'hush' },
    note: 'hush',
  };
  const { handle: target } = await asMina('files.choose_target', { suggestedName: 'hush.csv' });
  const file = { columns: ['id'], has_bom: false, target };
  const planned = [
    await asMina('operations.plan', plan),
    await asMina('operations.plan', {
      ...plan,
      selection: { mode: 'ids', ids: [1] },
      action: 'export',
      input: file,
    }),
    await asMina('operations.plan', plan),
  ];
  const [ended, exported, draft] = planned.map(({ id }) => id);
  hers = { ended, exported, draft };
  for (const id of [ended, exported]) {
    await asMina('operations.start', { id });
    await setup.api.ended(id);
  }
  const path = `/api/v1/tickets/bulk-operations/${exported}`;
  link = (await setup.api.call('GET', path, { token: setup.mina })).body.download_url;
});
afterAll(async () => {
  expect(await setup.api.ask('operations.get', { id: hers.draft })).toMatchObject({ state: 'draft' });
  expect(await setup.api.ask('operations.get', { id: hers.ended })).toMatchObject({ isDismissed: false });
});

describe('every request of the contract', () => {
  test.each([
    ['vera', 'viewer'],
    ['lowered', 'viewer'],
    ['otto', 'agent'],
    ['ada', 'admin'],
  ] as const)('of %s is answered as far as a %s may ask', async (who, role) => {
    for (const name of names) {
      const { status, body } = await rpc(tokenOf(who), name, about(name, 999_999));
      const isForbidden = !body.ok && body.error.code === 'forbidden';
      expect([name, status, isForbidden]).toEqual([name, 200, !mayAsk(role, name)]);
    }
  });

  test.each(['nobody', 'removed'])('of %s is refused', async (who) => {
    for (const name of names) expect((await rpc(tokenOf(who), name, validInputs[name])).status).toBe(401);
  });

  test.each(['vera', 'lowered', 'otto'])('tells %s nothing of what Mina does', async (who) => {
    const tell = async (name: RequestName, id: number) =>
      JSON.stringify((await rpc(tokenOf(who), name, about(name, id))).body).replaceAll(String(id), '…');
    for (const name of names)
      for (const id of Object.values(hers)) {
        const told = await tell(name, id);
        expect([name, told]).not.toEqual([name, expect.stringMatching(secret)]);
        // Word for word what is said of one that there is not.
        if (
          /^(operations|files|imports)\./.test(name) &&
          /"(id|operationId)"/.test(JSON.stringify(validInputs[name]))
        )
          expect([name, told]).toEqual([name, await tell(name, 999_999)]);
      }
    expect((await rpc(tokenOf(who), 'operations.list', { limit: 200 })).body.value.operations).toEqual([]);
    const { body } = await rpc(tokenOf('ada'), 'operations.list', { limit: 200 });
    expect(JSON.stringify(body)).toMatch(secret);
  });
});

describe('every address of the APIs', () => {
  test.each(['vera', 'lowered', 'otto', 'ada'])('gives %s no file of Mina', async (who) => {
    expect((await setup.api.call('GET', link, { token: tokenOf(who) })).status).toBe(404);
  });

  test.each(['vera', 'lowered', 'otto'])(
    'tells %s the same about her operations as about ones that do not exist',
    async (who) => {
      const about = routes.filter(({ path }) => /\{operation_id\}|status\/\{id\}/.test(path));
      expect(about.length).toBe(6);
      for (const { method, path, role } of about)
        for (const id of Object.values(hers)) {
          const at = (id: number) =>
            setup.api.call(method, path.replace(/\{\w+\}/, String(id)), { token: tokenOf(who) });
          const reply = await at(id);
          expect([path, reply.status]).toEqual([path, who !== 'otto' && role !== 'viewer' ? 403 : 404]);
          const text = JSON.stringify(reply.body).replace(String(id), '999999');
          expect(text).toBe(JSON.stringify((await at(999_999)).body));
        }
      for (const id of Object.values(hers))
        await expect(setup.api.socket(`/ws/bulk-operations/${id}`, tokenOf(who)).opened).rejects.toThrow(
          '404',
        );
    },
  );

  test.each(['vera', 'lowered', 'otto', 'ada', 'removed', 'nobody'])(
    'of the window is closed to %s, as is the socket of another user',
    async (who) => {
      const { port } = setup.api.server;
      const head = `host: 127.0.0.1:${port}\r\norigin: http://127.0.0.1:${port}\r\nauthorization: Bearer ${tokenOf(who)}`;
      const upgrade = 'connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13';
      const events = `GET /events HTTP/1.1\r\n${head}\r\n${upgrade}\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
      expect(statusOf(await sendRaw(port, events))).toBe(401);
      const headers = { origin: `http://127.0.0.1:${port}` };
      const files = {
        token: tokenOf(who),
        body: 'x',
        headers: { 'content-type': 'application/octet-stream' },
      };
      expect((await setup.api.call('POST', '/files', files)).status).toBe(401);
      const session = { token: null, body: { token: tokenOf(who) }, headers };
      expect((await setup.api.call('POST', '/session', session)).status).toBe(401);
      const refused = who === 'removed' || who === 'nobody' ? '401' : '403';
      await expect(setup.api.socket('/ws/bulk/mina', tokenOf(who)).opened).rejects.toThrow(refused);
    },
  );
});
