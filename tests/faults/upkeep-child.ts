/** A console in a process of its own that keeps schedules, or cleans up, to be killed. Tells what it does, a line of JSON at a time. */
import { defaultRunOptions } from '../../src-shared/domain/run-options.ts';
import { everyTicket } from '../builders/tickets.ts';
import { createFastTime } from '../builders/time.ts';
import { openTestConsole } from '../builders/workspace.ts';
import type { UpkeepErrand, UpkeepLine } from './upkeep-harness.ts';

function say(line: UpkeepLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const errand = JSON.parse(process.argv[2] ?? '') as UpkeepErrand;

async function main(): Promise<void> {
  if (errand.do === 'clean') {
    const app = await openTestConsole(errand.folder);
    say({ said: 'open' });
    const { items, files } = await app.ask('retention.clean', {});
    await app.close();
    if (app.reports.length > 0) throw new Error(`reported: ${app.reports.map(String).join('; ')}`);
    say({ said: 'cleaned', items, files });
  } else {
    const time = createFastTime(errand.origin);
    const app = await openTestConsole(errand.folder, time, time);
    app.console.subscribe(({ name }) => name === 'schedules.changed' && say({ said: 'changed' }));
    say({ said: 'open' });
    const template = await app.ask('templates.save', {
      name: errand.name,
      action: 'add_comment',
      collection: 'tickets',
      selection: everyTicket,
      input: { comment: errand.name },
      options: defaultRunOptions,
    });
    const startAt = time.now() + errand.inMs;
    await app.ask('schedules.save', {
      templateId: template.id,
      cron: null,
      startAt,
      timeZone: 'UTC',
      isActive: true,
    });
    say({ said: 'saved' });
  }
}

void main();
