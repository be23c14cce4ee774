import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../../scripts/lib/tools.mjs';
import { errorCatalogue } from '../../../src-shared/contract/errors.ts';

const codes = Object.keys(errorCatalogue);

/** The codes that none of these files names between quotes. */
function unnamed(...patterns: string[]): string[] {
  const files = globSync(patterns, { cwd: root });
  const texts = files.map((file) => readFileSync(join(root, file), 'utf8'));
  return codes.filter((code) => !texts.some((text) => text.includes(`'${code}'`)));
}

it('no code is in the catalogue that the console never answers', () => {
  expect(unnamed('src-main/**/*.ts')).toEqual([]);
});

it('every code is expected by a test of what answers it', () => {
  // The tests of the window show errors that they make themselves.
  expect(unnamed('tests/{unit/!(renderer*),conformance,migrations,faults,e2e}/**/*.test.ts')).toEqual([]);
});
