import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { demoCorp, startSimulator, type Simulator } from '../../../simulator';
import { launchBrowser } from '../../browser';
import { freshApp, hostTemplate, newFolder, startHost } from '../../host-app';
import { addAuthenticator } from '../company';
import { rememberRendering, renderedAt } from '../rendering';
import { type Findings, type Row, milliseconds } from '../report';
import { median, range, withinNoise } from '../statistics';

const PAGES = { classicPage: '/signin', newPage: '/v/signin' } as const;

const FIGURES = {
  start: 'start of the host',
  memory: 'memory of the host',
  classicPage: 'sign-in page by password, classic client',
  newPage: 'sign-in page by password, new client',
} as const;
type Figure = keyof typeof FIGURES;

/** What was measured of one variant, in milliseconds and megabytes. */
type Samples = Record<Figure, number[]>;

interface Variant {
  dir: string;
  samples: Samples;
}

/** Let the host finish what it does after its start. */
const SETTLE_MS = 3_000;

/** What the plugin, enabled and with an authenticator, costs those who do not use it. */
export async function measureCost(quick: boolean): Promise<Findings> {
  const rounds = quick ? 1 : 4;
  const variants = { without: newVariant(), with: newVariant() };
  const wecom = await startSimulator({ corps: [demoCorp()] });
  const browser = await launchBrowser();
  try {
    await setUp(variants.without.dir, await freshApp());
    await setUp(variants.with.dir, (await hostTemplate()).dir, wecom);
    for (let round = 0; round < rounds; round += 1) {
      for (const variant of [variants.without, variants.with]) await measure(variant, browser, quick);
    }
  } finally {
    await browser.close();
    await wecom.close();
    for (const { dir } of Object.values(variants)) rmSync(dir, { recursive: true, force: true });
  }
  return {
    rows: Object.keys(FIGURES).map((figure) =>
      rowFor(figure as Figure, variants.with.samples, variants.without.samples),
    ),
    notes: [
      `${rounds} starts of each in turn. Noise is how far apart the samples without the plugin are among themselves.`,
    ],
  };
}

function newVariant(): Variant {
  return { dir: newFolder('bench-'), samples: { start: [], memory: [], classicPage: [], newPage: [] } };
}

/** Starts the app once, which also fills the caches of the machine. */
async function setUp(dir: string, template: string, wecom?: Simulator): Promise<void> {
  const host = await startHost({ dir, template: { dir: template } });
  try {
    if (wecom) await addAuthenticator(await host.admin(), wecom, host.url);
  } finally {
    await host.stop();
  }
}

async function measure({ dir, samples }: Variant, browser: Browser, quick: boolean): Promise<void> {
  const host = await startHost({ dir });
  try {
    samples.start.push(host.startTime);
    await sleep(SETTLE_MS);
    samples.memory.push(await residentMegabytes(host.pid));
    for (const page of Object.keys(PAGES) as (keyof typeof PAGES)[]) {
      samples[page].push(...(await pageLoads(browser, host.url + PAGES[page], quick ? 2 : 5)));
    }
  } finally {
    await host.stop();
  }
}

async function residentMegabytes(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) / 1024;
}

/** Milliseconds until the password can be typed, with a warm cache. */
async function pageLoads(browser: Browser, address: string, count: number): Promise<number[]> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await rememberRendering(context, 'input[type=password]');
  const loads: number[] = [];
  // The first one fills the cache and is not counted.
  for (let load = 0; load <= count; load += 1) {
    const page = await context.newPage();
    const started = Date.now();
    await page.goto(address, { waitUntil: 'commit' });
    const ended = await renderedAt(page);
    if (load > 0) loads.push(ended - started);
    await page.close();
  }
  await context.close();
  return loads;
}

function rowFor(figure: Figure, having: Samples, without: Samples): Row {
  const [measured, reference] = [having[figure], without[figure]];
  const text = (value: number): string => (figure === 'memory' ? `${value.toFixed(0)} MB` : milliseconds(value));
  return {
    figure: FIGURES[figure],
    measured: text(median(measured)),
    against: `without the plugin ${text(median(reference))}, noise ${text(range(reference))}`,
    aim: 'within noise',
    met: withinNoise(measured, reference),
  };
}
