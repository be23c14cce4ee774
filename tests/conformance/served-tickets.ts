import type { ApiReply } from '../builders/api-server.ts';
import { makeTickets } from '../builders/tickets.ts';
import { type ServedApi, useApi } from './served-api.ts';

export const base = '/api/v1/tickets/bulk-operations';

/** So many numbers, from the first one on. */
export const from = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => first + at);

export interface ServedTickets {
  readonly setup: ServedApi;
  start(body: object, headers?: Record<string, string>, token?: string): Promise<ApiReply>;
  /** Waits for the end over the socket that the contract has for it, and answers the operation's page. */
  ended(id: string, token?: string): Promise<ApiReply['body']>;
  /** An operation of this user's that begins in an hour. */
  waiting(name: string, token: string, ids: number[]): Promise<number>;
}

/** Tickets 1..3,000, of which the last one is deleted. */
export function useTickets(): ServedTickets {
  const setup = useApi({ tickets: makeTickets(3_000, (id) => (id === 3_000 ? { deleted_at: 5 } : {})) });
  return {
    setup,
    start: (body, headers = {}, token = setup.mina) => setup.api.call('POST', base, { token, body, headers }),
    ended: async (id, token = setup.mina) => {
      const socket = setup.api.socket(`/ws/bulk-operations/${id}`, token);
      await socket.until(({ type }) => type === 'operation_completed');
      return (await setup.api.call('GET', `${base}/${id}`, { token })).body;
    },
    waiting: async (name, token, ids) => {
      const { console } = setup.api;
      const caller = await console.userOf(name, token);
      if (!caller) throw new Error(`${name} cannot sign in`);
      const selection = { mode: 'ids', ids };
      const plan = { action: 'assign', collection: 'tickets', selection, input: { assignee: 'nobody' } };
      const planned = await console.handle(caller, { name: 'operations.plan', input: plan });
      const { id } = (planned.ok ? planned.value : { id: 0 }) as { id: number };
      const options = { startAt: Date.now() + 3_600_000 };
      await console.handle(caller, { name: 'operations.start', input: { id, options } });
      return id;
    },
  };
}
