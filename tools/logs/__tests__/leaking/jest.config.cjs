/** The configuration of all suites, with a test that leaks what it is told to in place of the others. */
const config = require('../../../../jest.config.js');

const server = config.projects.find(({ displayName }) => displayName === 'server');

module.exports = {
  ...config,
  rootDir: server.rootDir,
  projects: [{ ...server, testMatch: [`${__dirname}/*.leak.ts`] }],
};
