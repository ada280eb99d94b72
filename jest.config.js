/**
 * Suites, from quick to slow. The server suite boots a real NocoBase application inside jest, the journeys drive a real
 * host with a real browser; both take the host from `.host/` (see tools/).
 */
const common = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: {
    '^.+\\.(ts|tsx|mts)$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', tsx: true },
          target: 'es2022',
          transform: { react: { runtime: 'automatic' } },
        },
      },
    ],
  },
  globals: { __PACKAGE_NAME__: require('./package.json').name },
  modulePaths: ['<rootDir>/.host/node_modules'],
  modulePathIgnorePatterns: ['<rootDir>/.demo', '<rootDir>/.work', '<rootDir>/dist', '<rootDir>/.host/package.json'],
};

/** All logs of all suites of this run, in which tools/logs/reporter.cjs looks for secrets in the end. */
process.env.TEST_LOGS ??= `${__dirname}/.work/logs/${process.pid}`;
// The host writes logs as soon as it is loaded.
process.env.STORAGE_PATH ??= `${process.env.TEST_LOGS}/storage`;

module.exports = {
  reporters: ['default', '<rootDir>/tools/logs/reporter.cjs'],
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/src/**/__tests__/*.test.ts', '<rootDir>/tools/**/__tests__/*.test.ts'],
    },
    { ...common, displayName: 'simulator', testMatch: ['<rootDir>/simulator/__tests__/*.test.ts'] },
    { ...common, displayName: 'server', testTimeout: 60_000, testMatch: ['<rootDir>/tests/server/**/*.test.ts'] },
    {
      ...common,
      displayName: 'nodes',
      testEnvironment: '<rootDir>/tests/browser/environment.ts',
      testMatch: ['<rootDir>/tests/nodes/**/*.test.ts'],
      setupFilesAfterEnv: ['<rootDir>/tests/browser/limits.setup.ts'],
    },
    {
      ...common,
      displayName: 'journeys',
      testTimeout: 180_000,
      testEnvironment: '<rootDir>/tests/browser/environment.ts',
      // On nodes, what a sign-in goes through; the others are about one host, or start hosts of their own.
      testMatch: [`<rootDir>/tests/journeys/${process.env.JOURNEYS_NODES ? 'sign-in/' : ''}**/*.test.ts`],
      globalSetup: '<rootDir>/tests/journeys/host.setup.ts',
      globalTeardown: '<rootDir>/tests/journeys/host.teardown.ts',
      setupFilesAfterEnv: ['<rootDir>/tests/browser/limits.setup.ts'],
    },
  ],
};
