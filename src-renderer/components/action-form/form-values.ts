import type { FormField } from '../../../src-shared/contract/actions.ts';

export type FormValue = string | boolean | readonly string[];
export type FormValues = Readonly<Record<string, FormValue>>;

/** What each control of a form begins with. */
export function initialValues(form: readonly FormField[], columns: readonly string[]): FormValues {
  return Object.fromEntries(form.map((field) => [field.name, field.initial ?? emptyValue(field, columns)]));
}

function emptyValue(field: FormField, columns: readonly string[]): FormValue {
  if (field.kind === 'switch') return false;
  if (field.kind === 'columns') return columns;
  // A choice that must be made is not made beforehand.
  return '';
}

/** The controls that are asked as the others stand. */
export function askedOf(form: readonly FormField[], values: FormValues): FormField[] {
  return form.filter(({ onlyWith }) => !onlyWith || onlyWith.values.includes(String(values[onlyWith.field])));
}

/** What is missing, by field. Anything more is for the action itself to say. */
export function missingValues(
  form: readonly FormField[],
  values: FormValues,
): Readonly<Record<string, string>> {
  const missing = form.filter((field) => {
    const value = values[field.name];
    const isEmpty = Array.isArray(value)
      ? value.length === 0
      : typeof value === 'string' && value.trim() === '';
    return field.isRequired && isEmpty;
  });
  return Object.fromEntries(missing.map((field) => [field.name, missingWords(field)]));
}

function missingWords(field: FormField): string {
  if (field.kind === 'choice') return `Choose a ${field.label.toLowerCase()}.`;
  if (field.kind === 'columns') return 'Choose at least one column.';
  if (field.kind === 'target') return 'Choose where to save.';
  return `Fill in ${field.label.toLowerCase()}.`;
}

/** The values as the action takes them: what was left empty and is not required is left out. */
export function toInput(form: readonly FormField[], values: FormValues): Record<string, unknown> {
  const filled = form.filter((field) => field.isRequired || values[field.name] !== '');
  return Object.fromEntries(filled.map((field) => [field.name, values[field.name]]));
}
