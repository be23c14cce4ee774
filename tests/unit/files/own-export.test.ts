import { expect, it } from 'vitest';
import { isOwnExport } from '../../../src-main/files/own-export.ts';
import { collectionNames, collections } from '../../../src-shared/collections/index.ts';

it.each(collectionNames)('an export of %s is known by its header, also by a part of it', (name) => {
  const all = collections[name].fields.map((field) => field.name);
  expect(isOwnExport(all)).toBe(true);
  expect(isOwnExport(['id', 'key', 'status'])).toBe(true);
  expect(isOwnExport(['version', 'status'])).toBe(true);
});

it.each([
  ['lacks what only a stored record has', ['key', 'status', 'createdAt']],
  ['has a number and no key', ['id', 'status']],
  ['has a column that no record has', ['id', 'key', 'status', 'notes']],
  ['mixes columns of two collections', ['id', 'key', 'version', 'transcript', 'requester']],
])('a file that %s is none', (_why, headers) => {
  expect(isOwnExport(headers)).toBe(false);
});
