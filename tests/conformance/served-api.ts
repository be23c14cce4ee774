import { afterAll, beforeAll, expect } from 'vitest';
import type { Clock } from '../../src-main/platform/clock.ts';
import { type ApiServer, startApiServer } from '../builders/api-server.ts';
import { fillTickets, type TicketColumns } from '../builders/tickets.ts';
import { makeFolder, removeFolder } from '../builders/workspace.ts';

/** A server on a workspace of its own, and the token of Mina, who is an agent there. */
export interface ServedApi {
  readonly folder: string;
  readonly api: ApiServer;
  readonly mina: string;
  /** Closes the server and starts it again. */
  restart(): Promise<void>;
}

/** One server for all tests of a file, which has these tickets from the beginning. */
export function useApi(
  options: {
    readonly clock?: Clock;
    readonly token?: string;
    readonly tickets?: readonly TicketColumns[];
  } = {},
): ServedApi {
  const { tickets = [], ...started } = options;
  let folder: string;
  let api: ApiServer;
  let mina: string;

  beforeAll(async () => {
    folder = makeFolder();
    fillTickets(folder, tickets);
    api = await startApiServer(folder, started);
    mina = await api.user('mina', 'agent');
  });
  afterAll(async () => {
    await close();
    removeFolder(folder);
  });

  /** Nothing was unexpected, and the log of what was refused names no token. */
  async function close(): Promise<void> {
    await api.close();
    expect(api.reports.filter(({ kind }) => kind !== 'refused')).toEqual([]);
    expect(JSON.stringify(api.reports)).not.toContain(api.token);
  }

  return {
    get folder() {
      return folder;
    },
    get api() {
      return api;
    },
    get mina() {
      return mina;
    },
    restart: async () => {
      await close();
      api = await startApiServer(folder, started);
    },
  };
}
