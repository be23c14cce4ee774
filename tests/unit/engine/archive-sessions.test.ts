import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openWriter } from '../../../src-main/sql/open.ts';
import { tableOf } from '../../../src-main/sql/records/table.ts';
import { runs } from '../../builders/property.ts';
import { insertRecords, makeRecord } from '../../builders/records.ts';
import { changeDatabase, readDatabase } from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';

const sessions = tableOf('sessions');
const payloads = ['', 'Ada: hello', 'Zoë 😀 said — “well”\r\n\tلا'.repeat(400), 'x'.repeat(300_000)];
const statuses = ['open', 'closed', 'open', 'closed'];

const app = useConsole({
  per: 'test',
  fill: (folder) => {
    changeDatabase(folder, (db) =>
      insertRecords(
        db,
        sessions,
        payloads.map((payload, at) =>
          makeRecord(sessions, at + 1, { payload, status: statuses[at] ?? 'open' }),
        ),
      ),
    );
  },
});

function stored(): unknown[] {
  return readDatabase(app.folder, (db) =>
    db
      .prepare(
        `SELECT id, status, typeof(payload) AS kind, CAST(payload AS BLOB) AS bytes FROM sessions ORDER BY id`,
      )
      .all(),
  );
}

async function archive() {
  const selection = { mode: 'ids' as const, ids: [1, 2, 3, 4] };
  const request = { action: 'archive', collection: 'sessions' as const, selection, input: {} };
  return app.run(await app.ask('operations.plan', request));
}

describe('archived sessions', () => {
  it('take less room, and are byte for byte as they were when that is taken back', async () => {
    const before = stored();
    const { id } = await archive();
    const kinds = stored() as { kind: string; bytes: Buffer }[];
    expect(kinds.map(({ kind }) => kind)).toEqual(['text', 'blob', 'blob', 'blob']);
    expect(kinds[3]?.bytes.length).toBeLessThan(2_000);
    const undone = await app.run(await app.ask('operations.undo', { id }));
    expect(stored()).toEqual(before);
    await app.run(await app.ask('operations.undo', { id: undone.id }));
    expect(stored()).toEqual(kinds);
  });

  it('are read and exported as if they were not packed', async () => {
    await archive();
    for (const [at, payload] of payloads.entries()) {
      const { record } = await app.ask('records.get', { collection: 'sessions', id: at + 1 });
      expect(record['payload']).toBe(payload);
    }
    const target = join(app.folder, 'out.csv');
    const draft = await app.ask('operations.plan', {
      action: 'export',
      collection: 'sessions',
      selection: { mode: 'ids', ids: [2] },
      input: { columns: ['key', 'payload'], has_bom: false, target: app.handle(target) },
    });
    await app.run(draft);
    expect(readFileSync(target, 'utf8')).toBe('key,payload\r\n2,Ada: hello\r\n');
  });

  it('any text comes back', () => {
    const db = openWriter(join(app.folder, 'any.db'));
    const there = db.prepare('SELECT unpack(pack(?)) AS text').pluck();
    try {
      fc.assert(
        fc.property(fc.string({ unit: 'grapheme' }), (text) => {
          expect(there.get(text)).toBe(text);
        }),
        runs(300),
      );
    } finally {
      db.close();
    }
  });
});

it('sessions are exported to JSON with their details, archived ones too', async () => {
  await archive();
  const target = join(app.folder, 'out.json');
  const input = { columns: ['key', 'status', 'createdAt'], format: 'json', include_details: true };
  const draft = await app.ask('operations.plan', {
    action: 'export',
    collection: 'sessions',
    selection: { mode: 'ids', ids: [1, 2, 3, 4] },
    input: { ...input, target: app.handle(target) },
  });
  expect(draft).toMatchObject({ title: 'Export to JSON' });
  const done = await app.run(draft);
  expect(done).toMatchObject({ state: 'completed', file: { rows: 4 } });
  expect(JSON.parse(readFileSync(target, 'utf8'))).toEqual(
    payloads.map((payload, at) => ({
      key: String(at + 1),
      status: 'archived',
      createdAt: new Date(1_001 + at).toISOString(),
      payload,
      extra: {},
    })),
  );
});
