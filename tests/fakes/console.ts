import type { Console, EventListener } from '../../src-main/console.ts';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { type Reply, RequestMessage } from '../../src-shared/contract/index.ts';

/** A console without a workspace: answers what it is told to, and remembers what reached it. */
export interface FakeConsole extends Console {
  readonly handled: { client: string; message: unknown }[];
  readonly forgotten: string[];
  running: number;
  closed: number;
  readonly listeners: Set<EventListener>;
  answer: (name: string, input: unknown) => unknown;
  emit: EventListener;
}

/** What every answer of the fake holds, so that a test can look for one byte of it. */
export const secretData = 'ticket-data-that-nobody-else-may-see';

export function createFakeConsole(): FakeConsole {
  const fake: FakeConsole = {
    handled: [],
    forgotten: [],
    running: 0,
    closed: 0,
    listeners: new Set(),
    answer: () => ({ secretData }),
    async handle({ client }, message): Promise<Reply> {
      fake.handled.push({ client, message });
      try {
        const { name, input } = RequestMessage.parse(message);
        return { ok: true, value: await fake.answer(name, input) };
      } catch (error) {
        if (error instanceof BulkheadError) return { ok: false, error: error.toDto() };
        throw error;
      }
    },
    owner: (client) => ({ client, actor: 'owner', role: 'admin' }),
    userOf: async () => null,
    workspaceId: async () => 'workspace',
    sign: async () => 'signature',
    subscribe(listener) {
      fake.listeners.add(listener);
      return () => fake.listeners.delete(listener);
    },
    forget: (client) => fake.forgotten.push(client),
    runningOperations: () => fake.running,
    async close() {
      fake.closed += 1;
    },
    emit(event, client) {
      for (const listener of fake.listeners) listener(event, client);
    },
  };
  return fake;
}
