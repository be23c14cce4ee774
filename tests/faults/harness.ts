import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { CollectionName } from '../../src-shared/collections/index.ts';
import type { OperationState } from '../../src-shared/domain/operation.ts';
import { readDatabase } from '../builders/tickets.ts';
import type { Blocked } from './blocked.ts';
import { type Fault, sabotageVariable } from './fault.ts';
import { shipped } from './shipped.ts';

/** What a child is to do in a workspace. `await` lets an operation that was left go on; `own` only holds the workspace. */
export type Errand = { readonly folder: string } & (
  | { readonly do: 'own' }
  | { readonly do: 'await'; readonly id: number }
  | { readonly do: 'undo'; readonly id: number }
  | { readonly do: 'sample'; readonly count: number }
  | {
      readonly do: 'edit';
      readonly action: string;
      readonly input: Record<string, unknown>;
      /** Tickets, unless it says otherwise. */
      readonly collection?: CollectionName;
    }
  | { readonly do: 'export'; readonly path: string }
);

/** What a child says. `ms` is the time since its process began. */
export type Line =
  | { readonly said: 'open'; readonly ms: number }
  | { readonly said: 'planned'; readonly id: number }
  | {
      readonly said: 'updated';
      readonly id: number;
      readonly state: OperationState;
      readonly stoppedBy: string | null;
      readonly processed: number | null;
      readonly ms: number;
    }
  | {
      readonly said: 'done';
      readonly isFinal: boolean;
      readonly ms: number;
      /** From the plan to the end. */
      readonly blocked: Blocked;
    }
  | { readonly said: 'failed'; readonly code: string; readonly message: string; readonly ms: number };

/** What goes wrong in a child: at a place in one of its threads, when it has said so much, or when a file is so large. */
export type Death =
  | Fault
  | { readonly at: 'line'; readonly count: number }
  | { readonly at: 'growth'; readonly kib: number };

export interface Child<L extends { readonly said: string } = Line> {
  /** Resolves with the first line that passes, rejects when the process ends without it. */
  line<S extends L['said']>(
    said: S,
    test?: (line: Extract<L, { said: S }>) => boolean,
  ): Promise<Extract<L, { said: S }>>;
  kill(): void;
  /** Puts the process to sleep, and wakes it up. */
  stop(): void;
  wake(): void;
  /** Resolves when the process is gone: with all it said, and whether it was killed. */
  readonly gone: Promise<{ lines: L[]; isKilled: boolean; errors: string }>;
}

/** Starts a child that meets its death, or none. */
export function startChild(errand: Errand, death?: Death): Child {
  const { [sabotageVariable]: _mine, ...inherited } = process.env;
  const fault = death && 'thread' in death ? { [sabotageVariable]: JSON.stringify(death) } : {};
  const node = [process.execPath, '--import', shipped('sabotage'), shipped('child'), JSON.stringify(errand)];
  const [command = '', ...args] =
    death && 'at' in death && death.at === 'growth' ? [...limited(death.kib), ...node] : node;
  const child = spawn(command, args, { env: { ...inherited, NODE_OPTIONS: '', ...fault } });
  return follow(child, (count) => {
    if (death && 'count' in death && count === death.count) child.kill('SIGKILL');
  });
}

/** Listens to a process that says what it does, a line of JSON at a time; `note` hears how many lines there were. */
export function follow<L extends { readonly said: string }>(
  child: ChildProcessWithoutNullStreams,
  note: (count: number) => void = () => undefined,
): Child<L> {
  const lines: L[] = [];
  const waiting = new Set<() => void>();
  let errors = '';
  child.stderr.on('data', (data) => {
    errors += String(data);
  });
  const output = createInterface({ input: child.stdout });
  output.on('line', (text) => {
    lines.push(JSON.parse(text) as L);
    note(lines.length);
    for (const look of waiting) look();
  });
  const gone = Promise.all([once(child, 'exit'), once(output, 'close')]).then(() => ({
    lines,
    isKilled: child.signalCode === 'SIGKILL',
    errors,
  }));
  return {
    line: (said, test = () => true) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find(
            (line): line is Extract<L, { said: typeof said }> => line.said === said && test(line as never),
          );
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        void gone.then(() =>
          reject(new Error(`ended without "${said}": ${JSON.stringify(lines)} ${errors}`)),
        );
      }),
    kill: () => child.kill('SIGKILL'),
    stop: () => child.kill('SIGSTOP'),
    wake: () => child.kill('SIGCONT'),
    gone,
  };
}

/** A command that runs the rest of the line with files that cannot become larger: writing then fails with EFBIG. */
function limited(kib: number): string[] {
  return ['sh', '-c', `trap '' XFSZ; ulimit -f ${kib * 2}; exec "$@"`, 'sh'];
}

/** The latest operation of a workspace that was started, or null. */
export function latestOperation(folder: string): { id: number; state: OperationState } | null {
  return readDatabase(folder, (db) => {
    const row = db
      .prepare(`SELECT id, state FROM operations WHERE state <> 'draft' ORDER BY id DESC LIMIT 1`)
      .get();
    return (row as { id: number; state: OperationState } | undefined) ?? null;
  });
}

/** Tickets whose version does not say that each done item touched them exactly once. */
export function miscounted(folder: string): unknown[] {
  return readDatabase(folder, (db) =>
    db
      .prepare(
        `SELECT t.id, t.version, coalesce(d.times, 0) AS times FROM tickets t
          LEFT JOIN (SELECT record_id, count(*) AS times FROM items WHERE state = 'done' GROUP BY record_id) d
            ON d.record_id = t.id
          WHERE t.version <> 1 + coalesce(d.times, 0)`,
      )
      .all(),
  );
}
