import { ZodError } from 'zod';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { countsOf } from '../../../src-shared/domain/operation.ts';
import type { Schedule, ScheduledRun } from '../../../src-shared/domain/schedule.ts';
import { toBulkheadError } from '../../platform/coded-error.ts';
import type { StoredSchedule } from '../../store/store.ts';
import type { Engine } from '../engine.ts';
import type { EnginePorts } from '../ports.ts';
import type { Templates } from './templates.ts';

const interruptedMessage = 'Bulkhead ended before this run could be started. Nothing was changed.';

/** How a run is made: plans the template of its schedule, starts the plan, and answers what came of it. Rejects only where the database cannot be asked. */
export function createRunMaker(
  { store, report }: Pick<EnginePorts, 'store' | 'report'>,
  engine: Pick<Engine, 'start' | 'abandon'>,
  templates: Pick<Templates, 'plan'>,
): (schedule: Schedule) => Promise<Omit<ScheduledRun, 'at'>> {
  /** Throws the draft of a run that failed away, unless it was started and only the answer was lost. */
  async function isStarted(draftId: number): Promise<boolean> {
    const { operation } = await store.read('getOperation', { id: draftId });
    if (operation.state !== 'draft') return true;
    await engine.abandon(draftId);
    return false;
  }

  function refusal(cause: unknown): Omit<ScheduledRun, 'at'> {
    if (cause instanceof ZodError)
      return {
        outcome: 'refused',
        operationId: null,
        message: 'Its action no longer accepts what the template asks for.',
      };
    const error = toBulkheadError(cause);
    if (error.code === 'nothing_to_do') return { outcome: 'nothing_to_do', operationId: null, message: '' };
    if (error.code === 'internal') report(cause, 'schedules');
    return { outcome: 'refused', operationId: null, message: error.message };
  }

  return async (schedule) => {
    let draftId: number | null = null;
    try {
      const template = await store.read('getTemplate', { id: schedule.templateId });
      const draft = await templates.plan(template, { client: 'schedule', actor: schedule.createdBy });
      draftId = draft.id;
      if (countsOf(draft.tallies).planned === 0)
        throw new BulkheadError('nothing_to_do', 'Everything is so already.');
      if (!(await store.write('linkRun', { id: schedule.id, operationId: draft.id })))
        throw new BulkheadError('stopped', 'The schedule was switched off while this run was being planned.');
      await engine.start(draft.id, null, template.options);
      return started(draft.id);
    } catch (error) {
      if (draftId !== null && (await isStarted(draftId))) return started(draftId);
      return refusal(error);
    }
  };
}

/** What became of a run that an earlier console did not settle, because it ended. */
export function outcomeOf({ dueAt, startedId }: NonNullable<StoredSchedule['claim']>): ScheduledRun {
  if (startedId === null) return missed(dueAt, interruptedMessage);
  return { at: dueAt, ...started(startedId) };
}

function started(operationId: number): Omit<ScheduledRun, 'at'> {
  return { outcome: 'started', operationId, message: '' };
}

export function missed(at: number, message: string): ScheduledRun {
  return { at, outcome: 'missed', operationId: null, message };
}
