import { concernsWeCom, takeArrival } from '../arrival';
import { DESKTOP, WECOM, world } from './fakes';

const take = (path: string, options?: Parameters<typeof world>[1]) => {
  const { app, browser, steps } = world(path, options);
  return { arrival: takeArrival(app, browser), steps };
};

describe('arrival', () => {
  it('takes code and state out of the URL at once', () => {
    const { arrival, steps } = take('/signin?authenticator=wecom&redirect=%2Fadmin&retry=1&code=C&state=S&appid=ww1');
    expect(arrival).toEqual({ authenticator: 'wecom', code: 'C', state: 'S' });
    expect(steps).toEqual(['replaceState /signin?authenticator=wecom&redirect=%2Fadmin&retry=1']);
  });

  it('knows a return without a code (the member cancelled)', () => {
    expect(take('/v/signin?authenticator=wecom&state=S', { modern: true }).arrival).toEqual({
      authenticator: 'wecom',
      state: 'S',
    });
  });

  it('knows a failure of the door', () => {
    const { arrival, steps } = take('/signin?authenticator=wecom&error=settingsInvalid&field=corpId');
    expect(arrival).toMatchObject({ authenticator: 'wecom', error: 'settingsInvalid' });
    expect(steps).toEqual([]);
  });

  it.each([
    '/signin?code=C&state=S',
    '/signin?redirect=/admin',
    '/signin?redirect=/admin/abc?x=1&authenticator=wecom&state=S',
    '/admin?authenticator=wecom&code=C&state=S',
    '/signup?authenticator=wecom&state=S',
    '/v/signin?authenticator=wecom&state=S',
  ])('leaves %s alone', (path) => {
    expect(take(path)).toEqual({ arrival: undefined, steps: [] });
  });

  it('concerns WeCom when there is an arrival or the browser is a WeCom client', () => {
    expect(concernsWeCom(undefined, world('/admin', { userAgent: DESKTOP }).browser)).toBe(false);
    expect(concernsWeCom(undefined, world('/admin', { userAgent: WECOM }).browser)).toBe(true);
    expect(concernsWeCom({ error: 'stateInvalid' }, world('/signin').browser)).toBe(true);
  });
});
