import { startOnButton, startOnLoad, watchSignOut } from '../automatic';
import { WECOM, world } from './fakes';

const automatic = { name: 'wecom', authType: 'WeCom', options: { autoLogin: true } };
const listed = (...data: unknown[]) => ({ 'authenticators:publicList': { data } });
const inside = { userAgent: WECOM, answers: listed(automatic) };

async function opened(path: string, options: Parameters<typeof world>[1] = {}) {
  const opening = world(path, { ...inside, ...options });
  await startOnLoad(opening.lane);
  return opening;
}

describe('automatic start when a page is opened', () => {
  it.each([
    ['/admin/abc?x=1&y=2#t', {}, '/api/wecom:authorize?authenticator=wecom&redirect=/admin/abc?x=1&y=2#t'],
    [
      '/signin?redirect=/admin/abc?x=1&state=open&code=7',
      {},
      '/api/wecom:authorize?authenticator=wecom&redirect=/admin/abc?x=1&state=open&code=7',
    ],
    ['/m/page', {}, '/api/wecom:authorize?authenticator=wecom&redirect=/m/page'],
    ['/signin', {}, '/api/wecom:authorize?authenticator=wecom'],
    ['/v/mobile', { modern: true }, '/api/wecom:authorize?authenticator=wecom&redirect=/v/mobile'],
    [
      '/apps/sales/admin',
      { basename: '/apps/sales/', appName: 'sales' },
      '/api/__app/sales/wecom:authorize?authenticator=wecom&redirect=/admin',
    ],
  ])('goes from %s to the door', async (path, options, door) => {
    expect((await opened(path, options)).steps).toEqual([`leave ${door}`]);
  });

  it.each<[string, string, Parameters<typeof world>[1]]>([
    ['outside WeCom', '/admin', { userAgent: 'Mozilla/5.0 Chrome/130' }],
    ['in plain WeChat', '/admin', { userAgent: 'Mozilla/5.0 MicroMessenger/8.0' }],
    ['on public pages', '/public-forms/abc', {}],
    ['on pages that only look guarded', '/media/1', {}],
    ['when somebody is signed in', '/admin', { token: 'T' }],
    ['over a failure', '/signin?authenticator=wecom&error=notMember', {}],
    ['over the return of another plugin', '/signin?code=C&state=S', {}],
    ['over the token of another plugin', '/admin?authenticator=cas&token=T', {}],
    ['when no authenticator wants it', '/admin', { answers: listed({ name: 'wecom', authType: 'WeCom' }) }],
    ['for other types', '/admin', { answers: listed({ ...automatic, authType: 'DingTalk' }) }],
    ['when the list cannot be read', '/admin', { answers: { 'authenticators:publicList': new Error('503') } }],
    ['when the browser keeps no marks', '/admin', { storage: 'blocked' }],
  ])('does not happen %s', async (_case, path, options) => {
    expect((await opened(path, options)).steps).toEqual([]);
  });

  it('happens once per visit', async () => {
    const { lane, steps } = await opened('/admin');
    await startOnLoad(lane);
    await startOnButton(lane, automatic);
    expect(steps).toHaveLength(1);
  });

  it('does not happen after signing out', async () => {
    const { lane, app, steps } = world('/signin', inside);
    watchSignOut(lane);
    await app.apiClient.request({ method: 'post', url: 'auth:signOut' });
    await startOnLoad(lane);
    await startOnButton(lane, automatic);
    expect(steps).toEqual([]);
  });

  it('loads the page anew when Back brings it out of the page cache', async () => {
    const { steps, showAgain } = await opened('/admin');
    showAgain();
    expect(steps[1]).toBe('reload');
  });
});

describe('automatic start when the button appears', () => {
  it('takes up the page of an expired session', async () => {
    const { lane, steps } = world('/signin?redirect=/admin/abc?x=1&y=2', inside);
    await startOnButton(lane, automatic);
    expect(steps).toEqual(['leave /api/wecom:authorize?authenticator=wecom&redirect=/admin/abc?x=1&y=2']);
  });

  it('does not happen for an authenticator that does not want it', () => {
    const { lane } = world('/signin', inside);
    expect(startOnButton(lane, { name: 'wecom', authType: 'WeCom', options: {} })).toBeUndefined();
  });
});
