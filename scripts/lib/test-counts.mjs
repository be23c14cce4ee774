/**
 * Adds up the JSON reports of test runs. A file that could not be loaded counts as one failed test, and so does a run
 * that failed although none of its tests did (an error that nobody caught, for example).
 *
 * @param {readonly {
 *   success: boolean, numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: readonly {status: string, assertionResults: readonly unknown[]}[]
 * }[]} reports
 * @returns {{passed: number, failed: number, skipped: number}}
 */
export function countTests(reports) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const report of reports) {
    const unloadable = report.testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    ).length;
    const failed = report.numFailedTests + unloadable;
    total.passed += report.numPassedTests;
    total.skipped += report.numPendingTests + report.numTodoTests;
    total.failed += failed === 0 && !report.success ? 1 : failed;
  }
  return total;
}
