import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { RequestInput, RequestName, RequestOutput } from '../../src-shared/contract/index.ts';

const root = resolve(import.meta.dirname, '../..');

/** A console that was started as a process of its own, the way `npm run serve` does. */
export interface ServedConsole {
  readonly process: ChildProcess;
  readonly url: string;
  readonly token: string;
  readonly workspace: string;
  /** What it printed on stdout, line by line. */
  readonly lines: string[];
  readonly log: () => string;
  /** Sends the signal and answers exit code and how long it took in ms. */
  stop(signal?: NodeJS.Signals): Promise<{ code: number | null; tookMs: number }>;
}

/** A fresh workspace folder, and how to remove it. */
export function temporaryWorkspace(): { workspace: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-served-'));
  return {
    workspace: join(folder, 'workspace'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Starts the built console and waits until it says where it is. Rejects with its log when it ends before. */
export async function serve(workspace: string, ...args: readonly string[]): Promise<ServedConsole> {
  const command = [join(root, 'out/main/server.cjs'), '--workspace', workspace, ...args];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  // When all that it said has come as well.
  const exited = new Promise<number | null>((done) => child.once('close', done));
  const ready = new Promise<string>((done) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      done(line);
    });
  });
  const first = await Promise.race([ready, exited]);
  if (typeof first !== 'string') throw new Error(`the console ended with ${first}: ${log}`);
  const { url, token } = JSON.parse(first) as { url: string; token: string };
  return {
    process: child,
    url,
    token,
    workspace,
    lines,
    log: () => log,
    async stop(signal = 'SIGTERM') {
      const startedAt = performance.now();
      child.kill(signal);
      return { code: await exited, tookMs: performance.now() - startedAt };
    },
  };
}

/** Asks a served console as a script would, with the bearer token. */
export async function ask(console: ServedConsole, name: string, input: unknown): Promise<unknown> {
  const response = await fetch(new URL('/rpc', console.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${console.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name, input }),
  });
  return await response.json();
}

/** The answer of a console to what its owner asks; throws what it refuses. */
export async function answerOf<N extends RequestName>(
  console: ServedConsole,
  name: N,
  input: RequestInput<N>,
): Promise<RequestOutput<N>> {
  const reply = (await ask(console, name, input)) as { ok: boolean; value: RequestOutput<N>; error: unknown };
  if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply.error)}`);
  return reply.value;
}
