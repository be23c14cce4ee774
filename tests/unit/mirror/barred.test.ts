import { beforeEach, expect, it } from 'vitest';
import { tableOf } from '../../../src-main/sql/records/table.ts';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import type { Role } from '../../../src-shared/domain/user.ts';
import { insertRecords, makeRecord } from '../../builders/records.ts';
import { changeDatabase, everyTicket } from '../../builders/tickets.ts';
import { openTestConsole } from '../../builders/workspace.ts';
import { useCopiedServer } from './copied-server.ts';

const setup = useCopiedServer();

beforeEach(async () => {
  await (await openTestConsole(setup.there)).close();
  changeDatabase(setup.there, (db) => {
    insertRecords(db, tableOf('orders'), [
      makeRecord(tableOf('orders'), 1, { isArchived: 'no', isLocked: 'no' }),
    ]);
    const video = makeRecord(tableOf('videos'), 1, { creator: 'Ann', transcript: 'Hello.', status: 'ready' });
    insertRecords(db, tableOf('videos'), [video]);
  });
  await setup.start();
});

const looksOnly =
  'Desk let you in as viewer, who may change nothing there: what is done to its 1 order will be refused.';
const ownOnly =
  'Desk let you in as agent, who may change text chunks of their own videos only: of its 1 video those of others will be refused.';

it.each<[Role, CollectionName, string, Record<string, unknown>, string[]]>([
  ['viewer', 'orders', 'archive', {}, [looksOnly]],
  ['agent', 'orders', 'archive', {}, []],
  ['agent', 'videos', 'reprocess', {}, [ownOnly]],
  ['agent', 'videos', 'set_category', { category: 'Mine' }, []],
  ['admin', 'videos', 'reprocess', {}, []],
])(
  'what a remote refuses of a %s is said before it is told: of %s, %s',
  async (role, collection, action, input, said) => {
    const { app } = await setup.open('robot', [collection], role);
    const plan = await app.ask('operations.plan', { collection, action, selection: everyTicket, input });
    expect(plan.forecast.warnings.filter((warning) => warning.includes('refused'))).toEqual(said);
  },
);

it('and is refused then', async () => {
  setup.mayRefuse(403);
  const { app } = await setup.open('robot', ['videos'], 'agent');
  const draft = await app.ask('operations.plan', {
    collection: 'videos',
    action: 'reprocess',
    selection: everyTicket,
    input: {},
  });
  await app.ask('operations.start', { id: draft.id });
  expect(await app.ended(draft.id)).toMatchObject({ delivery: { refused: 1 } });
});
