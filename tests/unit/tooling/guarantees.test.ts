import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countProven, proofIn, withTable } from '../../../scripts/lib/guarantees.mjs';
import { root } from '../../../scripts/lib/tools.mjs';
import { type Guarantee, guarantees } from '../../faults/guarantees.ts';

const proofs = guarantees.flatMap((guarantee) =>
  guarantee.runs.map((environment) => proofIn(guarantee, environment)).filter((file) => file !== null),
);

function testsIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.test\.tsx?$/.test(name))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`);
}

/** True for a test that is named itself, or whose folder is. */
function isProof(file: string): boolean {
  return proofs.some((proof) => file === proof || file.startsWith(`${proof}/`));
}

test('every fault test has its line, and every line its test', () => {
  const files = testsIn('tests/faults');
  expect(proofs.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  expect(files.filter((file) => !isProof(file))).toEqual([]);
  const ids = guarantees.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('every test that has a long size is the proof of a line, or nothing would ever run it', () => {
  const sized = testsIn('tests').filter((file) => /\bsize\(\{/.test(readFileSync(join(root, file), 'utf8')));
  expect(sized).toContain('tests/unit/hosts/fuzz/messages.test.ts');
  expect(sized.filter((file) => !isProof(file))).toEqual([]);
});

test('the page says what the table says: `npm run faults -- --page` writes it', () => {
  const page = readFileSync(join(root, 'docs/guarantees.md'), 'utf8');
  expect(page).toBe(withTable(page, guarantees));
});

test('only what was proven is counted, and why the rest was not', () => {
  const rows: Guarantee[] = [
    { id: 'a', promise: '', assumption: '', runs: ['node', 'electron'] },
    { id: 'b', promise: '', assumption: '', runs: ['node'] },
  ];
  const onlyA = (id: string, environment: string) => id === 'a' && environment === 'node';
  expect(countProven(rows, onlyA, (where) => (where === 'electron' ? 'no binary here' : null))).toBe(
    'node 1 of 2, electron 0 of 1 (no binary here)',
  );
});
