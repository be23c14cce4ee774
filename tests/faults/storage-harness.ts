import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type Fault, sabotageVariable } from './fault.ts';
import { shipped } from './shipped.ts';

export type StorageOrder =
  /** A whole console, or only the thread that takes the workspace for itself and writes. */
  | { readonly do: 'open' | 'own'; readonly folder: string }
  | { readonly do: 'edit' | 'backup' | 'close' | 'list-modules' }
  | { readonly do: 'restore'; readonly name: string };

export type StorageWord =
  | { readonly said: 'done'; readonly backup?: string; readonly modules?: readonly string[] }
  | { readonly said: 'failed'; readonly code: string; readonly message: string };

/** A process that opens workspaces when it is told to. */
export interface StorageChild {
  readonly pid: number;
  /** Resolves with what it answers, or null when it was killed before. */
  tell(order: StorageOrder): Promise<StorageWord | null>;
  /** Ends it at once; resolves when it is gone. */
  kill(): Promise<void>;
  /** Resolves when it is gone. */
  readonly gone: Promise<void>;
}

/** Starts a process that waits for orders. `preload` names what each of its threads loads first. */
export async function startStorageChild({
  fault = null,
  preload = 'sabotage',
}: {
  fault?: Fault | null;
  preload?: string;
} = {}): Promise<StorageChild> {
  const { [sabotageVariable]: _mine, ...inherited } = process.env;
  const armed = fault ? { [sabotageVariable]: JSON.stringify(fault) } : {};
  const args = ['--import', shipped(preload), shipped('storage-child')];
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...inherited, ...armed },
  });
  const waiting: ((word: StorageWord | null) => void)[] = [];
  const answer = (): Promise<StorageWord | null> => new Promise((resolve) => waiting.push(resolve));
  createInterface({ input: child.stdout }).on('line', (line) => {
    waiting.shift()?.(JSON.parse(line) as StorageWord);
  });
  // When all that it answered has come.
  const gone = once(child, 'close').then(() => {
    for (const resolve of waiting.splice(0)) resolve(null);
  });
  await answer();
  return {
    pid: child.pid ?? 0,
    gone,
    tell: (order) => {
      const answered = answer();
      child.stdin.write(`${JSON.stringify(order)}\n`);
      return answered;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
