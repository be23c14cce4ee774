/**
 * A server in a process of its own, to be killed: offers its workspace to others as `npm run serve` does. Says where it is,
 * and what was reported as unexpected when it was asked to end.
 */
import { type ApiServer, startApiServer } from '../builders/api-server.ts';
import type { ServerErrand, ServerLine } from './served.ts';

function say(line: ServerLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const { folder, port, token } = JSON.parse(process.argv[2] ?? '') as ServerErrand;

async function main(): Promise<void> {
  const server = await startApiServer(folder, { port, token });
  process.once('SIGTERM', () => void close(server));
  // It does not outlive the test that started it.
  process.stdin.once('end', () => process.exit(1)).resume();
  say({ said: 'listening', port: server.server.port });
}

async function close(server: ApiServer): Promise<void> {
  await server.close();
  say({
    said: 'closed',
    reports: server.reports.map(
      ({ kind, facts }) => `${kind} ${JSON.stringify(facts)} ${String(facts['error'])}`,
    ),
  });
  process.exit(0);
}

void main();
