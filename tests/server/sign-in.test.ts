import { DEMO_AGENT_ID, DEMO_CORP_ID, type Simulator, demoCorp, startSimulator } from '../../simulator';
import { type TestApp, startApp } from './app';
import { Browser, optionsFor } from './browser';

let app: TestApp;
let wecom: Simulator;

beforeAll(async () => {
  wecom = await startSimulator({ corps: [demoCorp()] });
  app = await startApp();
  await app.app.db.getRepository('authenticators').create({
    values: { name: 'wecom', authType: 'WeCom', enabled: true, options: optionsFor(wecom, app.url) },
  });
});

afterAll(async () => {
  await app.close();
  await wecom.close();
});

async function round(browser: Browser, userid: string, query: Record<string, string> = {}) {
  const page = await browser.open('wecom', query);
  const scope = page.searchParams.get('scope') as 'snsapi_base' | null;
  const code = wecom.issueCode({
    corpId: DEMO_CORP_ID,
    agentId: DEMO_AGENT_ID,
    userid,
    scope: scope ?? undefined,
    inClient: scope !== null,
    redirectUri: page.searchParams.get('redirect_uri') ?? undefined,
  });
  return browser.signIn('wecom', { code, state: page.searchParams.get('state') });
}

test('a first sign-in takes a silent round and a consent round', async () => {
  const browser = new Browser(app);
  expect(await round(browser, 'zhangsan')).toMatchObject({
    status: 401,
    body: { errors: [{ code: 'WECOM_CONSENT_REQUIRED' }] },
  });
  const { status, body } = await round(browser, 'zhangsan', { scope: 'snsapi_privateinfo' });
  expect(status).toBe(200);
  expect(body.data?.user).toMatchObject({ nickname: '张三', phone: '13800000001' });
});
