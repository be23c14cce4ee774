import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { safeFileName } from '../../../src-main/platform/safe-name.ts';
import { errorFileName, sourceOfFile } from '../../../src-shared/domain/error-file-name.ts';

/** The source that an import of the saved file proposes. */
const proposed = (source: string): string =>
  sourceOfFile(basename(safeFileName(errorFileName(source, 12), 'export.csv'), '.csv'));

it.each([
  'help desk',
  'Desk: EU/1',
  '100% of <it>?',
  '..hidden',
  'C:\\desk|"a*b"',
  'x'.repeat(150),
  'Ж'.repeat(75),
])('the name of an error file leads back to its source: %s', (source) =>
  expect(proposed(source)).toBe(source),
);

it.each([
  ['Ж'.repeat(200), 'Ж'.repeat(75)],
  ['案'.repeat(90), '案'.repeat(50)],
  [`${'x'.repeat(149)}/`, 'x'.repeat(149)],
  [`${'x'.repeat(148)}/`, 'x'.repeat(148)],
])('and to the beginning of one that is too long for it', (source, beginning) =>
  expect(proposed(source)).toBe(beginning),
);

it('a file of another name is taken by that, whatever stands in it', () => {
  expect(sourceOfFile('100%41 sure')).toBe('100%41 sure');
});
