import { useEffect, useState } from 'react';
import { tickets } from '../../../src-shared/collections/tickets.ts';
import { canUndo, type Operation } from '../../../src-shared/domain/operation.ts';
import { useBridge, useConsole } from '../../state/context.tsx';

/** The fields that an operation set and that can be taken back, read from the first record it changed. */
export function useUndoFields(operation: Operation): readonly string[] {
  const bridge = useBridge();
  const showNotice = useConsole((state) => state.showNotice);
  const [fields, setFields] = useState<readonly string[]>([]);
  const { id } = operation;
  const isWanted = canUndo(operation);

  useEffect(() => {
    if (!isWanted) return setFields([]);
    let isCurrent = true;
    bridge.request('operations.items', { id, states: ['done'], limit: 1 }).then(({ items: [item] }) => {
      if (isCurrent) setFields(inOrder(Object.keys(item?.before ?? {})));
    }, showNotice);
    return () => {
      isCurrent = false;
    };
  }, [bridge, id, isWanted, showNotice]);

  return fields;
}

/** As the collection has them, foreign ones last. */
function inOrder(names: readonly string[]): readonly string[] {
  const known = tickets.fields.map(({ name }) => name).filter((name) => names.includes(name));
  return [...known, ...names.filter((name) => !known.includes(name))];
}
