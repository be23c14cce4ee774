import { spawn } from 'node:child_process';
import { expect } from 'vitest';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import {
  Reply,
  type RequestInput,
  type RequestName,
  type RequestOutput,
} from '../../src-shared/contract/index.ts';
import type { Role } from '../../src-shared/domain/user.ts';
import { type Fault, sabotageVariable } from './fault.ts';
import { type Child, follow } from './harness.ts';
import { shipped } from './shipped.ts';

/** What a server's process is to serve, and where; port 0 is any. */
export interface ServerErrand {
  readonly folder: string;
  readonly port: number;
  /** The owner's. */
  readonly token: string;
}

export type ServerLine =
  | { readonly said: 'listening'; readonly port: number }
  | { readonly said: 'closed'; readonly reports: readonly string[] };

/** A server in a process of its own. */
export interface Served extends Child<ServerLine> {
  readonly port: number;
  readonly url: string;
  /** Asks as its window would. */
  ask<N extends RequestName>(name: N, input: RequestInput<N>): Promise<RequestOutput<N>>;
  /** A new user's token. */
  user(name: string, role: Role): Promise<string>;
  /** Ends it in order; throws where something unexpected was reported. */
  close(): Promise<void>;
}

const token = 'the-owners-key-16';

/** A server's process, which meets its death or none. */
export function startServer(
  folder: string,
  port: number,
  death?: Fault,
): Child<ServerLine> & { end(): void } {
  const { [sabotageVariable]: _mine, ...inherited } = process.env;
  const fault = death ? { [sabotageVariable]: JSON.stringify(death) } : {};
  const sabotage = death ? ['--import', shipped('sabotage')] : [];
  const errand: ServerErrand = { folder, port, token };
  const args = [...sabotage, shipped('server-child'), JSON.stringify(errand)];
  const child = spawn(process.execPath, args, { env: { ...inherited, NODE_OPTIONS: '', ...fault } });
  return { ...follow<ServerLine>(child), end: () => child.kill('SIGTERM') };
}

/** Starts a server on a workspace and waits until it listens. */
export async function serve(folder: string, port = 0): Promise<Served> {
  const child = startServer(folder, port);
  const listening = await child.line('listening');
  const url = `http://127.0.0.1:${listening.port}`;

  async function ask<N extends RequestName>(name: N, input: RequestInput<N>): Promise<RequestOutput<N>> {
    const response = await fetch(`${url}/rpc`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name, input }),
    });
    const reply = Reply.parse(await response.json());
    if (!reply.ok) throw BulkheadError.fromDto(reply.error);
    return reply.value as RequestOutput<N>;
  }

  return {
    ...child,
    port: listening.port,
    url,
    ask,
    user: async (name, role) => {
      const { token: own } = await ask('users.save', { name, role });
      if (own === null) throw new Error('a new user has a token');
      return own;
    },
    close: async () => {
      child.end();
      const { lines, errors } = await child.gone;
      expect(lines.at(-1), errors).toEqual({ said: 'closed', reports: [] });
    },
  };
}
