import { z } from 'zod';
import { fieldOf, labelOf } from '../../../src-shared/collections/field.ts';
import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import type { FormField } from '../../../src-shared/contract/actions.ts';
import { ShortText } from '../../../src-shared/domain/text.ts';
import { type Action, defineAction, type Rule } from '../action.ts';

interface Setting {
  readonly collection: CollectionName;
  readonly name: string;
  readonly label: string;
  readonly field: string;
  /** Which records do not get a value, and why. */
  readonly rules?: (value: string) => readonly Rule[];
}

/** Gives a field one of its choices or, where it has none, a short text, for which those in use are suggested. */
export function setField({ field: name, rules = () => [], ...action }: Setting): Action {
  const field = fieldOf(collections[action.collection], name);
  if (!field) throw new Error(`${action.collection} have no field ${name}`);
  const { label, choices } = field;
  const value = choices ? z.enum(choices.map((choice) => choice.value)) : ShortText;
  const asked: Pick<FormField, 'kind' | 'choices' | 'suggestFrom'> = choices
    ? { kind: 'choice', choices: [...choices] }
    : { kind: 'line', suggestFrom: name };
  const valueIn = (input: Readonly<Record<string, string>>): string => input[name] ?? '';
  return defineAction({
    ...action,
    input: z.strictObject({ [name]: value }),
    form: [{ name, label: `New ${label.toLowerCase()}`, ...asked, isRequired: true }],
    title: (input) => `Set ${label.toLowerCase()} to ${labelOf(field, valueIn(input))}`,
    change: (input) => ({ kind: 'set', values: { [name]: valueIn(input) }, rules: rules(valueIn(input)) }),
  });
}
