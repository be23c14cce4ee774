import { type Collection, fieldLabel } from '../../src-shared/collections/field.ts';
import { formatNumber } from '../../src-shared/domain/number-words.ts';
import type { Effect } from './effect.ts';

/** About what deletes records, an undo of an import included. */
export function deletionWarning({ many }: Collection): string {
  return `Deleted ${many} leave every list. They can be restored.`;
}

/** Rows of a sheet in Excel, the header among them: https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3 */
const sheetRows = 1_048_576;

/** A sentence for an export that a spreadsheet shows only in part. */
export function sheetWarnings(records: number, { many }: Collection): string[] {
  return records < sheetRows
    ? []
    : [`Excel shows the first ${formatNumber(sheetRows - 1)} ${many} of the file and leaves out the rest.`];
}

/** Sentences about what an effect does that undo cannot make as if it had never been. */
export function warningsOf(effect: Effect, collection: Collection): string[] {
  const { many } = collection;
  switch (effect.kind) {
    case 'create':
      return [`Undo deletes the ${many} that this creates, except those that someone has changed by then.`];
    case 'comment':
      return effect.isInternal
        ? ['Undo hides the note. Colleagues may have read it by then.']
        : ['Undo hides the comment. Customers may have read it by then.'];
    case 'comment_visibility':
      return effect.isVisible ? [] : ['Comments are hidden, not erased. People may have read them already.'];
    case 'export':
      return ['An export cannot be undone: its file stays until you delete it.'];
    case 'fields':
      return effect.erase ? [erasureWarning(effect.erase, collection)] : [];
  }
}

/** The same of what takes an effect back by `inverse`. */
export function undoWarnings(effect: Effect, inverse: Effect, collection: Collection): string[] {
  if (effect.kind === 'create') return [deletionWarning(collection)];
  if (effect.kind === 'fields' && effect.erase)
    return [`What was erased does not come back: ${fieldWords(effect.erase, collection)}.`];
  return warningsOf(inverse, collection);
}

/** Fields as a sentence names them. */
export function fieldWords(fields: readonly string[], collection: Collection): string {
  const labels = fields.map((name) => fieldLabel(collection, name).toLowerCase());
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(labels);
}

function erasureWarning(fields: readonly string[], collection: Collection): string {
  return `Erased for good: ${fieldWords(fields, collection)}. Neither undo nor restoring the ${collection.many} brings them back.`;
}
