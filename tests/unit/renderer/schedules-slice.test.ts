import { beforeEach, expect, test } from 'vitest';
import { createConsoleStore } from '../../../src-renderer/state/store.ts';
import type { RequestInput } from '../../../src-shared/contract/index.ts';
import { createHeldBridge } from '../../fakes/held-bridge.ts';

const answered = () => new Promise(setImmediate);
let held: ReturnType<typeof createHeldBridge>;
let state: ReturnType<typeof createConsoleStore>['getState'];
beforeEach(() => {
  held = createHeldBridge();
  state = createConsoleStore(held.bridge).getState;
});

const template = { name: 'Weekly' } as RequestInput<'templates.save'>;
const schedule = { templateId: 1 } as RequestInput<'schedules.save'>;

test.each([
  ['templates.save', () => state().saveTemplate(template)],
  ['templates.delete', () => state().deleteTemplate(1)],
  ['schedules.save', () => state().saveSchedule(schedule)],
  ['schedules.delete', () => state().deleteSchedule(1)],
] as const)('after %s both lists are read again', async (name, change) => {
  const changing = change();
  held.next(name).answer({});
  await answered();
  held.next('templates.list').answer({ templates: [{ id: 3 }] });
  held.next('schedules.list').answer({ schedules: [{ id: 4 }] });
  await changing;
  expect(state()).toMatchObject({ templates: [{ id: 3 }], schedules: [{ id: 4 }], schedulesError: null });
});

test('why the lists cannot be read is said, until they can', async () => {
  const failing = state().loadSchedules();
  held.next('templates.list').refuse(new Error('busy'));
  await failing;
  expect(state().schedulesError?.message).toContain('busy');
  const reading = state().loadSchedules();
  held.next('templates.list').answer({ templates: [] });
  held.asked.splice(0, 1);
  held.next('schedules.list').answer({ schedules: [] });
  await reading;
  expect(state()).toMatchObject({ templates: [], schedules: [], schedulesError: null });
});
