/** `npm run pack [-- --name @acme/plugin-auth-wecom] [-- --out DIR]`: builds the package that administrators install. */
import { parseArgs } from 'node:util';
import { loadTool, runTool } from './prepare.mjs';

await runTool(async () => {
  const { values } = parseArgs({ options: { name: { type: 'string' }, out: { type: 'string' } } });
  const { packPlugin } = await loadTool('./pack-plugin.ts');
  console.log(await packPlugin(values));
});
