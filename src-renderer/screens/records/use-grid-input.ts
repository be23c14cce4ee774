import type { KeyboardEvent, MouseEvent } from 'react';
import { useConsoleStore } from '../../state/context.tsx';
import { gridCommand } from './grid-keys.ts';

interface GridInput {
  readonly rowCount: number;
  /** How many rows Page Up and Page Down go. */
  readonly pageRows: number;
  /** Scrolls to a row. */
  readonly showRow: (index: number) => void;
  readonly takeKeyboard: () => void;
}

/** What keys and clicks in the grid do: move its row, choose records, and open one. */
export function useGridInput({ rowCount, pageRows, showRow, takeKeyboard }: GridInput) {
  const store = useConsoleStore();

  const openRecord = (id: number) => {
    const { openOverlay, collection } = store.getState();
    openOverlay({ kind: 'record', collection, id });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof Element && event.target.closest('[role=columnheader]')) return;
    const state = store.getState();
    const command = gridCommand(event, state.focusIndex, rowCount, pageRows);
    if (!command) return;
    event.preventDefault();
    const record = state.recordAt(state.focusIndex);
    switch (command.kind) {
      case 'move':
        if (command.isRange) void state.chooseRange(command.to);
        else state.setFocus(command.to);
        return showRow(command.to);
      case 'toggle':
        if (record) state.toggle(record.id, state.focusIndex);
        return;
      case 'open':
        if (record) openRecord(record.id);
        return;
      case 'all':
        return state.chooseAllMatching();
      case 'clear':
        return state.clearChosen();
    }
  };

  const onClick = (event: MouseEvent) => {
    const target = event.target instanceof Element ? event.target : null;
    const row = target?.closest('[data-index]');
    if (!target || !row) return;
    const index = Number(row.getAttribute('data-index'));
    const state = store.getState();
    const record = state.recordAt(index);
    if (!record) return;
    // A recycled check box must not keep the focus of a row that scrolled away.
    takeKeyboard();
    if (event.shiftKey) return void state.chooseRange(index);
    state.setFocus(index);
    const isCheck = target.closest('[role=gridcell]:first-child') !== null;
    if (isCheck || event.ctrlKey || event.metaKey) state.toggle(record.id, index);
    else if (event.detail === 2 || target.closest('[data-field=key]')) openRecord(record.id);
  };

  return { onKeyDown, onClick };
}
