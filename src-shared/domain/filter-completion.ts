import type { Collection, Field } from '../collections/field.ts';
import { filterNameOf, findField } from './filter-fields.ts';
import { readFieldStart, tokenize } from './filter-tokens.ts';

export interface Completion {
  /** What takes the place of the stretch. */
  readonly text: string;
  readonly label: string;
  readonly hint: string;
}

export interface Completions {
  /** The stretch of the text that a choice replaces. */
  readonly from: number;
  readonly to: number;
  readonly options: readonly Completion[];
  /** A field whose values in the workspace fit here too, and what they begin with. */
  readonly valuesOf: { readonly field: string; readonly prefix: string } | null;
}

const ages = [
  ['1d', 'last day'],
  ['7d', 'last week'],
  ['30d', 'last 30 days'],
  ['90d', 'last 90 days'],
  ['1y', 'last year'],
] as const;

/** What could stand at the caret: fields, then their values. */
export function completions(text: string, caret: number, collection: Collection): Completions {
  // The token that the caret stands in or at the end of; nothing when it stands after a blank.
  const token = tokenize(text.slice(0, caret)).findLast(({ to }) => to === caret);
  const from = token?.from ?? caret;
  const typed = text.slice(from, caret);
  const start = readFieldStart(typed);
  const none: Completions = { from: caret, to: caret, options: [], valuesOf: null };
  if (!start)
    return typed.startsWith('"') ? none : { ...none, from, options: nameOptions(typed, collection) };

  const prefix = token?.values.at(-1)?.text.toLowerCase() ?? '';
  const valueFrom = from + start.length + valueOffset(typed.slice(start.length));
  if (start.name.toLowerCase() === 'is') {
    const options = 'deleted'.startsWith(prefix)
      ? [{ text: 'deleted ', label: 'deleted', hint: `Deleted ${collection.many}` }]
      : [];
    return { ...none, from: valueFrom, options };
  }
  const field = findField(collection, start.name);
  if (!field?.isFilterable) return none;
  const options = field.kind === 'time' ? ageOptions(prefix, start.operator) : valueOptions(field, prefix);
  const valuesOf = field.isFacet && !field.choices ? { field: field.name, prefix } : null;
  return { ...none, from: valueFrom, options, valuesOf };
}

/** Where the last value of a list begins, counted from the end of the operator. */
function valueOffset(values: string): number {
  let offset = 0;
  let isQuoted = false;
  for (let at = 0; at < values.length; at += 1) {
    const char = values.charAt(at);
    if (char === '\\' && isQuoted) at += 1;
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === ',' && !isQuoted) offset = at + 1;
  }
  return offset;
}

function nameOptions(typed: string, collection: Collection): Completion[] {
  const sign = typed.startsWith('-') ? '-' : '';
  const prefix = typed.slice(sign.length).toLowerCase();
  const options = collection.fields
    .filter((field) => field.isFilterable && filterNameOf(field).toLowerCase().startsWith(prefix))
    .map((field) => {
      const text = `${sign}${filterNameOf(field)}${field.kind === 'time' ? '<' : ':'}`;
      return { text, label: text, hint: field.label };
    });
  if ('is:deleted'.startsWith(prefix) && sign === '') {
    options.push({ text: 'is:deleted ', label: 'is:deleted', hint: `Deleted ${collection.many}` });
  }
  return options;
}

function ageOptions(prefix: string, operator: string): Completion[] {
  if (operator === ':') return [{ text: 'none ', label: 'none', hint: 'Nothing there' }];
  const isOlder = operator.startsWith('>');
  return ages
    .filter(([age]) => age.startsWith(prefix))
    .map(([age, words]) => ({
      text: `${age} `,
      label: age,
      hint: isOlder ? words.replace('last', 'before the last') : words,
    }));
}

function valueOptions(field: Field, prefix: string): Completion[] {
  const options = (field.choices ?? [])
    .filter(
      ({ value, label }) => value.toLowerCase().startsWith(prefix) || label.toLowerCase().startsWith(prefix),
    )
    .map(({ value, label }) => ({ text: value, label: value, hint: label }));
  const canBeNone = field.kind === 'text';
  return canBeNone && 'none'.startsWith(prefix)
    ? [...options, { text: 'none ', label: 'none', hint: 'Nothing there' }]
    : options;
}
