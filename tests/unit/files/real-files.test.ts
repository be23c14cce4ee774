import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspect, mappingWords, readAll } from './read-all.ts';

const data = join(import.meta.dirname, '../../../../shared/data');
const fileOf = (name: string) => join(data, name);
const isThere = existsSync(data);
if (!isThere) console.warn('The shared data is not here: the tests with real ticket files are left out.');

describe.skipIf(!isThere)('real ticket files', () => {
  it('customer support: 8,469 tickets, none rejected', () => {
    const path = fileOf('customer-support-tickets-8469.csv');
    const found = inspect(path);
    expect(found).toMatchObject({ rows: 8469, encoding: 'utf-8', delimiter: ',' });
    expect(found.proposed.values.status).toEqual({
      Open: 'open',
      Closed: 'closed',
      'Pending Customer Response': 'pending',
    });
    expect(found.notes.join(' ')).toContain('4 characters were already lost');
    const { records, rejected } = readAll(path);
    expect([records.length, rejected.length]).toEqual([8469, 0]);
    expect(new Set(records.map(({ key }) => key)).size).toBe(8469);
    expect(records.filter(({ fields }) => String(fields.description).includes('\n')).length).toBeGreaterThan(
      6000,
    );
    expect(records[0]).toMatchObject({
      line: 2,
      key: '1',
      fields: { status: 'pending', priority: 'critical', channel: 'Social media', product: 'GoPro Hero' },
      extra: { 'Customer Age': '32', 'First Response Time': '2023-06-01 12:15:36' },
    });
  });

  it('incident log: 119,998 events of 20,769 tickets', () => {
    const path = fileOf('itsm-incident-log-119998.csv');
    const found = inspect(path);
    expect(found).toMatchObject({ rows: 119_998, proposed: { dateOrder: 'dmy', repeatedIds: 'events' } });
    expect(found.columns).toHaveLength(36);
    expect(mappingWords(found)).toContain('119,998 rows share 20,769 ids');
    expect(mappingWords(found)).toContain('No status is known for “-100” (2 rows)');
    const { records, rejected } = readAll(path);
    expect([records.length, rejected.length]).toEqual([20_769, 0]);
    expect(records.reduce((sum, { events }) => sum + events.length, 0)).toBe(119_998);
    const longest = records.toSorted((a, b) => b.events.length - a.events.length)[0];
    expect([longest?.key, longest?.events.length]).toEqual(['INC0019396', 58]);
    const first = records.find(({ key }) => key === 'INC0000045');
    expect(first).toMatchObject({
      line: 5,
      fields: { status: 'closed', priority: 'medium', updatedAt: Date.UTC(2016, 2, 5, 12) },
    });
    expect(first?.fields.createdAt).toBe(Date.UTC(2016, 1, 29, 1, 16));
    expect(first?.events[1]?.changes).toEqual({
      incident_state: 'Resolved',
      sys_mod_count: '2',
      sys_updated_by: 'Updated by 642',
    });
  });

  it('Firefox support: four ids that come twice are named with both lines', () => {
    const path = fileOf('firefox-support-2025-43793.csv');
    const found = inspect(path);
    expect(found).toMatchObject({ rows: 43_793, proposed: { dateOrder: 'iso', repeatedIds: 'reject' } });
    expect(found.notes.join(' ')).toContain('844,689 characters');
    const { records, rejected } = readAll(path);
    expect(records).toHaveLength(43_789);
    expect(rejected.map(({ line, reason }) => [line, reason])).toEqual([
      [7473, 'The id “1496157” is already used on line 7472.'],
      [12_915, 'The id “1505117” is already used on line 12914.'],
      [33_024, 'The id “1541185” is already used on line 33023.'],
      [33_728, 'The id “1542160” is already used on line 33727.'],
    ]);
    expect(records[0]?.fields.createdAt).toBe(Date.UTC(2025, 0, 1, 22, 30, 51));
    expect(records.some(({ fields }) => fields.subject === 'Unknown')).toBe(true);
    expect(Math.max(...records.map(({ fields }) => String(fields.description).length))).toBe(844_689);
  });
});
