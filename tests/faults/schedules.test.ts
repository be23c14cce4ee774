import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultRunOptions } from '../../src-shared/domain/run-options.ts';
import type { Schedule } from '../../src-shared/domain/schedule.ts';
import { seed } from '../builders/property.ts';
import { pick, randomFrom } from '../builders/random.ts';
import { everyTicket, fillTickets, makeTickets, readDatabase } from '../builders/tickets.ts';
import { createFastTime } from '../builders/time.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../builders/workspace.ts';
import type { Fault } from './fault.ts';
import { size } from './size.ts';
import { startUpkeep } from './upkeep-harness.ts';

const kills = size({ short: 4, long: 50 });
/** Workspaces at a time: as many as there are cores. */
const lanes = 2;
/** A minute passes in half a second. */
const speed = 120;
const minute = 60_000;
const tickets = 20;

/** What the writer does for a run, from the claim to the end of its operation. */
const methods = [
  'claimRun',
  'insertDraft',
  'planChange',
  'sealDraft',
  'linkRun',
  'moveOperation',
  'settleRun',
  'applyChunk',
  'finishOperation',
] as const;

let folders: string[];

beforeEach(() => {
  folders = Array.from({ length: lanes }, makeFolder);
});
afterEach(() => {
  for (const folder of folders) removeFolder(folder);
});

/** Mostly at a statement of a run or before its answer is heard, sometimes between whatever is told. */
function nextDeath(random: () => number): Fault | { lines: number } {
  const dice = random();
  if (dice < 0.15) return { lines: 3 + Math.floor(random() * 8) };
  const method = pick(methods, random);
  const nth = 1 + Math.floor(random() * 3);
  if (dice < 0.3) return { thread: 'main', kind: 'answer', method, nth, how: 'kill' };
  return { thread: 'writer', kind: 'statement', method, nth, how: dice < 0.65 ? 'kill' : 'kill-after' };
}

interface Started {
  readonly id: number;
  readonly comment: string;
}

/** Started operations with the text that names the template they were made from. */
function startedOperations(folder: string): Started[] {
  return readDatabase(
    folder,
    (db) =>
      db
        .prepare(
          `SELECT id, input ->> '$.comment' AS comment FROM operations WHERE state <> 'draft' ORDER BY id`,
        )
        .all() as Started[],
  );
}

/** Saves a schedule whose runs leave its name on every ticket. */
async function keep(
  app: TestConsole,
  name: string,
  when: { cron: string; startAt: null } | { cron: null; startAt: number },
): Promise<void> {
  const { id: templateId } = await app.ask('templates.save', {
    name,
    action: 'add_comment',
    collection: 'tickets',
    selection: everyTicket,
    input: { comment: name },
    options: defaultRunOptions,
  });
  await app.ask('schedules.save', { templateId, ...when, timeZone: 'UTC', isActive: true });
}

/** Keeps schedules in children that are killed one after the other, then in a console that is not. */
async function keepSchedules(folder: string, random: () => number, count: number): Promise<Schedule[]> {
  const origin = { atMs: Date.UTC(2026, 0, 15), realMs: Date.now(), speed };
  const time = createFastTime(origin);
  const first = await openTestConsole(folder, time, time);
  fillTickets(folder, makeTickets(tickets));
  await keep(first, 'every minute', { cron: '* * * * *', startAt: null });
  await first.close();

  for (let killed = 0; killed < count; killed += 1) {
    const name = `once ${killed}`;
    // Half a second at least: a moment that has passed before it is saved is refused.
    const inMs = Math.floor((1 + random()) * minute);
    const death = nextDeath(random);
    const { isKilled, lines, errors } = await startUpkeep(
      { folder, do: 'schedules', name, inMs, origin },
      death,
    ).gone;
    expect(isKilled, `${JSON.stringify(death)} ${JSON.stringify(lines)} ${errors}`).toBe(true);
  }

  const last = await openTestConsole(folder, time, time);
  // Those of the others may all have been killed before they were saved.
  await keep(last, 'once by who lives', { cron: null, startAt: time.now() + 2 * minute });
  const told = last.event('schedules.changed', ({ schedules }) => areAllSettled(schedules));
  const { schedules } = await last.ask('schedules.list', {});
  if (!areAllSettled(schedules)) await told;
  await last.close();
  expect(last.reports).toEqual([]);
  // No minute passes any more, and what the last one began comes to its end.
  const after = await openTestConsole(folder, { now: () => origin.atMs });
  for (const { id } of startedOperations(folder)) await after.ended(id);
  const settled = (await after.ask('schedules.list', {})).schedules;
  await after.close();
  return settled;
}

/** Every single run is told of, and the one that comes again and again was started by a console that lives. */
function areAllSettled(schedules: readonly Schedule[]): boolean {
  return schedules.every(({ cron, lastRun }) =>
    cron === null ? lastRun !== null : lastRun?.outcome === 'started',
  );
}

describe('a console that is killed around the runs of its schedules', () => {
  it(`starts none twice and leaves none unreported, in ${kills} kills`, { timeout: 300_000 }, async () => {
    const outcomes: string[] = [];
    await Promise.all(
      folders.map(async (folder, lane) => {
        const schedules = await keepSchedules(folder, randomFrom(seed + lane), Math.ceil(kills / lanes));
        const started = startedOperations(folder);
        for (const { templateName, cron, createdAt, nextAt, missed, lastRun } of schedules) {
          const made = started.filter(({ comment }) => comment === templateName);
          const context = `${templateName}: ${JSON.stringify({ createdAt, nextAt, lastRun, missed, made })}`;
          if (cron === null) {
            outcomes.push(lastRun?.outcome ?? 'untold');
            expect(['started', 'missed'], context).toContain(lastRun?.outcome);
            const isStarted = lastRun?.outcome === 'started';
            expect(made.length, context).toBe(isStarted ? 1 : 0);
            expect(missed, context).toBe(isStarted ? 0 : 1);
            if (isStarted) expect(lastRun?.operationId).toBe(made[0]?.id);
          } else {
            const firstAt = Math.ceil((createdAt + 1) / minute) * minute;
            expect(made.length + missed, context).toBe(((nextAt ?? 0) - firstAt) / minute);
            expect(made.length, context).toBeGreaterThan(0);
          }
        }
        expect(commentsPerOperation(folder)).toEqual(started.map(() => tickets));
      }),
    );
    process.stdout.write(`${outcomes.length} single runs: ${JSON.stringify(countEach(outcomes))}\n`);
    expect(outcomes.filter((outcome) => outcome === 'started').length).toBeGreaterThan(0);
  });
});

/** How many comments each operation left, by its number. */
function commentsPerOperation(folder: string): unknown[] {
  return readDatabase(folder, (db) =>
    db.prepare('SELECT count(*) FROM comments GROUP BY operation_id ORDER BY operation_id').pluck().all(),
  );
}

function countEach(words: readonly string[]): Record<string, number> {
  return words.reduce<Record<string, number>>(
    (counts, word) => ({ ...counts, [word]: (counts[word] ?? 0) + 1 }),
    {},
  );
}
