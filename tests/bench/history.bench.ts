import { countCleanable } from '../../src-main/sql/care/retention.ts';
import { checkWorkspace, seedOperations } from '../builders/history.ts';
import { readDatabase } from '../builders/tickets.ts';
import { openTestConsole, removeFolder, type TestConsole } from '../builders/workspace.ts';
import { type Benchmark, byRatio, median, type Result, type Scale, timed } from './bench.ts';
import { workspaceOf } from './workspaces.ts';

const edits = 60;

/** What a long history of small operations costs: scripts and other consoles make one for each record that they edit. */
export const historyBenchmark: Benchmark = {
  name: 'history',
  run: async (scale: Scale): Promise<Result[]> => {
    const [less, more] = [scale.past / 10, scale.past];
    const [short, long] = [await measure(less), await measure(more)];
    const [few, many] = [less.toLocaleString('en'), more.toLocaleString('en')];
    return [
      byRatio(
        {
          name: `operation on one ticket after ${many} others, over one after ${few}`,
          limit: 1.3,
          why: 'None of the queries that an operation makes walks through the history; its indexes are one level deeper.',
        },
        long.editMs,
        short.editMs,
      ),
      byRatio(
        {
          name: `finding what retention may remove of ${many} operations, time per operation over that of ${few}`,
          limit: 1.5,
          why: 'Each is looked at once, by its number.',
        },
        (1000 * long.cleanableMs) / more,
        (1000 * short.cleanableMs) / less,
        'µs',
      ),
      byRatio(
        {
          name: `check of a history of ${many} operations on one ticket each, time per operation over that of ${few}`,
          limit: 1.5,
          why: 'Each is four journal entries, an item and its own row; most of the time goes into the digests.',
        },
        (1000 * long.checkMs) / more,
        (1000 * short.checkMs) / less,
        'µs',
      ),
    ];
  },
};

interface Times {
  readonly editMs: number;
  readonly cleanableMs: number;
  readonly checkMs: number;
}

async function measure(past: number): Promise<Times> {
  const folder = workspaceOf(edits, 'open');
  try {
    seedOperations(folder, past);
    const cleanableMs = await timed(() =>
      readDatabase(folder, (db) => countCleanable(db, { endedBefore: Date.now() })),
    );
    const checkMs = await timed(() => checkWorkspace(folder));
    const console = await openTestConsole(folder);
    try {
      return { editMs: await editOneByOne(console), cleanableMs, checkMs };
    } finally {
      await console.close();
    }
  } finally {
    removeFolder(folder);
  }
}

async function editOneByOne(console: TestConsole): Promise<number> {
  const samples: number[] = [];
  for (let id = 1; id <= edits; id += 1)
    samples.push(
      await timed(async () =>
        console.run(
          await console.ask('operations.plan', {
            action: 'update_status',
            collection: 'tickets',
            selection: { mode: 'ids', ids: [id] },
            input: { status: 'solved' },
          }),
        ),
      ),
    );
  return median(samples);
}
