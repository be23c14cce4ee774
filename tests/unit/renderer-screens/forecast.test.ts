import { expect, test } from 'vitest';
import { forecastWords } from '../../../src-renderer/screens/preview/forecast.ts';
import type { Forecast } from '../../../src-shared/domain/operation.ts';
import { buildOperation } from '../../builders/operations.ts';

function factsOf(historyDays: number | null, { reversible = true, action = 'update_status' } = {}) {
  const forecast = { durationMs: 3_000, reversible, warnings: [] };
  return forecastWords(buildOperation({ action, forecast }), { historyDays }).facts;
}

test('a forecast says for how long it can be undone, if that ends', () => {
  expect(factsOf(null)).toEqual(['About 3 s', 'can be undone']);
  expect(factsOf(90)).toEqual(['About 3 s', 'can be undone for 90 days']);
  expect(factsOf(1)).toEqual(['About 3 s', 'can be undone for 1 day']);
});

test('retention matters to nothing that cannot be undone or changes nothing', () => {
  expect(factsOf(90, { reversible: false })).toEqual(['About 3 s', 'cannot be undone']);
  expect(factsOf(90, { action: 'export' })).toEqual(['About 3 s', 'changes no record']);
});

test('if nothing comparable was measured, the first word begins the line', () => {
  const forecast = { durationMs: null, reversible: true, warnings: [] };
  const { facts, caution } = forecastWords(buildOperation({ forecast }), { historyDays: 30 });
  expect([facts, caution]).toEqual([['Can be undone for 30 days'], null]);
});

test('what is to be known before starting has a name, and only what cannot be undone is called so', () => {
  const caution = (reversible: boolean, warnings: string[], action = 'update_status') =>
    forecastWords({ action, forecast: { durationMs: null, reversible, warnings } }, { historyDays: null })
      .caution;
  expect(caution(true, [])).toBeNull();
  expect(caution(true, ['Customers get a mail.'])).toEqual({
    title: 'Before you start',
    isIrreversible: false,
    parts: ['Customers get a mail.'],
  });
  expect(caution(false, ['Gone for good.'])).toMatchObject({
    title: 'This cannot be undone',
    isIrreversible: true,
    parts: ['Gone for good.'],
  });
  expect(caution(false, [])).toMatchObject({ isIrreversible: true, parts: [] });
  // An export changes no ticket; that its file stays is a warning of its own.
  expect(caution(false, [], 'export')).toBeNull();
  expect(caution(false, ['Its file stays.'], 'export')).toMatchObject({ isIrreversible: false });
});

test('what is erased for good is no matter of course, though the rest can be undone', () => {
  const warnings = ['Erased for good: file.'];
  const forecast: Forecast = { durationMs: null, reversible: true, erases: true, warnings };
  const { facts, caution } = forecastWords(buildOperation({ action: 'delete', forecast }), {
    historyDays: 90,
  });
  expect(facts).toEqual(['Can be undone in part for 90 days']);
  expect(caution).toMatchObject({ title: 'Not all of this can be undone', isIrreversible: true });
});
