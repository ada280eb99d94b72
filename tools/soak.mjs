/** `npm run soak [-- --minutes 10] [--per-second 10] [--write]`: many sign-ins with faults, and what they leave behind. */
import { parseArgs } from 'node:util';
import { loadTool, runTool } from './prepare.mjs';

await runTool(async () => {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      'per-second': { type: 'string', default: '10' },
      write: { type: 'boolean' },
    },
  });
  const { runSoak } = await loadTool('./soak/report.ts');
  process.exitCode = await runSoak({
    minutes: Number(values.minutes),
    perSecond: Number(values['per-second']),
    write: values.write,
  });
});
