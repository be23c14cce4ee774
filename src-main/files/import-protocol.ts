import type { CollectionName } from '../../src-shared/collections/index.ts';
import type { ErrorDto } from '../../src-shared/contract/errors.ts';
import type { ImportInspection, ImportMapping } from '../../src-shared/domain/import.ts';
import type { EditedRow } from '../actions/plan-edit.ts';
import type { OpenedExport, OpenedFile, PackedBatch } from './import-batches.ts';

/** What the reader asks of its thread. */
export type ImportRequest =
  | { readonly id: number; readonly ask: 'inspect'; readonly path: string }
  | { readonly id: number; readonly ask: 'open'; readonly path: string; readonly mapping: ImportMapping }
  | { readonly id: number; readonly ask: 'next' }
  | {
      readonly id: number;
      readonly ask: 'openExport';
      readonly path: string;
      readonly collection: CollectionName;
    }
  | { readonly id: number; readonly ask: 'nextEdits' };

/** What the thread answers, by request. */
export interface ImportAnswers {
  readonly inspect: ImportInspection;
  readonly open: OpenedFile;
  readonly next: PackedBatch;
  readonly openExport: OpenedExport;
  readonly nextEdits: PackedBatch<EditedRow>;
}
export type ImportAsk = keyof ImportAnswers;

/** What the thread says: how far it is, or one answer for each request. */
export type ImportReply =
  | { readonly say: 'bytes'; readonly id: number; readonly bytes: number; readonly total: number }
  | { readonly say: 'answer'; readonly id: number; readonly answer: ImportAnswers[ImportAsk] }
  | { readonly say: 'error'; readonly id: number; readonly error: ErrorDto };
