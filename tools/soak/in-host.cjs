/**
 * Loaded into a host that is measured (NODE_OPTIONS=--require). At SIGUSR2 it collects garbage and writes what the
 * process then holds to PROBE_FILE, as one JSON line.
 */
const fs = require('node:fs');
const v8 = require('node:v8');
const vm = require('node:vm');

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc');

process.on('SIGUSR2', () => {
  // Twice: what finalizers let go of is only free after another round.
  collectGarbage();
  setImmediate(() => {
    collectGarbage();
    const { rss, heapUsed, external } = process.memoryUsage();
    const resources = {};
    for (const type of process.getActiveResourcesInfo()) resources[type] = (resources[type] ?? 0) + 1;
    fs.appendFileSync(process.env.PROBE_FILE, `${JSON.stringify({ rss, heapUsed, external, resources })}\n`);
  });
});
