/** `npm run figures [-- --write]`: measures what the READMEs promise and prints it, or writes it into them. */
import { parseArgs } from 'node:util';
import { loadTool, runTool } from './prepare.mjs';

await runTool(async () => {
  const { values } = parseArgs({ options: { write: { type: 'boolean' } } });
  const { runFigures } = await loadTool('./figures.ts');
  process.exitCode = await runFigures(values);
});
