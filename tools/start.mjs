/** `npm start [-- --port 13000] [-- --simulator-port 13001] [-- --fresh]`: a NocoBase to try the plugin in, with a stand-in for WeCom. */
import { parseArgs } from 'node:util';
import { loadTool, runTool } from './prepare.mjs';

await runTool(async () => {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, 'simulator-port': { type: 'string' }, fresh: { type: 'boolean' } },
  });
  const { runDemo } = await loadTool('./demo.ts');
  await runDemo({
    port: Number(values.port ?? process.env.PORT ?? 13000),
    simulatorPort: Number(values['simulator-port'] ?? process.env.SIMULATOR_PORT ?? 13001),
    fresh: values.fresh,
  });
});
