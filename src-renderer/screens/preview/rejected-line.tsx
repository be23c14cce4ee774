import { useState } from 'react';
import { collectionOf } from '../../../src-shared/collections/index.ts';
import { countOf } from '../../../src-shared/domain/number-words.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { Button } from '../../components/button.tsx';
import { Sheet } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { RejectedRows } from '../import/rejected-rows.tsx';
import styles from './preview-sheet.module.css';

/** Says how many rows of a file could not be taken, and shows them. */
export function RejectedLine({ operation }: { readonly operation: Operation }) {
  const { one, many } = collectionOf(operation.collection);
  const [isOpen, setOpen] = useState(false);
  return (
    <div className={styles.rejected}>
      <Icon name="warning" />
      <p>
        {countOf(operation.rejected, 'row', 'rows')} of the file cannot{' '}
        {operation.action === 'import'
          ? `become ${operation.rejected === 1 ? `a ${one}` : many}`
          : 'be taken'}{' '}
        and will be left out.
      </p>
      <Button size="small" onClick={() => setOpen(true)}>
        Show rejected rows
      </Button>
      {isOpen && (
        <Sheet title="Rejected rows" onClose={() => setOpen(false)}>
          <RejectedRows operation={operation} />
        </Sheet>
      )}
    </div>
  );
}
