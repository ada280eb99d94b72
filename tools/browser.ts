/** A Chromium for the journeys: the system's own, else the one that comes inside an npm package. */
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { extract } from 'tar';
import { workFolder } from './host-app';

const SYSTEM_BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  // Nothing but the pages under test may be asked for: elsewhere each request of the browser's own waits for a timeout.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a headless Chromium that shows Chinese text; the caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, libraries } = await findBrowser();
  const env: Record<string, string> = { FONTCONFIG_FILE: writeFontConfig() };
  for (const [key, value] of Object.entries(process.env)) if (value !== undefined) env[key] ??= value;
  if (libraries) env.LD_LIBRARY_PATH = [libraries, env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  return chromium.launch({ executablePath, args: ARGS, env });
}

/** Forgets what pages of an origin keep in a browser, cookies apart; the cache of files stays. */
export async function clearStorage(context: BrowserContext, origin: string): Promise<void> {
  const page = await context.newPage();
  const devTools = await context.newCDPSession(page);
  await devTools.send('Storage.clearDataForOrigin', {
    origin,
    storageTypes: 'local_storage,indexeddb,service_workers',
  });
  await page.close();
}

async function findBrowser(): Promise<{ executablePath: string; libraries?: string }> {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen) {
    if (!existsSync(chosen)) throw new Error(`CHROMIUM_PATH names ${chosen}, which does not exist.`);
    return { executablePath: chosen };
  }
  const installed = SYSTEM_BROWSERS.find((path) => existsSync(path));
  if (installed) return { executablePath: installed };
  const folder = await unpackBrowser();
  return { executablePath: join(folder, 'chromium'), libraries: join(folder, 'lib') };
}

/** Unpacks the browser of `@sparticuz/chromium` and the shared libraries that it needs on a machine without a desktop. */
async function unpackBrowser(): Promise<string> {
  const packed = join(dirname(require.resolve('@sparticuz/chromium')), '../../bin');
  const { version } = JSON.parse(readFileSync(join(packed, '../package.json'), 'utf8')) as { version: string };
  const folder = join(workFolder, `chromium-${version}`);
  if (existsSync(folder)) return folder;

  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  await pipeline(
    createReadStream(join(packed, 'chromium.br')),
    createBrotliDecompress(),
    createWriteStream(join(unfinished, 'chromium'), { mode: 0o755 }),
  );
  for (const archive of ['al2023.tar.br', 'swiftshader.tar.br']) {
    await pipeline(createReadStream(join(packed, archive)), createBrotliDecompress(), extract({ cwd: unfinished }));
  }
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    // Another process was faster.
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** Machines without a desktop have no Chinese font, so one comes from npm. */
function writeFontConfig(): string {
  const fonts = dirname(require.resolve('@expo-google-fonts/noto-sans-sc/package.json'));
  const file = join(workFolder, 'fonts.conf');
  mkdirSync(workFolder, { recursive: true });
  writeFileSync(
    file,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>${fonts}/400Regular</dir>
  <dir>${fonts}/700Bold</dir>
  <cachedir>${join(workFolder, 'font-cache')}</cachedir>
  <alias binding="strong">
    <family>sans-serif</family>
    <prefer><family>Noto Sans SC</family></prefer>
  </alias>
</fontconfig>
`,
  );
  return file;
}
