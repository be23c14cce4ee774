import { expect, test } from 'vitest';
import { countTests } from '../../../scripts/lib/test-counts.mjs';

const clean = {
  success: true,
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ status: 'passed', assertionResults: [{}, {}, {}] }],
};

test('runs are added up', () => {
  const second = { ...clean, success: false, numPassedTests: 1, numFailedTests: 2, numPendingTests: 1 };
  expect(countTests([clean, second])).toEqual({ passed: 4, failed: 2, skipped: 1 });
});

test('a file that could not be loaded is a failure', () => {
  const broken = { ...clean, success: false, testResults: [{ status: 'failed', assertionResults: [] }] };
  expect(countTests([broken]).failed).toBe(1);
});

test('a run that failed without a failed test is a failure', () => {
  expect(countTests([{ ...clean, success: false }])).toEqual({ passed: 3, failed: 1, skipped: 0 });
});
