import type { CollectionName } from '../../src-shared/collections/index.ts';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { ConflictChoice } from '../../src-shared/contract/remotes.ts';
import type { DeliveryCounts } from '../../src-shared/domain/delivery.ts';
import type { Conflict, Remote } from '../../src-shared/domain/remote.ts';
import { planItem } from './fake-plan.ts';
import type { Answers, FakeWorld } from './fake-world.ts';

const minuteMs = 60_000;
const noDeliveries: DeliveryCounts = {
  waiting: 0,
  sending: 0,
  checking: 0,
  confirmed: 0,
  refused: 0,
  conflict: 0,
  unknown: 0,
  cancelled: 0,
};

/** A remote with the given differences from an ordinary one. */
export function fakeRemote(changes: Partial<Remote> = {}): Remote {
  return {
    id: 1,
    name: 'Desk',
    address: 'https://desk.example.com',
    user: 'mina',
    role: 'agent',
    state: 'ready',
    isOffline: false,
    message: null,
    retryAt: null,
    mirrors: [fakeMirror('tickets', 24_812)],
    waiting: 0,
    conflicts: 0,
    createdAt: 1_700_000_000_000,
    ...changes,
  };
}

function fakeMirror(collection: CollectionName, records: number): Remote['mirrors'][number] {
  return { collection, records, pulledAt: Date.now() - 2 * minuteMs, pulled: null };
}

/** A remote in each state that there is. */
function everyRemote(nowMs: number): Remote[] {
  return [
    fakeRemote({ conflicts: 7 }),
    fakeRemote({
      id: 2,
      name: 'Archive of the old help desk in Łódź',
      address: 'https://archive.example.com/bulk',
      state: 'pulling',
      mirrors: [
        { collection: 'tickets', records: 48_000, pulledAt: null, pulled: 48_000 },
        fakeMirror('sessions', 3_120),
      ],
    }),
    fakeRemote({ id: 3, name: 'Field office', state: 'offline', isOffline: true, waiting: 5_000 }),
    fakeRemote({
      id: 4,
      name: 'Shop',
      state: 'waiting',
      retryAt: nowMs + 47_000,
      waiting: 12,
      mirrors: [fakeMirror('orders', 910)],
    }),
    fakeRemote({ id: 5, name: 'Studio', state: 'signed_out', mirrors: [fakeMirror('videos', 88)] }),
    fakeRemote({ id: 6, name: 'Warehouse', state: 'unreachable', retryAt: nowMs + 12_000, waiting: 1 }),
  ];
}

function fakeConflicts(world: FakeWorld, operationId: number): Conflict[] {
  return [...world.records.values()].slice(0, 7).map((ticket, index) => ({
    id: index + 1,
    remoteId: 1,
    operationId,
    seq: index + 1,
    collection: 'tickets',
    recordId: ticket.id,
    recordKey: String(ticket.id),
    recordTitle: ticket.subject,
    fields: [
      { field: 'status', from: 'open', now: index % 2 ? 'pending' : 'on_hold', yours: 'solved' },
      ...(index % 3 === 0
        ? [{ field: 'assignee', from: null, now: 'Jonas Weber', yours: 'Aylin Demir' }]
        : []),
      ...(index === 1 ? [{ field: 'deletedAt', from: null, now: world.nowMs, yours: null }] : []),
      ...(index === 4 ? [{ field: 'category', from: 'Login', now: 'Billing', yours: 'Login' }] : []),
    ],
    foundAt: world.nowMs - minuteMs,
  }));
}

/** An operation that was done here and told to a remote, with something of every kind. */
function addToldOperation(world: FakeWorld, counts: Partial<DeliveryCounts>, isOver: boolean): number {
  const kinds = Object.entries({ ...noDeliveries, ...counts });
  const states = kinds.flatMap(([state, count]) => Array<string>(count).fill(state));
  const items = [...world.records.values()].slice(0, states.length).map((ticket, index) => ({
    ...planItem(ticket, index + 1, 'status', 'solved'),
    state: 'done' as const,
    reason: null,
    delivery: {
      state: states[index] as keyof DeliveryCounts,
      code: states[index] === 'refused' ? 'locked' : null,
    },
  }));
  return world.add(
    {
      title: isOver ? 'Set status to Solved' : 'Set status to Pending',
      state: isOver ? 'partial' : 'in_progress',
      startedAt: world.nowMs - minuteMs,
      endedAt: isOver ? world.nowMs - minuteMs / 2 : null,
      delivery: { ...noDeliveries, ...counts },
      undecided: counts.conflict ?? 0,
    },
    items,
  ).id;
}

/** What a fake console answers about remotes and conflicts. */
export function fakeRemoteAnswers(world: FakeWorld): Answers {
  const remotes = new Map<number, Remote>();
  let conflicts: Conflict[] = [];
  if (world.options.hasRemotes) {
    for (const remote of everyRemote(world.nowMs)) remotes.set(remote.id, remote);
    const counts = { confirmed: 260, refused: 12, conflict: 7, unknown: 2 };
    conflicts = fakeConflicts(world, addToldOperation(world, counts, true));
    addToldOperation(world, { confirmed: 80, sending: 40, waiting: 300 }, false);
  }
  const list = () => [...remotes.values()];
  const entry = (id: number) => {
    const found = remotes.get(id);
    if (!found) throw new BulkheadError('not_found', 'There is no such remote.');
    return found;
  };
  const put = (remote: Remote) => {
    remotes.set(remote.id, remote);
    world.events.tell({ name: 'remotes.changed', payload: { remotes: list() } });
    return remote;
  };
  const known = (address: string, token: string) => {
    if (!address.includes('example.com'))
      throw new BulkheadError('remote_unreachable', `Nothing answers at ${address}. Nothing was kept.`);
    if (token === 'wrong')
      throw new BulkheadError('remote_signed_out', 'It does not take this key. Nothing was kept.');
    return {
      name: 'Support Berlin',
      user: 'mina',
      role: 'agent',
      collections: [
        { collection: 'tickets' as const, records: 24_812 },
        { collection: 'orders' as const, records: 910 },
      ],
    };
  };
  const isIn = (which: ConflictChoice) => (conflict: Conflict) => {
    if ('ids' in which) return which.ids.includes(conflict.id);
    if ('operationId' in which) return which.operationId === conflict.operationId;
    return which.remoteId === conflict.remoteId;
  };

  return {
    'remotes.list': () => ({ remotes: list() }),
    'remotes.test': ({ address, token }) => known(address, token),
    'remotes.add': ({ name, address, token, collections }) => {
      const { user, role } = known(address, token);
      if (list().some((remote) => remote.name === name))
        throw new BulkheadError('name_taken', `There is a remote called ${name} already.`);
      const mirrors = collections.map((collection) => ({
        collection,
        records: 0,
        pulledAt: null,
        pulled: 0,
      }));
      const id = Math.max(0, ...remotes.keys()) + 1;
      return put(fakeRemote({ id, name, address, user, role, mirrors, state: 'pulling' }));
    },
    'remotes.sign_in': ({ id, token, address = entry(id).address }) => {
      known(address, token);
      return put({ ...entry(id), address, state: 'ready', message: null });
    },
    'remotes.remove': ({ id }) => {
      const { name, waiting } = entry(id);
      if (waiting > 0)
        throw new BulkheadError('wrong_state', `${name} is still to be told of ${waiting} changes.`);
      remotes.delete(id);
      world.events.tell({ name: 'remotes.changed', payload: { remotes: list() } });
      return {};
    },
    'remotes.pull': ({ id }) => put({ ...entry(id), state: 'pulling' }),
    'remotes.set_offline': ({ id, isOffline }) =>
      put({ ...entry(id), isOffline, state: isOffline ? 'offline' : 'ready', retryAt: null }),
    'operations.settle_unknown': ({ id, how, seqs }) => {
      const { operation, items } = world.entry(id);
      const to = how === 'confirmed' ? 'confirmed' : 'waiting';
      const settled = items.filter(
        ({ seq, delivery }) => delivery?.state === 'unknown' && (!seqs || seqs.includes(seq)),
      );
      for (const item of settled) item.delivery = { state: to, code: null };
      const told = operation.delivery ?? noDeliveries;
      const counts = { ...told, unknown: told.unknown - settled.length, [to]: told[to] + settled.length };
      return { settled: settled.length, operation: world.move(id, { delivery: counts }) };
    },
    'conflicts.list': ({ remoteId, operationId, after, limit }) => {
      const fitting = conflicts.filter(
        (conflict) =>
          (remoteId === undefined || conflict.remoteId === remoteId) &&
          (operationId === undefined || conflict.operationId === operationId),
      );
      const page = fitting.filter(({ id }) => id > after).slice(0, limit);
      return { conflicts: page, total: fitting.length };
    },
    'conflicts.settle': ({ which, keep }) => {
      const settled = conflicts.filter(isIn(which));
      conflicts = conflicts.filter((conflict) => !settled.includes(conflict));
      const [first] = settled;
      if (first) {
        put({ ...entry(first.remoteId), conflicts: conflicts.length });
        world.move(first.operationId, { undecided: conflicts.length });
      }
      const id =
        keep === 'mine' && first ? addToldOperation(world, { waiting: settled.length }, false) : null;
      return {
        settled: settled.length,
        operations: id === null ? [] : [world.move(id, { title: 'Retry: Set status to Solved' })],
      };
    },
  };
}
