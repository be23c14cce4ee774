/**
 * A console in a process of its own that tells an effect server of changes, to be killed. Does what argv says and tells
 * about it, a line of JSON at a time.
 */
import { systemClock, systemTimer } from '../../src-main/platform/clock.ts';
import { everyTicket } from '../builders/tickets.ts';
import { openTestConsole } from '../builders/workspace.ts';
import { createHttpRemote } from '../fakes/http-remote.ts';
import type { RemoteErrand, RemoteLine } from './remote-harness.ts';

function say(line: RemoteLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const errand = JSON.parse(process.argv[2] ?? '') as RemoteErrand;
let requests = 0;

/** Ends the process when it comes to the place that was named for the nth time. */
function dieAt(place: 'before_send' | 'after_send'): void {
  if (errand.death?.place !== place) return;
  requests += 1;
  if (requests === errand.death.nth) process.kill(process.pid, 'SIGKILL');
}

const remote = createHttpRemote(errand.url, errand.capabilities, {
  beforeSend: ({ deliveries }) => {
    dieAt('before_send');
    if (deliveries.some(({ recordKey }) => recordKey === errand.poison)) process.kill(process.pid, 'SIGKILL');
  },
  afterSend: () => dieAt('after_send'),
});
async function main(): Promise<void> {
  const app = await openTestConsole(errand.folder, systemClock, systemTimer, new Map([['seed', remote]]));
  say({ said: 'open', ms: performance.now() });
  let id = errand.id;
  if (id === null) {
    const { action, input } = errand;
    const draft = await app.ask('operations.plan', {
      action,
      collection: 'tickets',
      selection: everyTicket,
      input,
    });
    id = draft.id;
    const { options } = errand;
    await app.ask('operations.start', { id, options });
    say({ said: 'started', id, ms: performance.now() });
  }
  const operation = await app.ended(id);
  await app.close();
  if (app.reports.length > 0) throw new Error(`reported: ${app.reports.map(String).join('; ')}`);
  say({ said: 'ended', state: operation.state, ms: performance.now() });
}

void main();
