import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { scheduleRequests } from '../../src-shared/contract/schedules.ts';
import type { ApiOf } from './api.ts';

async function notYet(): Promise<never> {
  throw new BulkheadError('not_available_here', 'This console cannot do that yet. Nothing was changed.');
}

export const schedulesApi = (): ApiOf<typeof scheduleRequests> => ({
  'templates.list': notYet,
  'templates.save': notYet,
  'templates.delete': notYet,
  'templates.plan': notYet,
  'schedules.list': notYet,
  'schedules.save': notYet,
  'schedules.delete': notYet,
  'schedules.preview': notYet,
});
