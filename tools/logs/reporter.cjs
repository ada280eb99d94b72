/**
 * A reporter of jest: looks for secrets and phone numbers in all that the applications of all suites have logged, once
 * every test has run. Being part of jest.config.js, it cannot be forgotten by a suite.
 */
const { existsSync, rmSync } = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
const tsx = require('tsx/cjs/api');

// Not for longer than this: jest has its own way of loading TypeScript, and the two do not get along.
const unregister = tsx.register();
const { scan } = require('./collected.ts');
unregister();

/** Suites in which applications run, so that there has to be a log. */
const LOGGING = ['server', 'nodes', 'journeys'];
/** Loggers write a moment behind. */
const FLUSH_MS = 500;
const SHOWN = 20;

module.exports = class LogReporter {
  async onRunComplete(_contexts, { testResults }) {
    await sleep(FLUSH_MS);
    const folder = process.env.TEST_LOGS;
    const { bytes, leaks } = existsSync(folder) ? scan(folder) : { bytes: 0, leaks: [] };
    const logged = testResults.some(
      ({ displayName, numPassingTests }) => LOGGING.includes(displayName?.name) && numPassingTests > 0,
    );
    if (leaks.length > 0) {
      const list = leaks
        .slice(0, SHOWN)
        .map(({ what, file, line, context }) => `  ${what}, ${file}:${line}: ${context}`)
        .join('\n');
      this.error = new Error(`The logs in ${folder} hold what nobody may find there (${leaks.length}):\n${list}`);
    } else if (logged && bytes === 0) {
      this.error = new Error(`Applications ran, but nothing was logged in ${folder}: a leak would not be found.`);
    } else {
      rmSync(folder, { recursive: true, force: true });
    }
    if (this.error) console.error(`\n${this.error.message}`);
  }

  getLastError() {
    return this.error;
  }
};
