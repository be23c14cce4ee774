import type { RequestInput, RequestName } from '../../../src-shared/contract/index.ts';

const filter = { conditions: [{ op: 'in', field: 'status', values: ['open'] }], text: 'refund' } as const;
const query = {
  collection: 'tickets',
  filter: { ...filter, conditions: [...filter.conditions].map(copyOf) },
  sort: { field: 'id', direction: 'asc' },
} as const;
const handle = 'abcdefgh12345678';
const mapping = {
  columns: [{ column: 0, field: 'key' }],
  values: { status: { Open: 'open' } },
  dateOrder: 'iso',
  repeatedIds: 'reject',
  source: 'file',
} as const;

const options = {
  maxErrors: 3,
  maxErrorShare: 0.5,
  canary: { count: 10, isPausing: true },
  timeLimitMs: 60_000,
  itemTimeoutMs: 1_000,
  retry: { attempts: 2, baseMs: 10, maxMs: 100 },
  startAt: 1,
} as const;

function copyOf(condition: (typeof filter.conditions)[number]): {
  op: 'in';
  field: string;
  values: string[];
} {
  return { ...condition, values: [...condition.values] };
}

/** One input per request that its schema takes, with every optional part filled in. */
export const validInputs: { readonly [N in RequestName]: RequestInput<N> } = {
  'app.info': {},
  'settings.get': {},
  'settings.update': {
    theme: 'dark',
    columns: ['key'],
    savedFilters: [{ name: 'mine', text: 'status:open' }],
    historyDays: 400,
    exportDays: null,
    limits: [{ collection: 'tickets', action: '*', maxRecords: 10, rate: { count: 1, perMs: 1_000 } }],
  },
  'actions.list': {},
  'records.page': { query, limit: 50 },
  'records.view': { query },
  'records.rows': { viewId: 'view', from: 0, limit: 50 },
  'records.ids': { viewId: 'view', from: 0, to: 50 },
  'records.count': { collection: 'tickets', filter: query.filter },
  'records.facets': { collection: 'tickets', filter: query.filter, fields: ['status'] },
  'records.get': { collection: 'tickets', id: 1 },
  'operations.plan': {
    action: 'update-status',
    collection: 'tickets',
    selection: { mode: 'filter', filter: query.filter, except: [1] },
    input: { status: 'open' },
    note: 'because',
  },
  'operations.undo': { id: 1, seqs: [1], fields: ['status'] },
  'operations.retry': { id: 1 },
  'operations.start': { id: 1, options, key: { key: 'k', digest: 'a'.repeat(64) } },
  'operations.by_key': { key: 'k' },
  'operations.pin': { id: 1, isPinned: true },
  'operations.pause': { id: 1 },
  'operations.resume': { id: 1 },
  'operations.cancel': { id: 1 },
  'operations.discard': { id: 1 },
  'operations.dismiss': { id: 1 },
  'operations.get': { id: 1 },
  'operations.list': {
    search: 'x',
    states: ['completed'],
    actions: ['assign'],
    isDismissed: false,
    collection: 'tickets',
    isOwn: true,
    before: 9,
    offset: 10,
    limit: 50,
  },
  'operations.count': {
    search: 'x',
    states: ['completed'],
    actions: ['assign'],
    isDismissed: false,
    isOwn: false,
  },
  'operations.items': { id: 1, states: ['done'], reasons: ['already_so'], after: 0, limit: 50 },
  'operations.journal': { id: 1 },
  'files.choose': {},
  'files.chooseTarget': { suggestedName: 'tickets.csv' },
  'files.reveal': { operationId: 1 },
  'imports.inspect': { handle },
  'imports.plan': {
    handle,
    mapping: { ...mapping, columns: [...mapping.columns].map((column) => ({ ...column })) },
  },
  'imports.stop': {},
  'imports.rejected': { id: 1, after: 0, limit: 50 },
  'imports.saveRejected': { id: 1, target: handle },
  'sample.plan': { count: 10, seed: 1 },
  'history.verify': {},
  'history.report': { id: 1, format: 'json', signedBy: 'Mina', target: handle },
  'history.statistics': { since: 1 },
  'templates.list': {},
  'templates.save': {
    id: 1,
    name: 'weekly',
    action: 'assign',
    collection: 'tickets',
    selection: { mode: 'ids', ids: [1] },
    input: {},
    options,
  },
  'templates.delete': { id: 1 },
  'templates.plan': { id: 1 },
  'schedules.list': {},
  'schedules.save': {
    id: 1,
    templateId: 1,
    cron: '0 6 * * 1',
    startAt: null,
    timeZone: 'Europe/Berlin',
    isActive: true,
  },
  'schedules.delete': { id: 1 },
  'schedules.preview': { cron: '0 6 * * 1', timeZone: 'Europe/Berlin' },
  'backups.list': {},
  'backups.create': {},
  'backups.restore': { name: 'bulkhead-1.db' },
  'workspace.recovery': {},
  'workspace.acknowledgeRecovery': {},
  'retention.preview': {},
  'retention.clean': {},
  'users.list': {},
  'users.save': { id: 1, name: 'mina', role: 'agent' },
  'users.new_token': { id: 1 },
  'users.remove': { id: 1 },
  'remotes.list': {},
  'remotes.test': { address: 'http://127.0.0.1:4180', token: 'key' },
  'remotes.add': { name: 'Desk', address: 'http://127.0.0.1:4180', token: 'key', collections: ['tickets'] },
  'remotes.sign_in': { id: 1, token: 'key' },
  'remotes.remove': { id: 1 },
  'remotes.pull': { id: 1 },
  'remotes.set_offline': { id: 1, isOffline: true },
  'conflicts.list': { remoteId: 1, operationId: 1, after: 0, limit: 50 },
  'conflicts.settle': { which: { operationId: 1 }, keep: 'mine' },
};
