import { expect, test } from 'vitest';
import { createWatch } from '../../../src-main/hosts/server/faces/operations/watch.ts';
import { buildOperation } from '../../builders/operations.ts';
import { createFakeConsole } from '../../fakes/console.ts';

test('whoever follows an operation is told of that one, until they stop; others go on', () => {
  const console = createFakeConsole();
  const watch = createWatch(console);
  const told: string[] = [];
  const stopFirst = watch.follow(1, ({ id }) => told.push(`first ${id}`));
  watch.follow(1, ({ id }) => told.push(`second ${id}`));
  watch.follow(2, ({ id }) => told.push(`other ${id}`));
  const tell = (id: number): void =>
    console.emit({
      name: 'operation.updated',
      payload: { operation: buildOperation({ id }), progress: null },
    });
  tell(1);
  stopFirst();
  tell(1);
  expect(told).toEqual(['first 1', 'second 1', 'second 1']);
  watch.close();
  tell(1);
  tell(2);
  expect(told).toHaveLength(3);
});
