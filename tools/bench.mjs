/** `npm run bench [-- --write] [--quick] [--only NAME]`: measures the plugin in a real NocoBase (see docs/measurements.md). */
import { parseArgs } from 'node:util';
import { loadTool, runTool } from './prepare.mjs';

await runTool(async () => {
  const { values } = parseArgs({
    options: { write: { type: 'boolean' }, quick: { type: 'boolean' }, only: { type: 'string', multiple: true } },
  });
  const { runBench } = await loadTool('./bench/run.ts');
  process.exitCode = await runBench(values);
});
