import { useEffect, useState } from 'react';
import type { Collection } from '../../../src-shared/collections/field.ts';
import { collectionOf } from '../../../src-shared/collections/index.ts';
import { canUndo, type Operation } from '../../../src-shared/domain/operation.ts';
import { useBridge, useConsole } from '../../state/context.tsx';

/** The fields that an operation set and that can be taken back, read from the first record it changed. */
export function useUndoFields(operation: Operation): readonly string[] {
  const bridge = useBridge();
  const showNotice = useConsole((state) => state.showNotice);
  const [fields, setFields] = useState<readonly string[]>([]);
  const { id, collection } = operation;
  const isWanted = canUndo(operation);

  useEffect(() => {
    if (!isWanted) return setFields([]);
    let isCurrent = true;
    bridge.request('operations.items', { id, states: ['done'], limit: 1 }).then(({ items: [item] }) => {
      if (isCurrent) setFields(inOrder(collectionOf(collection), Object.keys(item?.before ?? {})));
    }, showNotice);
    return () => {
      isCurrent = false;
    };
  }, [bridge, id, collection, isWanted, showNotice]);

  return fields;
}

/** As the collection has them, foreign ones last. */
function inOrder(collection: Collection, names: readonly string[]): readonly string[] {
  const known = collection.fields.map(({ name }) => name).filter((name) => names.includes(name));
  return [...known, ...names.filter((name) => !known.includes(name))];
}
