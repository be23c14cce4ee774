/**
 * Loaded before anything else into every thread of a process under test (`node --import`). Threads that are started
 * with `BULKHEAD_SABOTAGE` in their environment count what they do and fail where the fault says (`fault.ts`).
 */
import fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { BroadcastChannel, isMainThread, parentPort, threadName, type Worker } from 'node:worker_threads';
import type Driver from 'better-sqlite3';
import { type Fault, type SabotageMessage, sabotageChannel, sabotageVariable } from './fault.ts';

interface Statement {
  readonly source: string;
  readonly readonly: boolean;
}
type Call = (this: unknown, ...args: unknown[]) => unknown;
type Counted = { readonly kind: Fault['kind']; readonly text: string };

const here = isMainThread ? 'main' : (threadName ?? '');
const fileCalls = [
  'openSync',
  'writeSync',
  'write',
  'fsyncSync',
  'closeSync',
  'renameSync',
  'unlinkSync',
] as const;
const order = process.env[sabotageVariable];
let fault: Fault | null = null;
let count = 0;
/** What the thread was asked to do, or in the main thread: what it has got an answer to. */
let method = '';

function take(next: Fault | null): void {
  fault = next?.thread === here ? next : null;
  count = 0;
}

/** The fault that is due now, or null. */
function due({ kind, text }: Counted): Fault | null {
  if (!fault || fault.kind !== kind) return null;
  if (fault.method !== undefined && fault.method !== method) return null;
  if (fault.text !== undefined && !text.startsWith(fault.text)) return null;
  count += 1;
  return count >= fault.nth && count < fault.nth + (fault.times ?? 1) ? fault : null;
}

/** Makes the call, or what becomes of it under the fault. `fail` is how this kind of call tells of an error. */
function meet(counted: Counted, call: () => unknown, fail: (code: string) => unknown): unknown {
  const now = due(counted);
  switch (now?.how) {
    case undefined:
      return call();
    case 'kill':
      return process.kill(process.pid, 'SIGKILL');
    case 'kill-after':
      // Also where the call fails, as the removal of a file does that an earlier process removed.
      try {
        return call();
      } finally {
        process.kill(process.pid, 'SIGKILL');
      }
    case 'throw':
      process.nextTick(() => {
        throw new Error('sabotage');
      });
      return call();
    case 'exit':
      return process.exit(1);
    case 'exit-after':
      call();
      return process.exit(1);
    case 'memory':
      return hoard();
    default:
      return fail(now?.how ?? '');
  }
}

function hoard(): never {
  const hoarded: unknown[] = [];
  for (;;) hoarded.push(Array<number>(100_000).fill(0.5));
}

function replace(target: object, name: string, by: (original: Call) => Call): void {
  const original: unknown = Reflect.get(target, name);
  if (typeof original !== 'function') throw new Error(`there is no ${name}`);
  Reflect.set(target, name, by(original as Call));
}

/** `exec` takes SQL of several statements, a step of a schema for example, which count as one. */
function watchStatements(): void {
  const Database = createRequire(import.meta.url)('better-sqlite3') as typeof Driver;
  const db = new Database(':memory:');
  const statements: object = Object.getPrototypeOf(db.prepare('SELECT 1'));
  db.close();
  const fail = (code: string) => {
    throw new Database.SqliteError(code, code);
  };
  const meetStatement = ({ source, readonly }: Statement, call: () => unknown): unknown => {
    const isWrite = !readonly || source.startsWith('COMMIT');
    const asWrite = () => (isWrite ? meet({ kind: 'write', text: source }, call, fail) : call());
    return meet({ kind: 'statement', text: source }, asWrite, fail);
  };
  for (const name of ['run', 'get', 'all']) {
    replace(
      statements,
      name,
      (original) =>
        function (...args) {
          return meetStatement(this as Statement, () => original.apply(this, args));
        },
    );
  }
  replace(
    Database.prototype,
    'exec',
    (original) =>
      function (...args) {
        const source = String(args[0]).trimStart();
        return meetStatement({ source, readonly: source.startsWith('BEGIN') }, () =>
          original.apply(this, args),
        );
      },
  );
  parentPort?.on('message', (message: { method?: string }) => {
    method = message.method ?? '';
  });
}

/** Reading is left alone, also what is opened and closed for it; a folder that is made durable counts. */
function watchFiles(): void {
  const written = new Set<unknown>();
  const isRead = (name: string, [first, flags]: readonly unknown[]) =>
    (name === 'openSync' && flags === 'r') || (name === 'closeSync' && !written.delete(first));
  for (const name of fileCalls) {
    replace(fs, name, (original) => (...args) => {
      const call = () => original.apply(fs, args);
      if (isRead(name, args)) return call();
      const open = () => {
        const fd = call();
        if (name === 'openSync') written.add(fd);
        return fd;
      };
      return meet({ kind: 'file', text: name }, open, (code) => {
        const error = Object.assign(new Error(`${code}: sabotage`), { code });
        const done = args.at(-1);
        if (typeof done === 'function') return process.nextTick(done, error);
        // A descriptor is gone even when closing it reports an error.
        if (name === 'closeSync') call();
        throw error;
      });
    });
  }
  syncBuiltinESMExports();
}

/** Counts answers of threads before anybody hears of them. */
function watchAnswers(): void {
  process.on('worker', (worker: Worker) => {
    const methods = new Map<number, string>();
    const post = worker.postMessage.bind(worker);
    worker.postMessage = (message: { id: number; method: string }, ...rest) => {
      methods.set(message.id, message.method);
      return post(message, ...rest);
    };
    worker.prependListener('message', (answer: { id?: number }) => {
      method = methods.get(answer.id ?? 0) ?? '';
      meet(
        { kind: 'answer', text: '' },
        () => undefined,
        (code) => {
          throw new Error(`an answer cannot fail with ${code}`);
        },
      );
    });
  });
}

if (order !== undefined) {
  take(JSON.parse(order) as Fault | null);
  watchFiles();
  if (isMainThread) watchAnswers();
  else {
    if (here === 'writer' || here === 'reader') watchStatements();
    const channel = new BroadcastChannel(sabotageChannel);
    channel.onmessage = (event) => {
      const message: SabotageMessage = event.data;
      if (!('to' in message) || message.to !== here) return;
      take(message.fault);
      channel.postMessage({ from: here, isNew: false } satisfies SabotageMessage);
    };
    channel.postMessage({ from: here, isNew: true } satisfies SabotageMessage);
    channel.unref();
  }
}
