import type { ErrorDto } from '../../../src-shared/contract/errors.ts';
import type { ChosenFile } from '../../../src-shared/contract/files.ts';
import type { ImportInspection, ImportMapping } from '../../../src-shared/domain/import.ts';
import { lasting } from '../../bridge/error-dto.ts';

export interface ReadProgress {
  readonly bytes: number;
  readonly totalBytes: number;
}

/** Where an import stands before it is a plan. Nothing is stored in any of these steps. */
export type ImportFlow =
  | { readonly step: 'choose'; readonly error: ErrorDto | null; readonly fileName: string | null }
  | {
      readonly step: 'inspecting';
      readonly file: ChosenFile;
      readonly progress: ReadProgress;
      readonly isStopping: boolean;
    }
  | {
      readonly step: 'mapping';
      readonly file: ChosenFile;
      readonly inspection: ImportInspection;
      readonly mapping: ImportMapping;
      /** The records that the file was exported from are to be changed; otherwise new ones are made of its rows. */
      readonly isUpdate: boolean;
      readonly error: ErrorDto | null;
    }
  | {
      readonly step: 'planning';
      readonly file: ChosenFile;
      readonly inspection: ImportInspection;
      readonly mapping: ImportMapping;
      readonly isUpdate: boolean;
      readonly progress: ReadProgress;
      readonly isStopping: boolean;
    };

export type ImportEvent =
  | { readonly type: 'chosen'; readonly file: ChosenFile }
  | { readonly type: 'progress'; readonly phase: 'inspect' | 'plan'; readonly progress: ReadProgress }
  | { readonly type: 'inspected'; readonly inspection: ImportInspection; readonly isUpdate: boolean }
  | { readonly type: 'aimed'; readonly isUpdate: boolean }
  | { readonly type: 'mapped'; readonly mapping: ImportMapping }
  | { readonly type: 'preview' }
  | { readonly type: 'planned' }
  | { readonly type: 'stop' }
  | { readonly type: 'failed'; readonly error: ErrorDto }
  /** The console is back after it could not be reached. */
  | { readonly type: 'back' };

export const beforeFile: ImportFlow = { step: 'choose', error: null, fileName: null };

/** The next step of an import. An event that does not belong to the step, such as late progress, changes nothing. */
export function nextFlow(flow: ImportFlow, event: ImportEvent): ImportFlow {
  if (event.type === 'back') return 'error' in flow ? { ...flow, error: lasting(flow.error) } : flow;
  switch (flow.step) {
    case 'choose':
      if (event.type === 'chosen') return inspecting(event.file);
      return event.type === 'failed' ? { ...flow, error: event.error } : flow;
    case 'inspecting':
      if (event.type === 'progress' && event.phase === 'inspect')
        return { ...flow, progress: event.progress };
      if (event.type === 'stop') return { ...flow, isStopping: true };
      if (event.type === 'inspected') return mappingOf(flow.file, event);
      if (event.type !== 'failed') return flow;
      // What ends because the user stopped it is no error to him.
      return flow.isStopping ? beforeFile : { step: 'choose', error: event.error, fileName: flow.file.name };
    case 'mapping':
      if (event.type === 'chosen') return inspecting(event.file);
      if (event.type === 'aimed') return { ...flow, isUpdate: event.isUpdate, error: null };
      if (event.type === 'mapped') return { ...flow, mapping: event.mapping, error: null };
      if (event.type === 'failed') return { ...flow, error: event.error };
      return event.type === 'preview' ? planning(flow) : flow;
    case 'planning':
      if (event.type === 'chosen') return inspecting(event.file);
      if (event.type === 'progress' && event.phase === 'plan') return { ...flow, progress: event.progress };
      if (event.type === 'stop') return { ...flow, isStopping: true };
      if (event.type === 'planned') return mappingOf(flow.file, flow, flow.mapping);
      if (event.type !== 'failed') return flow;
      return { ...mappingOf(flow.file, flow, flow.mapping), error: flow.isStopping ? null : event.error };
  }
}

type Mapping = Extract<ImportFlow, { step: 'mapping' }>;

/** A file was chosen and is being looked at. */
export function inspecting(file: ChosenFile): ImportFlow {
  return { step: 'inspecting', file, progress: { bytes: 0, totalBytes: file.bytes }, isStopping: false };
}

function mappingOf(
  file: ChosenFile,
  { inspection, isUpdate }: Pick<Mapping, 'inspection' | 'isUpdate'>,
  mapping = inspection.proposed,
): Mapping {
  return { step: 'mapping', file, inspection, mapping, isUpdate, error: null };
}

function planning({ file, inspection, mapping, isUpdate }: Mapping): ImportFlow {
  const progress = { bytes: 0, totalBytes: inspection.bytes };
  return { step: 'planning', file, inspection, mapping, isUpdate, progress, isStopping: false };
}
