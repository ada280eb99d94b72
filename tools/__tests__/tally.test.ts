import { add, NOTHING, summary, tallyOf, type JestReport } from '../tally';

const report: JestReport = {
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};

describe('the sum of a test run', () => {
  it('is one line that says how many passed and failed', () => {
    expect(summary(tallyOf(report, 0))).toBe('5 passed, 0 failed');
    expect(summary(tallyOf({ ...report, numPendingTests: 2, numTodoTests: 1 }, 0))).toBe(
      '5 passed, 0 failed, 3 skipped',
    );
  });

  it('adds suites up', () => {
    const other = tallyOf({ ...report, numFailedTests: 2 }, 1);
    expect(summary([tallyOf(report, 0), other].reduce(add, NOTHING))).toBe('10 passed, 2 failed');
  });

  it('counts a file that could not be loaded as failed', () => {
    expect(tallyOf({ ...report, numRuntimeErrorTestSuites: 1 }, 1).failed).toBe(1);
  });

  it.each([
    ['jest crashed and left no report', undefined, 1],
    ['jest left no report but ended well', undefined, 0],
    ['no test ran', { ...report, numPassedTests: 0 }, 0],
    ['all tests passed but jest ended badly', report, 1],
  ])('never looks like success when %s', (_case, given, exitCode) => {
    expect(tallyOf(given, exitCode).failed).toBe(1);
  });
});
