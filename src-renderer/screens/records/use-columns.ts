import { collections } from '../../../src-shared/collections/index.ts';
import { useConsole } from '../../state/context.tsx';

/** The names of the columns of the collection that is listed: those that somebody chose, else its own. */
export function useColumns(): readonly string[] {
  return useConsole(
    ({ collection, settings }) => settings.columns[collection] ?? collections[collection].defaultColumns,
  );
}
