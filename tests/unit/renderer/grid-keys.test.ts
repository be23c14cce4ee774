import { expect, test } from 'vitest';
import { type GridCommand, gridCommand } from '../../../src-renderer/screens/records/grid-keys.ts';

const press = (
  key: string,
  held: { shiftKey?: boolean; ctrlKey?: boolean; metaKey?: boolean; altKey?: boolean } = {},
) =>
  gridCommand({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held }, 10, 100, 20);
const move = (to: number, isRange = false): GridCommand => ({ kind: 'move', to, isRange });

test.each([
  ['ArrowDown', {}, move(11)],
  ['ArrowUp', { shiftKey: true }, move(9, true)],
  ['PageDown', {}, move(30)],
  ['PageUp', {}, move(0)],
  ['Home', {}, move(0)],
  ['End', { shiftKey: true }, move(99, true)],
  [' ', {}, { kind: 'toggle' }],
  ['Enter', {}, { kind: 'open' }],
  ['a', { metaKey: true }, { kind: 'all' }],
  ['A', { ctrlKey: true }, { kind: 'all' }],
  ['Escape', {}, { kind: 'clear' }],
  ['a', {}, null],
  ['ArrowDown', { altKey: true }, null],
] as const)('%s %o', (key, held, command) => {
  expect(press(key, held)).toEqual(command);
});

test('an empty grid has nowhere to go; all that match may still be on their way', () => {
  const none = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };
  expect(gridCommand({ ...none, key: 'ArrowDown' }, 0, 0, 20)).toBeNull();
  expect(gridCommand({ ...none, key: 'a', ctrlKey: true }, 0, 0, 20)).toEqual({ kind: 'all' });
});
