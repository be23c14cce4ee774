import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openAtomic } from '../../../src-main/platform/atomic-file.ts';
import type { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { seed } from '../../builders/property.ts';
import { randomFrom } from '../../builders/random.ts';
import { seedTickets } from '../../builders/seed.ts';
import { everyTicket } from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';
import {
  type Fault,
  leaveNewThreadsAlone,
  type SystemError,
  sabotageNewThreads,
  sabotageVariable,
} from '../fault.ts';
import { type Child, type Errand, startChild } from '../harness.ts';
import { shipped } from '../shipped.ts';
import { size } from '../size.ts';
import { fillDisk, mountSmallDisk } from '../small-disk.ts';

const allCodes: SystemError[] = ['ENOSPC', 'EIO', 'EACCES', 'EPERM', 'EXDEV', 'EROFS'];
const codes = allCodes.slice(0, size({ short: 2, long: allCodes.length }));
const disk = mountSmallDisk(8);
let workspace: string;
/** Where exports go. A file stands there from before. */
let folder: string;
let target: string;
let app: TestConsole | null = null;

async function open(): Promise<TestConsole> {
  app = await openTestConsole(workspace);
  return app;
}

beforeAll(() => {
  workspace = makeFolder();
  seedTickets(workspace, 1_200);
  folder = join(workspace, 'out');
  target = join(folder, 'tickets.csv');
});
beforeEach(() => mkdirSync(folder));
afterEach(async () => {
  removeFolder(folder);
  leaveNewThreadsAlone();
  await app?.close();
  app = null;
});
afterAll(() => {
  removeFolder(workspace);
  if (typeof disk !== 'string') disk.remove();
});

function plan(on: TestConsole, path = target): Promise<Operation> {
  return on.ask('operations.plan', {
    action: 'export',
    collection: 'tickets',
    selection: everyTicket,
    input: { target: on.handle(path), columns: ['id', 'subject', 'status'], has_bom: true },
  });
}

/** What stands at the name when everything went well. */
async function wholeExport(on: TestConsole): Promise<string> {
  expect(await on.run(await plan(on))).toMatchObject({ state: 'completed', file: { rows: 1_200 } });
  return readFileSync(target, 'utf8');
}

/** After how many bytes the writing stopped, as it is told; 0 where nothing is said of it. */
function bytesIn(message: string): number {
  return Number(/stopped after ([\d,]+) bytes/.exec(message)?.[1]?.replaceAll(',', '') ?? 0);
}

describe('a call that fails while an export is written', () => {
  it.each(codes.flatMap((how) => [1, 1_000].map((times) => [how, times] as const)))(
    '%s, %d times from any call on: the earlier file or the whole new one, and the reason',
    async (how, times) => {
      const on = await open();
      const whole = await wholeExport(on);
      const toldBytes: number[] = [];
      let nth = 1;
      for (; ; nth += 1) {
        writeFileSync(target, 'from before');
        sabotageNewThreads({ thread: 'export', kind: 'file', nth, times, how });
        const { state, stoppedBy } = await on.run(await plan(on));
        const content = readFileSync(target, 'utf8');
        if (state === 'completed') {
          expect(content).toBe(whole);
          break;
        }
        const message = stoppedBy?.message ?? '';
        // Making the folder durable comes after the file is in place, and the message says so.
        const isInPlace = message.includes('is written');
        expect(content).toBe(isInPlace ? whole : 'from before');
        expect(stoppedBy?.code).toBe(how === 'ENOSPC' && !isInPlace ? 'disk_full' : 'target_not_writable');
        expect(message, `call ${nth}`).toContain(target);
        if (!isInPlace) toldBytes.push(bytesIn(message));
        // Where not even removing is possible the temporary file stays, and the message names it.
        const left = readdirSync(folder).filter((name) => name !== 'tickets.csv');
        expect(left.filter((name) => times === 1 || !message.includes(name))).toEqual([]);
        for (const name of left) rmSync(join(folder, name));
      }
      // None at the opening and the first write, more after each write, all of them from the last one on.
      const bytes = Buffer.byteLength(whole);
      expect(toldBytes.slice(0, 2)).toEqual([0, 0]);
      expect(new Set(toldBytes.slice(1)).size).toBeGreaterThanOrEqual(5);
      expect(toldBytes).toEqual(toldBytes.toSorted((a, b) => a - b));
      expect(toldBytes.slice(-3)).toEqual([bytes, bytes, bytes]);
      // One file opened, written four times, made durable, closed and renamed, and its folder made durable.
      expect(nth).toBeGreaterThanOrEqual(10);
    },
  );

  it('leaves nothing that the next process would not clear away', async () => {
    const errand = { folder: workspace, do: 'export', path: target } as const;
    const isForGood = { nth: 3, times: 1_000, how: 'EROFS' } as const;
    await startChild(errand, { thread: 'export', kind: 'file', ...isForGood }).gone;
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/\.tmp$/)]);
    const done = await startChild(errand).gone;
    expect(done.lines.at(-1), done.errors).toMatchObject({ said: 'done', isFinal: true });
    expect(readdirSync(folder)).toEqual(['tickets.csv']);
  });
});

describe('a kill while an export is written', () => {
  it('at every call, before and after it: the earlier file or the whole new one', () => {
    const lines = 8_500;
    const text = 'a line of the file\r\n'.repeat(lines);
    const env = { ...process.env, NODE_OPTIONS: '' };
    const writer = ['--import', shipped('sabotage'), shipped('export-child'), target, String(lines)];
    const step = size({ short: 8, long: 1 });
    let kills = 0;
    for (let nth = 1; ; nth += step) {
      const results = (['kill', 'kill-after'] as const).map((how) => {
        writeFileSync(target, 'from before');
        const fault: Fault = { thread: 'main', kind: 'file', nth, how };
        const child = spawnSync(process.execPath, writer, {
          env: { ...env, [sabotageVariable]: JSON.stringify(fault) },
        });
        const content = readFileSync(target, 'utf8');
        expect(content === 'from before' || content === text, `${how} at call ${nth}`).toBe(true);
        return child.signal;
      });
      if (results.every((signal) => signal === null)) break;
      kills += results.length;
    }
    process.stdout.write(`killed ${kills} times\n`);
    expect(kills * step).toBeGreaterThan(90);
    expect(spawnSync(process.execPath, writer, { env }).status).toBe(0);
    expect(readFileSync(target, 'utf8')).toBe(text);
    expect(readdirSync(folder)).toEqual(['tickets.csv']);
  });

  it('leaves an operation that the next process finishes', async () => {
    const random = randomFrom(seed);
    const file = join(folder, 'resumed.csv');
    const first = await openTestConsole(workspace);
    const whole = await wholeExport(first);
    await first.close();
    let errand: Errand = { folder: workspace, do: 'export', path: file };
    for (let kills = 0; kills < size({ short: 2, long: 10 }); kills += 1) {
      const nth = 1 + Math.floor(random() * 7);
      const gone: Awaited<Child['gone']> = await startChild(errand, {
        thread: 'export',
        kind: 'file',
        nth,
        how: 'kill',
      }).gone;
      expect(gone.isKilled).toBe(true);
      expect(readdirSync(folder)).not.toContain('resumed.csv');
      const planned = gone.lines.find((line) => line.said === 'planned');
      if (planned?.said === 'planned') errand = { folder: workspace, do: 'await', id: planned.id };
    }
    const { lines, errors } = await startChild(errand).gone;
    expect(lines.at(-1), errors).toMatchObject({ said: 'done', isFinal: true });
    expect(readFileSync(file, 'utf8')).toBe(whole);
    expect(readdirSync(folder).toSorted()).toEqual(['resumed.csv', 'tickets.csv']);
  });
});

describe(`a small disk${typeof disk === 'string' ? ` (not here: ${disk})` : ''}`, () => {
  it('without room for the file is found before anything is written', async () => {
    if (typeof disk === 'string') return;
    fillDisk(disk.folder, 20);
    const on = await open();
    const path = join(disk.folder, 'small.csv');
    const refused = await plan(on, path).then(
      (draft) => on.run(draft).then(({ stoppedBy }) => stoppedBy?.code),
      (error: BulkheadError) => error.code,
    );
    expect(refused).toBe('not_enough_space');
    expect(readdirSync(disk.folder)).toEqual(['ballast']);
  });

  it('that is full halfway leaves the earlier file, and takes the new one when it has grown', () => {
    if (typeof disk === 'string') return;
    const path = join(disk.folder, 'half.csv');
    writeFileSync(path, 'from before');
    const text = 'x'.repeat(4 * 1_048_576);
    const write = () => {
      const file = openAtomic(path);
      file.write(text);
      file.commit();
    };
    expect(write).toThrow(/The disk is full: writing “.*half\.csv” stopped after [\d,]+ bytes/);
    expect(readFileSync(path, 'utf8')).toBe('from before');
    expect(readdirSync(disk.folder).toSorted()).toEqual(['ballast', 'half.csv']);
    disk.grow(32);
    write();
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
