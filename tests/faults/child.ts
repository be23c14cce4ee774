/** A console in a process of its own, to be killed. Does what argv says and tells about it, a line of JSON at a time. */
import { isFinal, type Operation } from '../../src-shared/domain/operation.ts';
import { everyTicket } from '../builders/tickets.ts';
import { openTestConsole } from '../builders/workspace.ts';
import type { Errand, Line } from './harness.ts';

function say(line: Line): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const errand = JSON.parse(process.argv[2] ?? '') as Errand;

try {
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
  app.console.subscribe(({ name, payload }) => {
    if (name !== 'operation.updated' || payload.operation.stoppedBy?.code !== 'disk_full') return;
    void whenThereIsSpace(() => app.ask('operations.resume', { id: payload.operation.id }));
  });
  let id: number;
  if (errand.do === 'own') {
    await new Promise(() => setInterval(() => undefined, 60_000));
    throw new Error('an owner does not end by itself');
  }
  if (errand.do === 'await') id = errand.id;
  else {
    const draft = await whenThereIsSpace(plan);
    id = draft.id;
    say({ said: 'planned', id });
    await whenThereIsSpace(() => app.ask('operations.start', { id }));
  }
  const operation = await app.ended(id);
  await app.close();
  const unexpected = app.reports.filter((report) => (report as { code?: string }).code !== 'disk_full');
  if (unexpected.length > 0) throw new Error(`reported: ${unexpected.map(String).join('; ')}`);
  say({ said: 'done', isFinal: isFinal(operation.state), ms: performance.now() });

  /** Tries again for as long as the disk is full, as a user would after freeing some space. */
  async function whenThereIsSpace<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if ((error as { code?: string }).code !== 'disk_full') throw error;
        say({ said: 'full', ms: performance.now() });
      }
    }
  }

  function plan(): Promise<Operation> {
    if (errand.do === 'undo') return app.ask('operations.undo', { id: errand.id });
    if (errand.do === 'sample') return app.ask('sample.plan', { count: errand.count, seed: 1 });
    if (errand.do === 'edit') {
      const { action, input } = errand;
      return app.ask('operations.plan', { action, collection: 'tickets', selection: everyTicket, input });
    }
    throw new Error(`nothing to plan for ${errand.do}`);
  }
} catch (error) {
  const code = (error as { code?: string }).code ?? 'none';
  say({ said: 'failed', code, message: String(error), ms: performance.now() });
  process.exitCode = 1;
}
