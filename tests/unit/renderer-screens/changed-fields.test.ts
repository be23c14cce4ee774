import { expect, test } from 'vitest';
import { changedFields, changesAsText } from '../../../src-renderer/screens/record/changed-fields.ts';
import { tickets } from '../../../src-shared/collections/tickets.ts';

test('names what changed in the order of the collection, with labels instead of stored values', () => {
  const fields = changedFields(
    tickets,
    { assignee: null, status: 'open', subject: 'Same' },
    { assignee: 'Mina', status: 'on_hold', subject: 'Same' },
  );
  expect(fields).toEqual([
    { name: 'status', label: 'Status', before: 'Open', after: 'On hold' },
    { name: 'assignee', label: 'Assignee', before: 'none', after: 'Mina' },
  ]);
  expect(changesAsText(fields)).toBe('Status: Open → On hold; Assignee: none → Mina');
});

test('a record that was created has no values before', () => {
  const fields = changedFields(tickets, null, { subject: 'Hello', status: 'new' });
  expect(fields.map(({ before }) => before)).toEqual([null, null]);
  expect(changesAsText(fields)).toBe('Subject: Hello; Status: New');
});

test('a record that was created does not list what it lacks', () => {
  const fields = changedFields(tickets, null, { subject: 'Hello', assignee: null, category: '' });
  expect(fields.map(({ name }) => name)).toEqual(['subject']);
});

test('a value that the collection does not know comes last, in plain words', () => {
  const fields = changedFields(tickets, null, { commentBody: 'Thanks', status: 'new' });
  expect(fields.map(({ label }) => label)).toEqual(['Status', 'Comment body']);
});

test('nothing recorded is nothing to show', () => {
  expect(changedFields(tickets, null, null)).toEqual([]);
});
