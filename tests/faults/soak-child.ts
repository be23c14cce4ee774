/**
 * Many operations in one console, run with `--expose-gc`; argv: the workspace. Begins one for each line that it is given,
 * and tells what it took and what the process holds on to, a line of JSON at a time.
 */
import type { EventEmitter } from 'node:events';
import { createInterface } from 'node:readline';
import type { Worker } from 'node:worker_threads';
import { everyTicket } from '../builders/tickets.ts';
import { openTestConsole } from '../builders/workspace.ts';

/** One of the operations has ended. */
export interface Round {
  readonly said: 'round';
  /** From 0. */
  readonly nth: number;
  readonly tookMs: number;
  /** Time that all threads together had the processor. */
  readonly cpuMs: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
  /** Timers and handles by their kind, and listeners of the process and of its threads. */
  readonly held: Readonly<Record<string, number>>;
}

const [, , folder = ''] = process.argv;
const workers = new Set<Worker>();
process.on('worker', (worker: Worker) => {
  workers.add(worker);
  worker.once('exit', () => workers.delete(worker));
});

function listenersOf(emitter: EventEmitter): number {
  return emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);
}

function held(): Round['held'] {
  const counts: Record<string, number> = { listeners: listenersOf(process), workers: workers.size };
  for (const worker of workers) counts['listeners'] = (counts['listeners'] ?? 0) + listenersOf(worker);
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

async function main(): Promise<void> {
  const app = await openTestConsole(folder);
  let nth = 0;
  for await (const _line of createInterface({ input: process.stdin })) {
    const startedMs = performance.now();
    const startedCpu = process.cpuUsage();
    const draft = await app.ask('operations.plan', {
      action: 'update_category',
      collection: 'tickets',
      selection: everyTicket,
      input: { category: `Round ${nth}` },
    });
    await app.run(draft);
    const tookMs = performance.now() - startedMs;
    const { user, system } = process.cpuUsage(startedCpu);
    const cpuMs = (user + system) / 1_000;
    globalThis.gc?.();
    const { heapUsed: heapBytes, rss: rssBytes } = process.memoryUsage();
    const line: Round = {
      said: 'round',
      nth,
      tookMs,
      cpuMs,
      heapBytes,
      rssBytes,
      held: held(),
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
    nth += 1;
  }
  await app.close();
}

void main();
