import { expect, test } from 'vitest';
import {
  beforeFile,
  type ImportEvent,
  type ImportFlow,
  nextFlow,
} from '../../../src-renderer/screens/import/import-flow.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { ImportInspection } from '../../../src-shared/domain/import.ts';

const file = { handle: 'abcdefgh', name: 'tickets.csv', bytes: 1000 };
const inspection: ImportInspection = {
  name: 'tickets.csv',
  bytes: 1000,
  encoding: 'utf-8',
  delimiter: ',',
  rows: 2,
  columns: [],
  proposed: {
    file: { bytes: 1000, modifiedAt: 1 },
    columns: [],
    values: {},
    dateOrder: 'iso',
    repeatedIds: 'reject',
    source: 'tickets.csv',
  },
  exportOf: [],
  notes: [],
  mappingNotes: [],
};
const mapping = { ...inspection.proposed, source: 'helpdesk' };
const error = new BulkheadError('csv_open_quote', 'The quote opened on line 12 is never closed.').toDto();

const run = (...events: ImportEvent[]) => events.reduce(nextFlow, beforeFile as ImportFlow);
const inspected: ImportEvent[] = [
  { type: 'chosen', file },
  { type: 'inspected', inspection, isUpdate: false },
];
const planning: ImportEvent[] = [...inspected, { type: 'mapped', mapping }, { type: 'preview' }];

test('an inspected file shows the mapping that is proposed for it', () => {
  expect(run(...inspected)).toMatchObject({ step: 'mapping', mapping: inspection.proposed, error: null });
});

test('a file that cannot be read leads back to the choice and names the file', () => {
  expect(run({ type: 'chosen', file }, { type: 'failed', error })).toEqual({
    step: 'choose',
    error,
    fileName: 'tickets.csv',
  });
});

test('a failed plan keeps the mapping that the user made', () => {
  expect(run(...planning, { type: 'failed', error })).toMatchObject({ step: 'mapping', mapping, error });
});

test('stopping is no error, and a stopped plan keeps the mapping', () => {
  expect(run({ type: 'chosen', file }, { type: 'stop' }, { type: 'failed', error })).toEqual(beforeFile);
  const stopped = run(...planning, { type: 'stop' }, { type: 'failed', error });
  expect(stopped).toMatchObject({ step: 'mapping', mapping, error: null });
});

test('after the plan is made the mapping is there to come back to', () => {
  expect(run(...planning, { type: 'planned' })).toMatchObject({ step: 'mapping', mapping });
});

test('progress of another phase, or one that comes late, changes nothing', () => {
  const progress = { bytes: 500, totalBytes: 1000 };
  expect(run({ type: 'chosen', file }, { type: 'progress', phase: 'plan', progress })).toMatchObject({
    step: 'inspecting',
    progress: { bytes: 0 },
  });
  expect(nextFlow(run(...planning), { type: 'progress', phase: 'inspect', progress })).toMatchObject({
    progress: { bytes: 0 },
  });
  const mapped = run(...inspected);
  expect(nextFlow(mapped, { type: 'progress', phase: 'inspect', progress })).toBe(mapped);
  expect(run(...planning, { type: 'progress', phase: 'plan', progress })).toMatchObject({ progress });
});

test('that the console could not be reached is no news once it is back, anything else that went wrong is', () => {
  const away = new BulkheadError('stopping', 'The console cannot be reached.').toDto();
  const failed = run(...planning, { type: 'failed', error: away });
  expect(failed).toMatchObject({ step: 'mapping', error: away });
  expect(nextFlow(failed, { type: 'back' })).toEqual({ ...failed, error: null });
  expect(run(...planning, { type: 'failed', error }, { type: 'back' })).toMatchObject({ error });
});

test('another file takes the place of the one that is being checked', () => {
  const other = { ...file, handle: 'ijklmnop', name: 'other.csv' };
  expect(run(...planning, { type: 'chosen', file: other })).toMatchObject({
    step: 'inspecting',
    file: other,
  });
});
