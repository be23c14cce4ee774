export type FieldKind = 'key' | 'text' | 'long_text' | 'choice' | 'time' | 'number';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** One field of a collection: what the grid, the filters, the forms and the files need to know of it. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly kind: FieldKind;
  /** Legal values in their natural order; only for `choice`. */
  readonly choices?: readonly Choice[];
  /** Digits after the point that are always shown; only for `number`, none without it. */
  readonly decimals?: number;
  /** What is counted, where it is read otherwise than as a number; only for `number`. */
  readonly unit?: 'seconds' | 'bytes';
  /** Follows from other fields: read, never written. */
  readonly isDerived?: boolean;
  readonly isSortable: boolean;
  readonly isFilterable: boolean;
  /** Few enough different values to offer them with counts. */
  readonly isFacet: boolean;
}

export interface Collection {
  readonly name: string;
  readonly label: string;
  readonly one: string;
  readonly many: string;
  readonly fields: readonly Field[];
  /** The field that says in words which record it is. */
  readonly titleField: string;
  /** The fields in which the words of a filter are looked for. */
  readonly textFields: readonly string[];
  readonly defaultSort: { readonly field: string; readonly direction: 'asc' | 'desc' };
  /** The grid's columns until somebody chooses others. */
  readonly defaultColumns: readonly string[];
}

/** The field of that name, or undefined. */
export function fieldOf(collection: Collection, name: string): Field | undefined {
  return collection.fields.find((field) => field.name === name);
}

/** What a field is called on screen; words are made of a name that the collection does not know. */
export function fieldLabel(collection: Collection, name: string): string {
  const known = fieldOf(collection, name);
  if (known) return known.label;
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What the console gives a record itself. */
const own: readonly string[] = ['id', 'deletedAt', 'version'];

/** The fields that a new record is made of: neither those, nor what follows from others. */
export function createdFields({ fields }: Collection): Field[] {
  return fields.filter(({ name, isDerived }) => isDerived !== true && !own.includes(name));
}

/** What a stored value is called on screen. */
export function labelOf(
  field: { readonly choices?: readonly Choice[] | undefined } | undefined,
  value: string,
): string {
  return field?.choices?.find((choice) => choice.value === value)?.label ?? value;
}

/** The choice that somebody means by a word: its value or its label, in any case. */
export function choiceNamed({ choices }: Field, word: string): Choice | undefined {
  const wanted = word.toLowerCase();
  return choices?.find(
    ({ value, label }) => value.toLowerCase() === wanted || label.toLowerCase() === wanted,
  );
}
