import { useMemo } from 'react';
import type { Field } from '../../../src-shared/collections/field.ts';
import { collections } from '../../../src-shared/collections/index.ts';
import { useConsole } from '../../state/context.tsx';
import { columnsIn, columnsOf } from './columns.ts';

/** The columns of the collection that is listed: those that somebody chose, else as many of its own as there is room for. */
export function useColumns(roomPx: number): readonly Field[] {
  const name = useConsole((state) => state.collection);
  const chosen = useConsole(({ settings }) => settings.columns[name]);
  return useMemo(() => {
    const collection = collections[name];
    return chosen ? columnsOf(collection, chosen) : columnsIn(roomPx, collection);
  }, [name, chosen, roomPx]);
}
