/** A console in a process of its own, to be killed. Does what argv says and tells about it, a line of JSON at a time. */
import { isFinal, type Operation } from '../../src-shared/domain/operation.ts';
import { everyTicket } from '../builders/tickets.ts';
import { openTestConsole } from '../builders/workspace.ts';
import { watchBlocked } from './blocked.ts';
import type { Errand, Line } from './harness.ts';

function say(line: Line): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const errand = JSON.parse(process.argv[2] ?? '') as Errand;

async function main(): Promise<void> {
  const app = await openTestConsole(errand.folder);
  say({ said: 'open', ms: performance.now() });
  app.console.subscribe(({ name, payload }) => {
    if (name !== 'operation.updated') return;
    const { operation, progress } = payload;
    say({
      said: 'updated',
      id: operation.id,
      state: operation.state,
      stoppedBy: operation.stoppedBy?.code ?? null,
      processed: progress?.processed ?? null,
      ms: performance.now(),
    });
  });
  if (errand.do === 'own') {
    await new Promise(() => setInterval(() => undefined, 60_000));
    throw new Error('an owner does not end by itself');
  }
  const blocked = watchBlocked();
  let id: number;
  if (errand.do === 'await') id = errand.id;
  else {
    const draft = await plan();
    id = draft.id;
    say({ said: 'planned', id });
    await app.ask('operations.start', { id });
  }
  const operation = await app.ended(id);
  const kept = blocked();
  await app.close();
  if (app.reports.length > 0) throw new Error(`reported: ${app.reports.map(String).join('; ')}`);
  say({
    said: 'done',
    isFinal: isFinal(operation.state),
    ms: performance.now(),
    blocked: kept,
  });

  function plan(): Promise<Operation> {
    const collection = 'tickets' as const;
    switch (errand.do) {
      case 'undo':
        return app.ask('operations.undo', { id: errand.id });
      case 'sample':
        return app.ask('sample.plan', { count: errand.count, seed: 1 });
      case 'edit': {
        const { action, input, collection = 'tickets' } = errand;
        return app.ask('operations.plan', { action, collection, selection: everyTicket, input });
      }
      case 'export': {
        const input = {
          target: app.handle(errand.path),
          columns: ['id', 'subject', 'status'],
          has_bom: true,
        };
        return app.ask('operations.plan', { action: 'export', collection, selection: everyTicket, input });
      }
      default:
        throw new Error(`nothing to plan for ${errand.do}`);
    }
  }
}

main().catch((error: unknown) => {
  const code = (error as { code?: string }).code ?? 'none';
  say({ said: 'failed', code, message: String(error), ms: performance.now() });
  process.exitCode = 1;
});
