/** `npm test [-- SUITE…]`: everything that has to hold before a change goes out. Suites: see test-run.ts. */
import { parseArgs } from 'node:util';
import { loadTool, runTool } from './prepare.mjs';

await runTool(async () => {
  const { positionals } = parseArgs({ allowPositionals: true });
  const { runTests } = await loadTool('./test-run.ts');
  process.exitCode = await runTests(positionals);
});
