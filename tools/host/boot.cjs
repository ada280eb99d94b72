/**
 * Runs one NocoBase command (`install`, `start`, …) in the app folder that is the working directory.
 *
 * It is what the host's own `nocobase-v1` does in the end, without the yarn, pm2 and `.env.e2e` that it asks for on the
 * way: fill in the environment, write the v1 index page for this app's public path, hand over to the application.
 */
const { resolve } = require('node:path');

// The pipe from whoever started this app: when it closes they are gone, and the app must not outlive them. Waiting for
// that must not keep a finished command alive either.
process.stdin.on('close', () => process.exit()).resume();
process.stdin.unref();

const nocobase = resolve(process.cwd(), 'node_modules/@nocobase');
const { initEnv, generateAppDir } = require(`${nocobase}/cli-v1/src/util`);

initEnv();
generateAppDir();
require(`${nocobase}/app/lib/index.js`);
