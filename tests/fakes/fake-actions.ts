import { tickets } from '../../src-shared/collections/tickets.ts';
import type { ActionInfo, FormField } from '../../src-shared/contract/actions.ts';

const choices = (name: string) =>
  tickets.fields
    .find((field) => field.name === name)
    ?.choices?.map(({ value, label }) => ({ value, label })) ?? [];

const action = (name: string, label: string, form: FormField[], isDestructive = false): ActionInfo => ({
  name,
  label,
  collection: 'tickets',
  form,
  isDestructive,
  forDeleted: false,
});
const line = (name: string, label: string): FormField => ({
  name,
  label,
  kind: 'line',
  suggestFrom: name,
  isRequired: false,
});

/** Actions as a console offers them. */
export const fakeActions: ActionInfo[] = [
  action('update_status', 'Update status', [
    { name: 'status', label: 'Status', kind: 'choice', choices: choices('status'), isRequired: true },
  ]),
  action('add_comment', 'Add comment', [
    { name: 'body', label: 'Comment', kind: 'text', isRequired: true },
    { name: 'isInternal', label: 'Internal note', kind: 'switch', isRequired: true, initial: true },
  ]),
  action('assign', 'Assign', [line('assignee', 'Assignee')]),
  action('update_priority', 'Update priority', [
    { name: 'priority', label: 'Priority', kind: 'choice', choices: choices('priority'), isRequired: true },
  ]),
  action('update_category', 'Update category', [line('category', 'Category')]),
  action('export', 'Export', [
    { name: 'columns', label: 'Columns', kind: 'columns', isRequired: true },
    { name: 'target', label: 'File', kind: 'target', isRequired: true },
  ]),
  action('delete', 'Delete', [], true),
];
