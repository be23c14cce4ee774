import { expect, it } from 'vitest';
import { freePath, safeFileName } from '../../../src-main/platform/safe-name.ts';

const name = (wanted: string) => safeFileName(wanted, 'upload.csv');

it.each([
  ['tickets.csv', 'tickets.csv'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\me\\tickets.csv', 'tickets.csv'],
  ['  .hidden. ', 'hidden'],
  ['a\u202egpj.csv', 'agpj.csv'],
  ['what? "all": <of> it|*.csv', 'what_ _all__ _of_ it__.csv'],
  ['nul.csv', '_nul.csv'],
  ['...', 'upload.csv'],
  ['', 'upload.csv'],
])('makes of %j the name %j', (wanted, safe) => {
  expect(name(wanted)).toBe(safe);
});

it('cuts the stem of a long name, never its extension or half a character', () => {
  expect(name(`${'ü'.repeat(200)}.csv`)).toBe(`${'ü'.repeat(88)}.csv`);
  expect(name(`${'x'.repeat(175)}😀.csv`)).toBe(`${'x'.repeat(175)}.csv`);
  expect(name('x'.repeat(1_000))).toBe('x'.repeat(180));
});

it('makes a whole name of one whose extension is long, or that ends in what no name ends in once it is cut', () => {
  expect(name(`a.${'x'.repeat(18)}😀b`)).toBe(`a.${'x'.repeat(18)}`);
  expect(name(`a.${'x'.repeat(18)} b`)).toBe(`a.${'x'.repeat(18)}`);
  expect(name(`${'x'.repeat(179)} y`)).toBe('x'.repeat(179));
});

it('is soon done with a name of any length', () => {
  expect(name(`${'x'.repeat(1_000_000)}.csv`)).toBe(`${'x'.repeat(176)}.csv`);
});

it('a free path has the next number, found without looking at all that are taken', () => {
  const given = new Set<string>();
  for (let number = 1; number <= 100; number += 1) {
    const path = freePath('/nowhere', 'x.csv', (taken) => given.has(taken));
    expect(path).toBe(number === 1 ? '/nowhere/x.csv' : `/nowhere/x (${number}).csv`);
    given.add(path);
  }
  let looks = 0;
  const path = freePath('/nowhere', 'x.csv', (taken) => {
    looks += 1;
    return Number(/\d+/.exec(taken) ?? 1) <= 100_000;
  });
  expect([path, looks < 50]).toEqual(['/nowhere/x (100001).csv', true]);
});
