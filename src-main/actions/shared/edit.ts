import { z } from 'zod';
import { fieldLabel, fieldOf, labelOf } from '../../../src-shared/collections/field.ts';
import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import { orderTransitions } from '../../../src-shared/collections/orders.ts';
import { sessionTransitions } from '../../../src-shared/collections/sessions.ts';
import { ticketTransitions } from '../../../src-shared/collections/tickets.ts';
import { videoTransitions } from '../../../src-shared/collections/videos.ts';
import { ShortText } from '../../../src-shared/domain/text.ts';
import { type Action, defineAction, type Rule } from '../action.ts';
import { locked } from '../orders/rules.ts';
import { processing } from './rules.ts';
import { illegalTo } from './transitions.ts';

/** What of a record may be written field by field, how statuses follow each other, and which records are left alone. */
interface Editing {
  readonly fields: readonly string[];
  /** Those that may be empty. */
  readonly optional: readonly string[];
  readonly transitions: Readonly<Record<string, readonly string[]>>;
  readonly rules: readonly Rule[];
}

const editing: Readonly<Record<CollectionName, Editing>> = {
  tickets: {
    fields: [
      'subject',
      'description',
      'status',
      'priority',
      'category',
      'assignee',
      'requester',
      'channel',
      'product',
    ],
    optional: ['category', 'assignee', 'requester', 'channel', 'product'],
    transitions: ticketTransitions,
    rules: [],
  },
  sessions: {
    fields: ['title', 'owner', 'status', 'channel'],
    optional: ['owner', 'channel'],
    // Archiving does more than write a field.
    transitions: { ...sessionTransitions, archived: [] },
    rules: [processing],
  },
  videos: {
    fields: ['title', 'status', 'category'],
    optional: ['category'],
    transitions: videoTransitions,
    rules: [],
  },
  orders: {
    fields: ['customer', 'status', 'isArchived'],
    optional: [],
    transitions: orderTransitions,
    rules: [locked],
  },
};

/** The fields of a collection that can be edited one by one. */
export function editableFields(name: CollectionName): readonly string[] {
  return editing[name].fields;
}

/** Fields of a record as whoever keeps a copy of it writes them. Not on any menu: each menu has actions of one meaning. */
export function editOf(name: CollectionName): Action {
  const collection = collections[name];
  const { fields, transitions, rules } = editing[name];
  return defineAction({
    collection: name,
    name: 'edit',
    label: 'Edit',
    input: z
      .strictObject(Object.fromEntries(fields.map((field) => [field, valueOf(name, field).optional()])))
      .refine((values) => Object.keys(values).length > 0, 'names no field'),
    form: [],
    title: (input) =>
      `Edit ${Object.keys(input)
        .map((field) => fieldLabel(collection, field).toLowerCase())
        .join(', ')}`,
    details: (input) =>
      Object.entries(input).map(([field, value]) => ({
        label: fieldLabel(collection, field),
        value: labelOf(fieldOf(collection, field), value ?? ''),
      })),
    change: (input) => {
      const status = input['status'];
      const illegal = typeof status === 'string' ? illegalTo(transitions, status) : [];
      const values = Object.fromEntries(
        Object.entries(input).map(([field, value]) => [field, value ?? null]),
      );
      return { kind: 'set', values, rules: [...rules, ...illegal] };
    },
  });
}

function valueOf(name: CollectionName, field: string): z.ZodType<string | null> {
  const described = fieldOf(collections[name], field);
  const choices = described?.choices?.map(({ value }) => value);
  const value = choices
    ? z.enum(choices.filter((choice) => !(name === 'sessions' && choice === 'archived')))
    : described?.kind === 'long_text'
      ? z.string().max(1_000_000)
      : ShortText;
  return editing[name].optional.includes(field) ? z.union([value, z.null()]) : value;
}
