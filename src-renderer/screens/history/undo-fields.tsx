import { useState } from 'react';
import { fieldLabel } from '../../../src-shared/collections/field.ts';
import { collectionOf } from '../../../src-shared/collections/index.ts';
import { countOf } from '../../../src-shared/domain/number-words.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { Button } from '../../components/button.tsx';
import { CheckField } from '../../components/field.tsx';
import { Popover } from '../../components/popover.tsx';
import styles from './undo-fields.module.css';

interface UndoFieldsProps {
  readonly operation: Operation;
  readonly isSmall?: boolean;
  readonly isDisabled: boolean;
  readonly onUndo: (fields: readonly string[]) => void;
}

/** Takes back some of the fields that an operation set and leaves the others; nothing where it set only one. */
export function UndoFields({ operation, isSmall = false, isDisabled, onUndo }: UndoFieldsProps) {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const collection = collectionOf(operation.collection);
  const fields = fieldsOf(operation);
  if (fields.length < 2) return null;
  const toggle = (name: string) =>
    setChosen(chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name]);
  return (
    <Popover
      label="Undo some fields"
      title="Fields to undo"
      button={{ size: isSmall ? 'small' : 'medium', disabled: isDisabled }}
    >
      {(close) => (
        <div className={styles.panel}>
          {fields.map((name) => (
            <CheckField
              key={name}
              label={fieldLabel(collection, name)}
              checked={chosen.includes(name)}
              onChange={() => toggle(name)}
            />
          ))}
          <Button
            variant="primary"
            size="small"
            icon="undo"
            disabled={chosen.length === 0 || isDisabled}
            onClick={() => {
              close();
              onUndo(chosen);
            }}
          >
            {chosen.length === 0 ? 'Undo' : `Undo ${countOf(chosen.length, 'field', 'fields')}`}
          </Button>
        </div>
      )}
    </Popover>
  );
}

/** The fields that an operation set, as the collection has them, foreign ones last. */
function fieldsOf(operation: Operation): readonly string[] {
  const { fields } = collectionOf(operation.collection);
  const known = fields.map(({ name }) => name).filter((name) => operation.fields.includes(name));
  return [...known, ...operation.fields.filter((name) => !known.includes(name))];
}
