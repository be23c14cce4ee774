import { expect, it } from 'vitest';
import { theseTickets } from '../../builders/tickets.ts';
import { treating, useToldServer } from './told-server.ts';

const setup = useToldServer(10);
const { open, connect, plan, run } = setup;
const planOf = (id: number) => plan('update_category', { category: 'Mine' }, theseTickets(id));

it('what was in flight in two crashes goes alone: nothing else is sent before it is answered', async () => {
  const afterMs = 1_000;
  await open(treating({ afterMs }, 1));
  const { id } = await planOf(2);
  await setup.leaveUntold(id, (db) => db.exec('UPDATE deliveries SET crashes = 2'));
  await connect();
  await expect.poll(() => setup.server.requests.length).toBe(1);
  expect((await run(await planOf(4))).state).toBe('completed');
  expect((await setup.app.ended(id)).state).toBe('completed');
  const [alone, next] = setup.server.requests;
  expect((next?.atMs ?? 0) - (alone?.atMs ?? 0)).toBeGreaterThanOrEqual(afterMs);
});
