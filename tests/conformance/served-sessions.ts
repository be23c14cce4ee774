import { beforeEach } from 'vitest';
import { fillSessions } from '../builders/api-records.ts';
import type { ApiReply } from '../builders/api-server.ts';
import { changeDatabase } from '../builders/tickets.ts';
import { createTestTime, type TestTime } from '../builders/time.ts';
import { type ServedApi, useApi } from './served-api.ts';

export const base = '/api/bulk/sessions';

export interface ServedSessions {
  readonly setup: ServedApi;
  readonly clock: TestTime;
  post(path: string, body: object, headers?: Record<string, string>, token?: string): Promise<ApiReply>;
}

/** Sessions 1..60: 1-20 open, 21-40 closed, 41-50 being processed, 51-60 archived. A minute has passed since the last test. */
export function useSessions(): ServedSessions {
  const clock = createTestTime(Date.UTC(2026, 0, 5, 10));
  const setup = useApi({ clock });
  beforeEach(() => {
    changeDatabase(setup.folder, (db) => db.exec('DELETE FROM sessions'));
    fillSessions(setup.folder, 60, (id) =>
      id <= 20 ? 'open' : id <= 40 ? 'closed' : id <= 50 ? 'processing' : 'archived',
    );
    clock.jump(61_000);
  });
  return {
    setup,
    clock,
    post: (path, body, headers = {}, token = setup.mina) =>
      setup.api.call('POST', `${base}${path}`, { token, body, headers }),
  };
}
