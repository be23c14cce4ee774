import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { OperationState } from '../../src-shared/domain/operation.ts';
import { readDatabase } from '../builders/tickets.ts';

/** What a child is to do in a workspace. `await` lets an operation that was left go on; `own` only holds the workspace. */
export type Errand = { readonly folder: string } & (
  | { readonly do: 'own' }
  | { readonly do: 'await'; readonly id: number }
  | { readonly do: 'undo'; readonly id: number }
  | { readonly do: 'sample'; readonly count: number }
  | { readonly do: 'edit'; readonly action: string; readonly input: Record<string, unknown> }
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
  | { readonly said: 'full'; readonly ms: number }
  | { readonly said: 'done'; readonly isFinal: boolean; readonly ms: number }
  | { readonly said: 'failed'; readonly code: string; readonly message: string; readonly ms: number };

/** When a child is killed: by itself at a statement of its writer, or by us when it has said so many lines. */
export type Death =
  | { readonly at: 'statement'; readonly count: number; readonly when: 'before' | 'after' }
  | { readonly at: 'line'; readonly count: number };

/** From which statement of the writer on the disk is full, and for how many writes. */
export interface FullDisk {
  readonly at: 'full';
  readonly from: number;
  readonly times: number;
}

export interface Child {
  /** Resolves with the first line that passes, rejects when the process ends without it. */
  line<S extends Line['said']>(said: S): Promise<Extract<Line, { said: S }>>;
  kill(): void;
  /** Resolves when the process is gone: with all it said, and whether it was killed. */
  readonly gone: Promise<{ lines: Line[]; isKilled: boolean; errors: string }>;
}

const entry = fileURLToPath(new URL('child.ts', import.meta.url));
const sabotage = new URL('sabotage.ts', import.meta.url).href;

export function startChild(errand: Errand, death?: Death | FullDisk): Child {
  const env = { ...process.env, NODE_OPTIONS: '', KILL_AT: '', KILL_WHEN: '', FULL_FROM: '', FULL_TIMES: '' };
  if (death?.at === 'statement') Object.assign(env, { KILL_AT: String(death.count), KILL_WHEN: death.when });
  if (death?.at === 'full')
    Object.assign(env, { FULL_FROM: String(death.from), FULL_TIMES: String(death.times) });
  const child = spawn(process.execPath, ['--import', sabotage, entry, JSON.stringify(errand)], { env });
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  let errors = '';
  child.stderr.on('data', (data) => {
    errors += String(data);
  });
  const output = createInterface({ input: child.stdout });
  output.on('line', (text) => {
    lines.push(JSON.parse(text) as Line);
    if (death?.at === 'line' && lines.length === death.count) child.kill('SIGKILL');
    for (const look of waiting) look();
  });
  const gone = Promise.all([once(child, 'exit'), once(output, 'close')]).then(() => ({
    lines,
    isKilled: child.signalCode === 'SIGKILL',
    errors,
  }));
  return {
    line: (said) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find(
            (line): line is Extract<Line, { said: typeof said }> => line.said === said,
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
    gone,
  };
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

/** Numbers from a seed, evenly spread over 0 ≤ x < 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
