import { type Collection, choiceNamed, type Field, fieldLabel } from '../collections/field.ts';
import { type Condition, longestValue, type Moment, mostValues } from './condition.ts';
import { type Filter, longestSearch, mostConditions } from './filter.ts';
import { filterNameOf, findField, nearestName } from './filter-fields.ts';
import { nextDay, readAge, readDate, writeMoment } from './filter-moments.ts';
import {
  type FilterToken,
  readWords,
  type TokenValue,
  tokenize,
  writeValue,
  writeWords,
} from './filter-tokens.ts';

export { type Completion, completions } from './filter-completion.ts';
export { describeConditions } from './filter-words.ts';

/** A part of the text that means nothing yet. Positions are in UTF-16 units; `to` is exclusive. */
export interface FilterProblem {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

export interface ParsedFilter {
  /** What the understood parts mean. */
  readonly filter: Filter;
  readonly problems: readonly FilterProblem[];
}

/** What a token adds to the filter, or why it means nothing. */
type Meaning =
  | { readonly condition: Condition }
  | { readonly deleted: boolean }
  | { readonly words: string }
  | { readonly problem: string };

/** Reads a filter as it is typed. What cannot be understood is a problem with its place, never dropped in silence. */
export function parseFilter(text: string, collection: Collection): ParsedFilter {
  const conditions: Condition[] = [];
  const words: string[] = [];
  const problems: FilterProblem[] = [];
  let deleted = false;
  for (const token of tokenize(text)) {
    const meaning = meaningOf(token, collection);
    if ('problem' in meaning) problems.push({ from: token.from, to: token.to, message: meaning.problem });
    else if ('condition' in meaning) conditions.push(meaning.condition);
    else if ('deleted' in meaning) deleted = meaning.deleted;
    else words.push(meaning.words);
  }
  const all = { from: 0, to: text.length };
  const search = words.join(' ');
  if (conditions.length > mostConditions)
    problems.push({ ...all, message: `A filter holds up to ${mostConditions} conditions.` });
  if (search.length > longestSearch)
    problems.push({ ...all, message: `Search for up to ${longestSearch} characters.` });
  return { filter: { conditions, text: search, deleted }, problems };
}

/** Writes a filter so that it reads back as the same filter. */
export function formatFilter(filter: Filter, collection: Collection): string {
  const parts = filter.conditions.map((condition) => formatCondition(condition, collection));
  if (filter.deleted) parts.push('is:deleted');
  if (filter.text !== '') parts.push(writeWords(filter.text));
  return parts.join(' ');
}

function formatCondition(condition: Condition, collection: Collection): string {
  const field = findField(collection, condition.field);
  const name = field ? filterNameOf(field) : condition.field;
  switch (condition.op) {
    case 'in':
      return `${condition.not ? '-' : ''}${name}:${condition.values.map(writeValue).join(',')}`;
    case 'empty':
      return `${condition.not ? '-' : ''}${name}:none`;
    case 'before':
      return 'agoMs' in condition.moment
        ? `${name}>${writeMoment(condition.moment)}`
        : `${name}<${writeMoment(condition.moment)}`;
    case 'after':
      return 'agoMs' in condition.moment
        ? `${name}<${writeMoment(condition.moment)}`
        : `${name}>=${writeMoment(condition.moment)}`;
  }
}

function meaningOf(token: FilterToken, collection: Collection): Meaning {
  if (!token.isClosed) return { problem: 'A quote is opened here and not closed.' };
  if (!token.field) return wordsMeaning(token);
  const { name } = token.field;
  if (name.toLowerCase() === 'is') return isMeaning(token);
  const field = findField(collection, name);
  if (!field) {
    const near = nearestName(collection, name);
    const hint = near ? `Did you mean ${near}?` : 'Put it in quotes to search for the words.';
    return { problem: `There is no field “${name}”. ${hint}` };
  }
  if (!field.isFilterable) {
    const searched = collection.textFields.map((name) => fieldLabel(collection, name).toLowerCase());
    return {
      problem: `${field.label} is not a field to filter by. Type words alone to search ${searched.join(' and ')}.`,
    };
  }
  return token.field.operator === ':' ? valuesMeaning(token, field) : momentMeaning(token, field);
}

function wordsMeaning(token: FilterToken): Meaning {
  if (token.isNegated)
    return {
      problem: 'Words cannot be left out, only fields: -status:open. Put it in quotes to search for it.',
    };
  return { words: token.values.map(readWords).join(' ') };
}

function isMeaning(token: FilterToken): Meaning {
  const value = token.values[0]?.text.toLowerCase();
  if (token.field?.operator === ':' && token.values.length === 1 && value === 'deleted')
    return { deleted: !token.isNegated };
  return { problem: 'After “is” comes deleted: is:deleted.' };
}

function valuesMeaning(token: FilterToken, field: Field): Meaning {
  const not = token.isNegated;
  const name = filterNameOf(field);
  const isNone = (value: TokenValue) => !value.isQuoted && value.text.toLowerCase() === 'none';
  if (token.values.some((value) => value.text === '' && !value.isQuoted)) {
    return { problem: `Say which ${field.label.toLowerCase()}, or ${name}:none.` };
  }
  if (token.values.some(isNone)) {
    if (token.values.length > 1) return { problem: `“none” takes no other value beside it: ${name}:none.` };
    return { condition: { op: 'empty', field: field.name, not } };
  }
  if (field.kind === 'time') {
    return {
      problem: `Compare times: ${name}<30d is the last 30 days, ${name}>=2024-01-31 is since that day.`,
    };
  }
  if (token.values.length > mostValues) return { problem: `One condition holds up to ${mostValues} values.` };
  const values: string[] = [];
  for (const { text } of token.values) {
    const value = field.choices ? choiceNamed(field, text)?.value : text;
    if (value === undefined) return { problem: unknownChoice(field, text) };
    if (value.length > longestValue) return { problem: `A value has up to ${longestValue} characters.` };
    values.push(value);
  }
  return { condition: { op: 'in', field: field.name, values, not } };
}

function unknownChoice(field: Field, text: string): string {
  const choices = field.choices?.map(({ value }) => value).join(', ') ?? '';
  return `${field.label} cannot be “${text}”. Choose one of ${choices}.`;
}

function momentMeaning(token: FilterToken, field: Field): Meaning {
  const name = filterNameOf(field);
  if (field.kind !== 'time') return { problem: `${field.label} is not a time. Use ${name}:value.` };
  const [value, ...more] = token.values;
  const age = value ? readAge(value.text) : null;
  const date = value && !age ? readDate(value.text) : null;
  if (!value || more.length > 0 || (!age && !date)) {
    return { problem: `Give an age like 30d (h, d, w, m, y) or a date like 2024-01-31: ${name}<30d.` };
  }
  const operator = token.field?.operator;
  const isLess = operator === '<' || operator === '<=';
  // A smaller age is a later time; a smaller date is an earlier one.
  const isAfter = (age ? isLess : !isLess) !== token.isNegated;
  return {
    condition: { op: isAfter ? 'after' : 'before', field: field.name, moment: momentOf(age, date, operator) },
  };
}

function momentOf(
  age: { agoMs: number } | null,
  date: ReturnType<typeof readDate>,
  operator: string | undefined,
): Moment {
  if (age) return age;
  const at = date?.at ?? 0;
  // "After a day" and "up to a day" both turn at the end of that day.
  const isAtEnd = date?.isDay === true && (operator === '>' || operator === '<=');
  return { at: isAtEnd ? nextDay(at) : at };
}
