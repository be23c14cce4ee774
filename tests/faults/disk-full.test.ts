import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countsOf } from '../../src-shared/domain/operation.ts';
import { expectEndedWell } from '../builders/books.ts';
import { seed } from '../builders/property.ts';
import { seedTickets } from '../builders/seed.ts';
import { contents, readDatabase } from '../builders/tickets.ts';
import { copyFolder, makeFolder, openTestConsole, removeFolder } from '../builders/workspace.ts';
import { latestOperation, randomFrom, startChild } from './harness.ts';

const count = 6_000;
const rounds = Number(process.env['ROUNDS'] ?? 12);
const random = randomFrom(seed);
let template: string;

beforeEach(() => {
  template = makeFolder();
  seedTickets(template, count);
});
afterEach(() => removeFolder(template));

describe('a disk that is full for a while', () => {
  it('stops an operation with the reason, loses nothing, and lets it go on without a restart', async () => {
    let stops = 0;
    for (let round = 0; round < rounds; round += 1) {
      const folder = copyFolder(template);
      // Now and then a single write, now and then so many that not even the stop can be written down.
      const disk = {
        at: 'full',
        from: 10 + Math.floor(random() * 50),
        times: random() < 0.5 ? 1 : 1 + Math.floor(random() * 8),
      } as const;
      const { lines, errors } = await startChild(
        { folder, do: 'edit', action: 'update_category', input: { category: 'Everything' } },
        disk,
      ).gone;
      const context = `${JSON.stringify(disk)} ${JSON.stringify(lines)} ${errors}`;
      expect(lines.at(-1), context).toMatchObject({ said: 'done', isFinal: true });
      stops += lines.filter((line) => line.said === 'updated' && line.stoppedBy === 'disk_full').length;

      const latest = latestOperation(folder);
      const app = await openTestConsole(folder);
      const operation = await app.ask('operations.get', { id: latest?.id ?? 0 });
      expect(countsOf(operation.tallies).done, context).toBe(count);
      expectEndedWell(folder, operation);
      await app.close();
      expect(contents(folder).every(({ category }) => category === 'Everything')).toBe(true);
      expect(readDatabase(folder, (db) => db.pragma('integrity_check', { simple: true }))).toBe('ok');
      removeFolder(folder);
    }
    expect(stops).toBeGreaterThan(0);
  });
});
