import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { workFolder } from './host-app';
import { findServices } from './services';
import { add, NOTHING, summary, tallyOf, type JestReport, type Tally } from './tally';

const root = resolve(__dirname, '..');
const bin = join(root, 'node_modules/.bin');

/** A suite that takes longer than this hangs; the journeys take most of it on a slow machine with two cores. */
const SUITE_TIMEOUT_MS = 75 * 60_000;
const LEAVE_WITHIN_MS = 20_000;

/** In the order in which they run: what fails fastest comes first. */
const SUITES = ['types', 'lint', 'unit', 'simulator', 'server', 'nodes', 'journeys'] as const;
type Suite = (typeof SUITES)[number];

/** Runs the named suites, or all, and prints the sum as the last line. Returns the exit code. */
export async function runTests(names: string[]): Promise<number> {
  const unknown = names.filter((name) => !SUITES.some((suite) => suite === name));
  if (unknown.length > 0) {
    throw Object.assign(new Error(`No such suite: ${unknown.join(', ')}. There are: ${SUITES.join(', ')}`), {
      expected: true,
    });
  }
  mkdirSync(workFolder, { recursive: true });
  const env = { ...process.env };
  for (const service of await findServices()) {
    console.log(service.message);
    if (service.url) env[service.variable] = service.url;
    else delete env[service.variable];
  }

  let total = NOTHING;
  for (const suite of SUITES.filter((name) => names.length === 0 || names.includes(name))) {
    const started = Date.now();
    console.log(`\n── ${suite} ${'─'.repeat(60 - suite.length)}`);
    const tally = await RUN[suite](env);
    console.log(`${suite}: ${summary(tally)} (${Math.round((Date.now() - started) / 1000)} s)`);
    total = add(total, tally);
  }
  console.log(`\n${summary(total)}`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

const RUN: Record<Suite, (env: NodeJS.ProcessEnv) => Promise<Tally>> = {
  types: (env) => check([['tsc', '--noEmit', '--pretty']], env),
  lint: (env) =>
    check(
      [
        ['eslint', '.', '--max-warnings', '0'],
        ['prettier', '--check', '--log-level', 'warn', '.'],
      ],
      env,
    ),
  unit: (env) => jest('unit', ['--maxWorkers=2'], env),
  simulator: (env) => jest('simulator', ['--maxWorkers=2'], env),
  server: (env) => jest('server', ['--runInBand'], env),
  nodes: (env) => jest('nodes', ['--runInBand'], env),
  // Not side by side: a host and a browser with several pages keep two cores busy, and pages that starve look broken.
  journeys: (env) => jest('journeys', ['--runInBand'], env),
};

/** A check that either passes or fails, as one test. */
async function check(commands: string[][], env: NodeJS.ProcessEnv): Promise<Tally> {
  let failed = 0;
  for (const command of commands) if ((await execute(command, env)) !== 0) failed = 1;
  return { passed: 1 - failed, failed, skipped: 0 };
}

async function jest(project: string, args: string[], env: NodeJS.ProcessEnv): Promise<Tally> {
  const report = join(workFolder, `${project}.json`);
  rmSync(report, { force: true });
  const command = ['jest', '--selectProjects', project, '--json', '--outputFile', report, ...args];
  const code = await execute(command, env, () => existsSync(report));
  return tallyOf(readReport(report), code);
}

function readReport(path: string): JestReport | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as JestReport;
  } catch {
    return undefined;
  }
}

/**
 * Runs a command of this package's node_modules; what it prints passes through, except the JSON report on stdout.
 *
 * @param isDone tells that the work is over, after which the command has to end by itself: something that tests left
 * open would keep it alive for ever
 */
function execute([command, ...args]: string[], env: NodeJS.ProcessEnv, isDone = () => false): Promise<number> {
  return new Promise((settle, fail) => {
    const child = spawn(join(bin, command), args, {
      cwd: root,
      env,
      stdio: ['ignore', command === 'jest' ? 'ignore' : 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    });
    const kill = (why: string): void => {
      console.error(`${command} ${why}.`);
      child.kill('SIGKILL');
    };
    const started = Date.now();
    let doneSince: number | undefined;
    const watch = setInterval(() => {
      if (isDone()) doneSince ??= Date.now();
      if (doneSince && Date.now() - doneSince > LEAVE_WITHIN_MS) kill('did not end after its last test');
      else if (Date.now() - started > SUITE_TIMEOUT_MS) kill('took too long');
    }, 1_000);
    child.once('error', fail);
    const leave = (): never => {
      child.kill('SIGKILL');
      process.exit(1);
    };
    process.once('SIGTERM', leave).once('SIGINT', leave);
    child.once('close', (code) => {
      process.off('SIGTERM', leave).off('SIGINT', leave);
      clearInterval(watch);
      settle(code ?? 1);
    });
  });
}
