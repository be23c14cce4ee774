import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock, systemTimer } from '../../../src-main/platform/clock.ts';
import type { Shut } from '../../../src-main/remotes/remote.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { exportSheet, planSheet } from '../../builders/edited-export.ts';
import { everyTicket, fillTickets, makeTickets, theseTickets } from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';
import { type EffectServer, startEffectServer } from '../../fakes/effect-server.ts';
import { createHttpRemote } from '../../fakes/http-remote.ts';

/** Every other one is the remote's. */
const count = 8;
let folder: string;
let app: TestConsole;
let server: EffectServer;
/** Why the remote is not to be asked. */
let shut: Shut | null;

beforeEach(async () => {
  shut = null;
  folder = makeFolder();
  fillTickets(
    folder,
    makeTickets(count, (id) => ({ source: id % 2 === 0 ? 'desk' : 'file' })),
  );
  server = await startEffectServer({ honoursKeys: true });
  const desk = createHttpRemote(server.url, {
    settleMs: 20,
    batchMax: 4,
    irrevocable: ['comment', 'category'],
  });
  const gate = { shut: () => shut, onChange: () => () => undefined };
  const remotes = new Map([['desk', { ...desk, gate }]]);
  app = await openTestConsole(folder, systemClock, systemTimer, remotes);
});
afterEach(async () => {
  await app.close();
  await server.close();
  expect(app.reports).toEqual([]);
  removeFolder(folder);
});

const inputs = {
  add_comment: { comment: 'Hello', is_internal: true },
  update_category: { category: 'Mine' },
  update_priority: { priority: 'critical' },
};

function plan(action: keyof typeof inputs, selection = everyTicket): Promise<Operation> {
  return app.ask('operations.plan', { action, collection: 'tickets', selection, input: inputs[action] });
}

/** Sentences about the remote. */
function warnings({ forecast }: Operation): string[] {
  return forecast.warnings.filter((warning) => warning.startsWith('desk'));
}

it('what a remote cannot take back is said before it is told, and before an undo that will be refused', async () => {
  const draft = await plan('add_comment');
  expect(warnings(draft)).toEqual([
    'desk cannot undo what is done to comments: for its 4 tickets the change stays there, also after an undo.',
  ]);
  expect(warnings(await plan('update_category'))).toEqual([
    'desk cannot undo what is done to category: for its 4 tickets the change stays there, also after an undo.',
  ]);
  await app.run(draft);
  expect(warnings(await app.ask('operations.undo', { id: draft.id }))).toEqual([
    'desk cannot undo what is done to comments: for its 4 tickets the change stays there.',
  ]);
});

it('only records that will change are counted', async () => {
  await app.run(await plan('update_category', theseTickets(2, 4)));
  expect(warnings(await plan('update_category'))).toEqual([
    'desk cannot undo what is done to category: for its 2 tickets the change stays there, also after an undo.',
  ]);
});

it('nothing is said of records that are not its own, and of other changes', async () => {
  expect(warnings(await plan('add_comment', theseTickets(1, 3)))).toEqual([]);
  expect(warnings(await plan('update_priority'))).toEqual([]);
});

it.each([
  ['offline', 'is offline, as you asked'],
  ['unreachable', 'cannot be reached'],
  ['rate_limited', 'asked for a pause'],
  ['signed_out', 'asks you to sign in again'],
] as const)('that a remote is told later is said while it is away: %s', async (reason, why) => {
  shut = { reason, untilAt: null, message: '' };
  expect(warnings(await plan('update_priority'))).toEqual([
    `desk ${why}: its 4 tickets change here now, and there later.`,
  ]);
  expect(warnings(await plan('update_priority', theseTickets(1, 3)))).toEqual([]);
});

it('nothing is said while what changed at a remote is fetched, which is over soon', async () => {
  shut = { reason: 'pulling', untilAt: null, message: '' };
  expect(warnings(await plan('update_priority'))).toEqual([]);
});

it('of an edited export it is said of the fields that differ, whatever columns it has', async () => {
  const rows = await exportSheet(app, 'tickets');
  const edited = (field: string) => rows.map((row) => ({ ...row, [field]: 'Other' }));
  expect(warnings(await planSheet(app, 'tickets', edited('assignee')))).toEqual([]);
  expect(warnings(await planSheet(app, 'tickets', edited('category')))).toEqual([
    'desk cannot undo what is done to category: for its 4 tickets the change stays there, also after an undo.',
  ]);
});
