import { useEffect, useId, useState } from 'react';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import type { FormField } from '../../../src-shared/contract/actions.ts';
import { everything } from '../../../src-shared/domain/filter.ts';
import { useBridge } from '../../state/context.tsx';
import { SelectField, SwitchField, TextAreaField, TextField } from '../field.tsx';
import { ColumnsControl } from './columns-control.tsx';
import type { FormValue } from './form-values.ts';
import { TargetControl } from './target-control.tsx';

export interface FormControlProps {
  readonly collection: CollectionName;
  readonly field: FormField;
  /** Of the file, where one is written: the end of its name. */
  readonly format: string;
  readonly value: FormValue;
  readonly error: string | undefined;
  readonly hasFocus: boolean;
  readonly onChange: (value: FormValue) => void;
}

/** One control of an action's form, by its kind. */
export function FormControl({
  collection,
  field,
  format,
  value,
  error,
  hasFocus,
  onChange,
}: FormControlProps) {
  const { label, help } = field;
  // What has an answer from the start never lacks one.
  const isAnswered = field.isRequired || field.initial !== undefined;
  const text = typeof value === 'string' ? value : '';
  const words = {
    label: isAnswered || field.kind === 'switch' ? label : `${label} (optional)`,
    help,
    error,
  };
  switch (field.kind) {
    case 'choice':
      return (
        <SelectField
          {...words}
          value={text}
          autoFocus={hasFocus}
          onChange={(event) => onChange(event.target.value)}
        >
          {(text === '' || !isAnswered) && <option value="">{field.isRequired ? 'Choose…' : 'None'}</option>}
          {field.choices?.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </SelectField>
      );
    case 'line':
      return (
        <LineControl
          {...words}
          collection={collection}
          suggestFrom={field.suggestFrom}
          value={text}
          hasFocus={hasFocus}
          onChange={onChange}
        />
      );
    case 'text':
      return (
        <TextAreaField
          {...words}
          dir="auto"
          value={text}
          autoFocus={hasFocus}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case 'switch':
      return <SwitchField {...words} checked={value === true} onCheckedChange={onChange} />;
    case 'columns':
      return (
        <ColumnsControl
          {...words}
          collection={collection}
          value={Array.isArray(value) ? value : []}
          onChange={onChange}
        />
      );
    case 'target':
      return (
        <TargetControl {...words} collection={collection} format={format} value={text} onChange={onChange} />
      );
  }
}

interface LineControlProps {
  readonly collection: CollectionName;
  readonly label: string;
  readonly help: string | undefined;
  readonly error: string | undefined;
  readonly suggestFrom: string | undefined;
  readonly value: string;
  readonly hasFocus: boolean;
  readonly onChange: (value: string) => void;
}

const mostSuggestions = 50;

function LineControl({ collection, suggestFrom, hasFocus, onChange, ...props }: LineControlProps) {
  const listId = useId();
  const suggestions = useValuesOf(collection, suggestFrom);
  return (
    <>
      <TextField
        {...props}
        dir="auto"
        autoComplete="off"
        autoFocus={hasFocus}
        list={suggestions.length > 0 ? listId : undefined}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={listId}>
        {suggestions.map((value) => (
          <option key={value} value={value}>
            {value}
          </option>
        ))}
      </datalist>
    </>
  );
}

/** The values that a field has in the workspace, most frequent first. */
function useValuesOf(collection: CollectionName, field: string | undefined): readonly string[] {
  const bridge = useBridge();
  const [values, setValues] = useState<readonly string[]>([]);
  useEffect(() => {
    if (!field) return;
    let isCurrent = true;
    bridge.request('records.facets', { collection, filter: everything, fields: [field] }).then(
      ({ facets }) => {
        const known = facets[0]?.values.flatMap(({ value }) => value ?? []) ?? [];
        if (isCurrent) setValues(known.slice(0, mostSuggestions));
      },
      () => undefined, // Suggestions are a help; any value may be typed.
    );
    return () => {
      isCurrent = false;
    };
  }, [bridge, collection, field]);
  return values;
}
