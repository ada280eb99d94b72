import type { BrowserContext } from 'playwright-core';
import { DEMO_CORP_ID, demoCorp, startSimulator } from '../../../simulator';
import { clearStorage, launchBrowser } from '../../browser';
import { hostTemplate, startHost } from '../../host-app';
import { USER_AGENTS } from '../../user-agents';
import { addAuthenticator, doorUrl } from '../company';
import { rememberRendering, renderedAt } from '../rendering';
import { type Findings, type Row, milliseconds, times } from '../report';
import { median } from '../statistics';

const CLIENTS = [
  { client: 'classic client', base: '' },
  { client: 'new client', base: '/v' },
] as const;

const TILE_AIM = 1.25;
const DEEP_LINK_AIM = 2.2;
const MEMBER = 'zhangsan';

/** Where the time of one visit went, in milliseconds, in this order; a step that did not happen is 0. */
const STEPS = ['before the door', 'door and WeCom', 'return until auth:signIn', 'auth:signIn', 'rendering'] as const;

interface Visit {
  total: number;
  steps: number[];
}

/** Times until somebody in the WeCom client sees the page they asked for, against being signed in already. */
export async function measurePages(quick: boolean): Promise<Findings> {
  const rounds = quick ? 2 : 10;
  const host = await startHost({ template: await hostTemplate() });
  const wecom = await startSimulator({ corps: [demoCorp()] });
  const browser = await launchBrowser();
  try {
    await addAuthenticator(await host.admin(), wecom, host.url);
    const context = await browser.newContext({
      userAgent: USER_AGENTS.wecomDesktop,
      viewport: { width: 1280, height: 800 },
    });
    await rememberRendering(context, '.ant-pro-layout');
    await context.addCookies([
      {
        name: 'sim_member',
        value: encodeURIComponent(`${DEMO_CORP_ID}:${MEMBER}`),
        url: new URL(wecom.oauthUrl.replace('127.0.0.1', 'localhost')).origin,
      },
    ]);
    await agree(context, doorUrl(host.url, { scope: 'snsapi_privateinfo' }));

    const rows: Row[] = [];
    const notes: string[] = [];
    for (const { client, base } of CLIENTS) {
      const page = `${host.url}${base}/admin`;
      const tile = doorUrl(host.url, { redirect: `${base}/admin` });
      const seen: Record<'tile' | 'signedIn' | 'deepLink', Visit[]> = { tile: [], signedIn: [], deepLink: [] };
      // The first round fills the browser's cache and is not counted.
      for (let round = 0; round <= rounds; round += 1) {
        await forget(context, host.url);
        const byTile = await visit(context, tile);
        const signedIn = await visit(context, page);
        await forget(context, host.url);
        const byDeepLink = await visit(context, page);
        if (round === 0) continue;
        seen.tile.push(byTile);
        seen.signedIn.push(signedIn);
        seen.deepLink.push(byDeepLink);
      }
      const reference = median(seen.signedIn.map(({ total }) => total));
      const row = (figure: string, visits: Visit[], aim: number): Row => {
        const measured = median(visits.map(({ total }) => total));
        return {
          figure: `${figure}, ${client}`,
          measured: milliseconds(measured),
          against: `already signed in: ${milliseconds(reference)}`,
          aim: `at most ${aim} ×: ${times(measured / reference)}`,
          met: measured / reference <= aim,
        };
      };
      rows.push(row('Workbench tile to the page', seen.tile, TILE_AIM));
      rows.push(row('deep link with automatic sign-in', seen.deepLink, DEEP_LINK_AIM));
      notes.push(`${client}: tile ${stepsOf(seen.tile)}; deep link ${stepsOf(seen.deepLink)}.`);
    }
    return { rows, notes: [`Medians of ${rounds} visits, with a warm browser cache. Where the time goes:`, ...notes] };
  } finally {
    await browser.close();
    await wecom.close();
    await host.stop();
  }
}

/** The member's first sign-in, with consent. */
async function agree(context: BrowserContext, door: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(door);
  await page.getByTestId('agree').click();
  await renderedAt(page);
  await page.close();
}

/** Makes the browser one that nobody is signed in with; its cache of files and the WeCom client stay. */
async function forget(context: BrowserContext, origin: string): Promise<void> {
  await context.clearCookies({ domain: new URL(origin).hostname });
  await clearStorage(context, origin);
}

/** Opens an address and waits until the page is there. */
async function visit(context: BrowserContext, address: string): Promise<Visit> {
  const page = await context.newPage();
  const marks: Partial<Record<'door' | 'back' | 'sent' | 'answered', number>> = {};
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname.endsWith('wecom:authorize')) marks.door ??= Date.now();
    else if (url.pathname.endsWith('auth:signIn')) marks.sent ??= Date.now();
    else if (request.isNavigationRequest() && url.searchParams.has('code')) marks.back ??= Date.now();
  });
  page.on('requestfinished', (request) => {
    if (new URL(request.url()).pathname.endsWith('auth:signIn')) marks.answered ??= Date.now();
  });
  const started = Date.now();
  await page.goto(address, { waitUntil: 'commit' });
  const ended = await renderedAt(page);
  await page.close();
  const { door = started, back = door, sent = back, answered = sent } = marks;
  const moments = [started, door, back, sent, answered, ended];
  return { total: ended - started, steps: STEPS.map((_, index) => moments[index + 1] - moments[index]) };
}

function stepsOf(visits: Visit[]): string {
  return STEPS.map((step, index) => `${step} ${milliseconds(median(visits.map(({ steps }) => steps[index])))}`).join(
    ', ',
  );
}
