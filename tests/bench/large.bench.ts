import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { commandFor, run } from '../../scripts/lib/tools.mjs';
import type { RequestInput, RequestName, RequestOutput } from '../../src-shared/contract/index.ts';
import { removeFolder } from '../builders/workspace.ts';
import { ask, type ServedConsole, serve } from '../e2e/console-process.ts';
import { type Benchmark, byValue, type Result, type Scale } from './bench.ts';
import { workspaceOf } from './workspaces.ts';

const megabyte = 2 ** 20;
const lookMs = 20;
/** Seldom, since each asking takes memory of the process that is measured. */
const askMs = 500;
/** Requests that are under way at any time while the undo runs. */
const reading = 4;

/** What an operation on every ticket of a large workspace takes of memory and of the disk, in the built console. */
export const largeBenchmark: Benchmark = {
  name: 'large',
  run: async (scale: Scale): Promise<Result[]> => {
    const { code, output } = await run(commandFor('scripts/build.mjs', ['--if-changed']), { isQuiet: true });
    if (code !== 0) throw new Error(`The build failed, so there is nothing to measure.\n${output}`);
    const folder = workspaceOf(scale.large);
    const served = await serve(folder);
    let logBytes = 0;
    const timer = setInterval(() => {
      const log = statSync(join(folder, 'bulkhead.db-wal'), { throwIfNoEntry: false });
      logBytes = Math.max(logBytes, log?.size ?? 0);
    }, lookMs);
    try {
      const count = scale.large.toLocaleString('en');
      const { id } = await carryOut(served, 'operations.plan', {
        action: 'update_priority',
        collection: 'tickets',
        selection: { mode: 'filter', filter: {} },
        input: { priority: 'critical' },
      });
      const peak = peakMegabytes(served);
      await whileReading(served, () => carryOut(served, 'operations.undo', { id }));
      return [
        byValue(
          {
            name: `memory of the whole process while an operation is planned and run on ${count} tickets`,
            limit: 250,
            why: 'Three isolates, or four while there are many requests at once, and SQLite’s page caches; a selection holds only one number per ticket.',
          },
          peak,
          'MB',
        ),
        byValue(
          {
            name: `write-ahead log at its longest, during an operation and its undo on ${count} tickets, ${reading} requests reading all the time`,
            limit: 64,
            why: 'Once it has 24 MB it is merged between two chunks, and what one chunk adds is bounded.',
          },
          logBytes / megabyte,
          'MB',
        ),
      ];
    } finally {
      clearInterval(timer);
      await served.stop();
      removeFolder(folder);
    }
  },
};

async function request<N extends RequestName>(
  served: ServedConsole,
  name: N,
  input: RequestInput<N>,
): Promise<RequestOutput<N>> {
  const reply = (await ask(served, name, input)) as { ok: boolean; value: RequestOutput<N>; error: unknown };
  if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply.error)}`);
  return reply.value;
}

async function carryOut<N extends 'operations.plan' | 'operations.undo'>(
  served: ServedConsole,
  name: N,
  input: RequestInput<N>,
) {
  const { id } = await request(served, name, input);
  await request(served, 'operations.start', { id });
  for (;;) {
    const operation = await request(served, 'operations.get', { id });
    if (operation.state === 'completed') return operation;
    if (operation.endedAt !== null) throw new Error(`the operation ended as ${operation.state}`);
    await new Promise((resolve) => setTimeout(resolve, askMs));
  }
}

async function whileReading(served: ServedConsole, work: () => Promise<unknown>): Promise<void> {
  let isOver = false;
  const readers = Array.from({ length: reading }, async () => {
    while (!isOver) {
      const filter = { conditions: [{ op: 'in' as const, field: 'channel', values: ['Web'] }] };
      await request(served, 'records.count', { collection: 'tickets', filter });
    }
  });
  await work();
  isOver = true;
  await Promise.all(readers);
}

/** The most memory that the process ever had. */
function peakMegabytes(served: ServedConsole): number {
  const status = readFileSync(`/proc/${served.process.pid}/status`, 'utf8');
  const kibibytes = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]);
  return (kibibytes * 1024) / megabyte;
}
