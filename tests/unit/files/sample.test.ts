import { expect, it } from 'vitest';
import { sampleTickets } from '../../../src-main/sample/sample-tickets.ts';
import { ticketPriorities, ticketStatuses } from '../../../src-shared/collections/tickets.ts';

const nowMs = Date.UTC(2026, 5, 1);
const sample = [...sampleTickets(20_000, 7, nowMs)];
const valuesOf = (field: 'status' | 'priority' | 'assignee' | 'category') =>
  new Set(sample.map(({ fields }) => fields[field]));
const shareOf = (is: (record: (typeof sample)[number]) => boolean) =>
  sample.filter(is).length / sample.length;

it('is the same for a seed and another for another', () => {
  expect([...sampleTickets(500, 7, nowMs)]).toEqual([...sampleTickets(500, 7, nowMs)]);
  expect([...sampleTickets(500, 8, nowMs)]).not.toEqual([...sampleTickets(500, 7, nowMs)]);
});

it('is keyed from 1 on and lies within the last two years', () => {
  expect(sample.map(({ key }) => key)).toEqual(
    Array.from({ length: 20_000 }, (_, index) => String(index + 1)),
  );
  for (const { fields } of sample) {
    const created = Number(fields.createdAt);
    const updated = Number(fields.updatedAt);
    expect(created > nowMs - 731 * 86_400_000 && created <= updated && updated <= nowMs).toBe(true);
  }
});

it('looks like the tickets of a help desk', () => {
  expect(valuesOf('status')).toEqual(new Set(ticketStatuses));
  expect(valuesOf('priority')).toEqual(new Set(ticketPriorities));
  expect(valuesOf('assignee').size).toBe(41);
  expect(valuesOf('category').size).toBe(8);
  expect(shareOf(({ fields }) => fields.status === 'closed')).toBeGreaterThan(0.4);
  expect(shareOf(({ fields }) => fields.priority === 'critical')).toBeLessThan(0.1);
  for (const script of [/\p{Script=Arabic}/u, /\p{Script=Hebrew}/u, /\p{Script=Han}/u]) {
    expect(shareOf(({ fields }) => script.test(String(fields.subject)))).toBeGreaterThan(0.001);
    expect(shareOf(({ fields }) => script.test(String(fields.requester)))).toBeGreaterThan(0.001);
  }
  expect(shareOf(({ fields }) => String(fields.subject).length > 500)).toBeGreaterThan(0);
  expect(shareOf(({ fields }) => /[",]/.test(String(fields.subject)))).toBeGreaterThan(0.01);
  expect(sample.some(({ fields }) => String(fields.subject).includes('{product}'))).toBe(false);
});
