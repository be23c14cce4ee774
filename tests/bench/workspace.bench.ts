import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { RequestInput } from '../../src-shared/contract/index.ts';
import { openTestConsole, removeFolder, type TestConsole } from '../builders/workspace.ts';
import { type Benchmark, byValue, percentile, type Result, type Scale, timed } from './bench.ts';
import { workspaceOf } from './workspaces.ts';

type Filter = RequestInput<'records.count'>['filter'];

const open: Filter = { conditions: [{ op: 'in', field: 'status', values: ['open'] }] };
const busy: Filter = {
  conditions: [
    { op: 'in', field: 'status', values: ['open', 'pending'] },
    { op: 'in', field: 'priority', values: ['high', 'critical'] },
    { op: 'in', field: 'category', values: ['Category 7', 'Category 8'] },
  ],
};
const mine: Filter = { conditions: [{ op: 'in', field: 'assignee', values: ['Agent 12'] }] };
const recent: Filter = {
  conditions: [{ op: 'after', field: 'updatedAt', moment: { agoMs: 400 * 86_400_000 } }],
};
const filters: readonly Filter[] = [{}, open, busy, mine, recent];
const searches = ['refund', 'login', 'parcel arrived', '"wrong address"', 'invo', 'refund open box', '48213'];

/** What a window on a large workspace feels: pages, counts, searches, and the main thread while an operation runs. */
export const workspaceBenchmark: Benchmark = {
  name: 'workspace',
  run: async (scale: Scale): Promise<Result[]> => {
    const folder = workspaceOf(scale.large);
    const console = await openTestConsole(folder);
    try {
      return [
        byValue(
          {
            name: 'page of 200, p95',
            limit: 10,
            why: 'A list is a fixed series of ids, so a page is 200 look-ups wherever it is; half of the time is the way to the thread and back.',
          },
          await pages(console),
          'ms',
        ),
        byValue(
          {
            name: 'filtered count, p95',
            limit: 150,
            why: 'With several conditions the whole narrow index is read.',
          },
          await counts(console),
          'ms',
        ),
        byValue(
          {
            name: 'text search, p95',
            limit: 50,
            why: 'The first matches in order of their numbers are enough; words that are everywhere except in the newest tickets take longest.',
          },
          await texts(console),
          'ms',
        ),
        ...(await whileRunning(console, scale.isSmoke ? 0.01 : 0.5)),
      ];
    } finally {
      await console.close();
      removeFolder(folder);
    }
  },
};

async function pages(console: TestConsole): Promise<number> {
  const samples: number[] = [];
  for (const filter of filters) {
    const query = { collection: 'tickets', filter, sort: { field: 'id', direction: 'desc' } } as const;
    const { viewId, total } = await console.ask('records.view', { query });
    for (let step = 0; step < 40; step += 1) {
      const from = Math.floor((total * ((step * 17) % 40)) / 40);
      samples.push(await timed(() => console.ask('records.rows', { viewId, from, limit: 200 })));
      samples.push(await timed(() => console.ask('records.page', { query, limit: 200 })));
    }
  }
  return percentile(samples, 0.95);
}

async function counts(console: TestConsole): Promise<number> {
  const samples: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    for (const filter of filters) {
      samples.push(await timed(() => console.ask('records.count', { collection: 'tickets', filter })));
    }
  }
  return percentile(samples, 0.95);
}

async function texts(console: TestConsole): Promise<number> {
  const samples: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    for (const text of searches) {
      const query = {
        collection: 'tickets',
        filter: { text },
        sort: { field: 'id', direction: 'desc' },
      } as const;
      samples.push(await timed(() => console.ask('records.page', { query, limit: 200 })));
    }
  }
  return percentile(samples, 0.95);
}

/** An operation over every ticket, cancelled when a share of it is done. */
async function whileRunning(console: TestConsole, share: number): Promise<Result[]> {
  const draft = await console.ask('operations.plan', {
    action: 'update_priority',
    collection: 'tickets',
    selection: { mode: 'filter', filter: {} },
    input: { priority: 'critical' },
  });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const halfWay = console.event(
    'operation.updated',
    ({ operation, progress }) =>
      operation.id === draft.id && progress !== null && progress.processed >= progress.total * share,
  );
  delay.enable();
  await console.ask('operations.start', { id: draft.id });
  await halfWay;
  delay.disable();
  const cancelMs = await timed(() => console.ask('operations.cancel', { id: draft.id }));
  await console.ended(draft.id);
  return [
    byValue(
      {
        name: 'main-thread block during an operation, p99',
        limit: 50,
        why: 'No SQLite statement runs there; it passes on what threads answer.',
      },
      delay.percentile(99) / 1e6,
      'ms',
    ),
    byValue(
      {
        name: 'time until a cancel is answered',
        limit: 250,
        why: 'It waits for the end of a chunk, about 80 ms.',
      },
      cancelMs,
      'ms',
    ),
  ];
}
