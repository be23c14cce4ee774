import { expect, it } from 'vitest';
import { sheetWarnings } from '../../../src-main/actions/warnings.ts';
import { collections } from '../../../src-shared/collections/index.ts';

it('an export warns when it has more rows than a sheet with its header', () => {
  expect(sheetWarnings(1_048_575, collections.tickets)).toEqual([]);
  expect(sheetWarnings(1_048_576, collections.tickets)).toEqual([
    'Excel shows the first 1,048,575 tickets of the file and leaves out the rest.',
  ]);
});
