import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commandFor, run } from '../../scripts/lib/tools.mjs';
import { countsOf, isFinal, type Operation } from '../../src-shared/domain/operation.ts';
import { expectBooksBalance, expectEndedWell } from '../builders/books.ts';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import { readDatabase } from '../builders/tickets.ts';
import { openTestConsole } from '../builders/workspace.ts';
import { ask, type ServedConsole, serve, temporaryWorkspace } from '../e2e/console-process.ts';
import { limit, size } from './size.ts';

const count = 20_000;
const rounds = size({ short: 1, long: 4 });
const random = randomFrom(seed);
let place: ReturnType<typeof temporaryWorkspace>;

beforeAll(async () => {
  const { code, output } = await run(commandFor('scripts/build.mjs', ['--if-changed']), { isQuiet: true });
  if (code !== 0) throw new Error(`The build failed, so there is nothing to test.\n${output}`);
});
beforeEach(() => {
  place = temporaryWorkspace();
});
afterEach(() => place.remove());

async function askFor<T>(served: ServedConsole, name: string, input: unknown): Promise<T> {
  return ((await ask(served, name, input)) as { value: T }).value;
}

/** Begins an operation and answers its id when it has come some way, which differs every time. */
async function begin(served: ServedConsole): Promise<number> {
  const { id } = await askFor<Operation>(served, 'sample.plan', { count });
  await askFor(served, 'operations.start', { id });
  for (let looks = Math.floor(random() * 8); looks > 0; looks -= 1)
    await askFor(served, 'operations.get', { id });
  return id;
}

describe.each<{ name: string; signal: NodeJS.Signals; isKilled: boolean }>([
  { name: 'SIGTERM', signal: 'SIGTERM', isKilled: false },
  { name: 'SIGINT', signal: 'SIGINT', isKilled: false },
  { name: 'SIGTERM and at once SIGKILL', signal: 'SIGTERM', isKilled: true },
  { name: 'SIGKILL, which nobody hears', signal: 'SIGKILL', isKilled: true },
])('$name in the middle of an operation', ({ signal, isKilled }) => {
  it('ends the console within two seconds; the next one finds everything right and goes on', async () => {
    let unfinished = 0;
    // One may have come to its end before the signal came.
    for (let round = 0; round < rounds || unfinished === 0; round += 1) {
      const served = await serve(place.workspace);
      const id = await begin(served);
      const stopping = served.stop(signal);
      if (isKilled) served.process.kill('SIGKILL');
      const { code, tookMs } = await stopping;
      expect(tookMs).toBeLessThan(limit(2_000));
      if (!isKilled) expect(code).toBe(0);

      const { state } = readDatabase(place.workspace, (db) =>
        db.prepare('SELECT state FROM operations WHERE id = ?').get(id),
      ) as { state: Operation['state'] };
      if (!isFinal(state)) unfinished += 1;
      expectBooksBalance(place.workspace, id);
      const app = await openTestConsole(place.workspace);
      const operation = await app.ended(id);
      expect(countsOf(operation.tallies)).toMatchObject({ total: count, done: count });
      expectEndedWell(place.workspace, operation);
      await app.close();
      place.remove();
    }
    process.stdout.write(`${unfinished} were in the middle\n`);
  });
});
