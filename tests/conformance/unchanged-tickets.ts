import { afterEach, beforeAll, expect } from 'vitest';
import { allTickets, makeTickets } from '../builders/tickets.ts';
import { type ServedApi, useApi } from './served-api.ts';

export const bulk = '/api/v1/tickets/bulk-operations';
export const token = 'the-key-of-this-test-server';
/** A body that is taken. */
export const good = { ticket_ids: [1], operation_type: 'assign', operation_data: { assignee_id: 'x' } };

export interface UnchangedTickets {
  readonly setup: ServedApi;
  /** The token of Vera, who may only look. */
  vera(): string;
  /** Nothing that is refused changes anything: what stands there, and that it stands there still. */
  remember(): void;
  expectUnchanged(): void;
}

/** A server with 200 tickets. */
export function useUnchanged(): UnchangedTickets {
  const setup = useApi({ token, tickets: makeTickets(200) });
  let vera: string;
  let before: unknown;
  beforeAll(async () => {
    vera = await setup.api.user('vera', 'viewer');
  });
  afterEach(() => {
    before = undefined;
  });
  return {
    setup,
    vera: () => vera,
    remember: () => {
      before = { tickets: allTickets(setup.folder) };
    },
    expectUnchanged: () => expect({ tickets: allTickets(setup.folder) }).toEqual(before),
  };
}
