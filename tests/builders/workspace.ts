import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Caller } from '../../src-main/api/caller.ts';
import { type Console, openConsole } from '../../src-main/console.ts';
import type { Host } from '../../src-main/host.ts';
import { exportTargets } from '../../src-main/hosts/exports.ts';
import { createHandles } from '../../src-main/hosts/handles.ts';
import type { OpenRemote } from '../../src-main/mirror/ports.ts';
import { type Clock, systemClock, systemTimer, type Timer } from '../../src-main/platform/clock.ts';
import { createSecretFile, plainSeal } from '../../src-main/platform/secret-file.ts';
import { noRemotes, type Remotes } from '../../src-main/remotes/remote.ts';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import {
  type EventName,
  type EventPayload,
  events,
  type RequestInput,
  type RequestName,
  type RequestOutput,
} from '../../src-shared/contract/index.ts';
import type { Operation } from '../../src-shared/domain/operation.ts';
import { isFinal } from '../../src-shared/domain/operation.ts';

/** A console on a workspace of its own, asked as a window would ask. */
export interface TestConsole {
  readonly folder: string;
  readonly console: Console;
  /** What was reported as unexpected; a test that expects nothing of the kind asserts that this is empty. */
  readonly reports: unknown[];
  /** What the desktop showed, each as its title and its text. */
  readonly notices: string[];
  /** As the owner in a window called `test`, or as somebody else. Throws what it is refused for. */
  ask<N extends RequestName>(name: N, input: RequestInput<N>, as?: Caller): Promise<RequestOutput<N>>;
  /** Resolves with the first event that passes the test. */
  event<N extends EventName>(name: N, test: (payload: EventPayload<N>) => boolean): Promise<EventPayload<N>>;
  /** Starts a draft and resolves with the operation once it has ended or stopped. */
  run(draft: Operation): Promise<Operation>;
  /** Resolves once the operation is in a final state. */
  ended(id: number): Promise<Operation>;
  /** A handle for a file to read or a place to write, as the host would give it out. */
  handle(path: string): string;
  close(): Promise<void>;
}

// Threads compile the same few sources for every console that is opened; kept, that takes two thirds of the time.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'bulkhead-test-compile-cache');

export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'bulkhead-test-'));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** A folder of its own that begins as a copy of another, closed workspace. */
export function copyFolder(from: string): string {
  const folder = makeFolder();
  cpSync(join(from, 'bulkhead.db'), join(folder, 'bulkhead.db'));
  return folder;
}

/** Kept where a host keeps them, so that a console that is opened again finds them. */
function secretsOf(folder: string): Pick<Host, 'keepSecret' | 'readSecret' | 'forgetSecret'> {
  const { keep, read, forget } = createSecretFile(folder, plainSeal);
  return { keepSecret: keep, readSecret: read, forgetSecret: forget };
}

export async function openTestConsole(
  folder: string,
  clock: Clock = systemClock,
  timer: Timer = systemTimer,
  remotes: Remotes = noRemotes,
  openRemote?: OpenRemote,
): Promise<TestConsole> {
  const handles = createHandles();
  const reports: unknown[] = [];
  const notices: string[] = [];
  const host: Host = {
    kind: 'browser',
    chooseFile: async () => null,
    chooseTarget: async () => null,
    exportTarget: exportTargets(folder, handles),
    pathOf: handles.pathOf,
    forgetHandle: handles.forget,
    reveal: async () => undefined,
    copy: async () => undefined,
    ...secretsOf(folder),
    notify: (title, body) => void notices.push(`${title}: ${body}`),
  };
  const console = await openConsole({
    workspace: folder,
    host,
    version: '0.0.0',
    actor: 'tester',
    clock,
    timer,
    remotes,
    ...(openRemote && { openRemote }),
    report: (error) => reports.push(error),
  });

  // What breaks the contract is reported by whoever told it.
  console.subscribe(({ name, payload }) => void events[name].parse(payload));

  async function ask<N extends RequestName>(
    name: N,
    input: RequestInput<N>,
    as = console.owner('test'),
  ): Promise<RequestOutput<N>> {
    const reply = await console.handle(as, { name, input });
    if (!reply.ok) throw BulkheadError.fromDto(reply.error);
    return reply.value as RequestOutput<N>;
  }

  function event<N extends EventName>(
    name: N,
    test: (payload: EventPayload<N>) => boolean,
  ): Promise<EventPayload<N>> {
    return new Promise((resolve) => {
      const unsubscribe = console.subscribe((event) => {
        if (event.name !== name) return;
        const parsed = events[name].parse(event.payload) as EventPayload<N>;
        if (!test(parsed)) return;
        unsubscribe();
        resolve(parsed);
      });
    });
  }

  async function ended(id: number): Promise<Operation> {
    const told = event(
      'operation.updated',
      ({ operation }) => operation.id === id && isFinal(operation.state),
    );
    const now = await ask('operations.get', { id });
    return isFinal(now.state) ? now : (await told).operation;
  }

  return {
    folder,
    console,
    reports,
    notices,
    ask,
    event,
    ended,
    run: async (draft) => {
      await ask('operations.start', { id: draft.id });
      return ended(draft.id);
    },
    handle: handles.give,
    close: () => console.close(),
  };
}
