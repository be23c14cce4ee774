import { expect, test } from 'vitest';
import { marksOf, withNews } from '../../../src-renderer/screens/history/operation-marks.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { buildOperation } from '../../builders/operations.ts';

const live = (...operations: Operation[]) =>
  new Map(operations.map((operation) => [operation.id, { operation }]));

test('says how an operation belongs to others', () => {
  const operation = buildOperation({ undoOf: 3, retryOf: 4, undoneBy: 7, undone: 10, retriedBy: 8 });
  expect(marksOf(operation).map(({ text }) => text)).toEqual([
    'Undo of #3',
    'Retry of #4',
    'Undone by #7',
    'Retried by #8',
  ]);
  expect(marksOf(buildOperation())).toEqual([]);
});

test('what was undone in part is not called undone', () => {
  const marks = (undone: number) => marksOf(buildOperation({ undoneBy: 7, undone }));
  expect(marks(10)).toMatchObject([{ text: 'Undone by #7', brief: 'Undone' }]);
  expect(marks(4)).toMatchObject([{ text: 'Partly undone by #7', brief: '4 of 10 undone' }]);
});

test('an undo is not said to have undone an operation if none of its records is undone', () => {
  const [mark] = marksOf(buildOperation({ undoneBy: 7, undone: 0 }));
  expect(mark).toMatchObject({ text: 'Followed by undo #7', brief: 'Followed by undo #7', operationId: 7 });
});

test('the latest news about an operation count', () => {
  const news = buildOperation({ id: 1, state: 'completed' });
  const [operation] = withNews([buildOperation({ id: 1, state: 'in_progress' })], live(news));
  expect(operation).toBe(news);
});

test('without news an operation stays the same object', () => {
  const operation = buildOperation({ id: 2 });
  expect(withNews([operation], live(buildOperation({ id: 9 })))[0]).toBe(operation);
});
