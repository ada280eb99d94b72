import { homepageLink, originForLinks, pageLinks } from '../links';
import { world } from './fakes';

const ORIGIN = 'https://noco.example.com';

function lane(options?: Parameters<typeof world>[1]) {
  const { lane: made, app } = world('/', options);
  app.getApiUrl = (path = '') => `http://10.0.0.1:13000/noco/api/${path}`;
  return made;
}

describe('links for the WeCom console', () => {
  it('lead to the door, under the origin that is entered', () => {
    expect(homepageLink(lane(), ORIGIN, 's_1')).toBe(`${ORIGIN}/noco/api/wecom:authorize?authenticator=s_1`);
    expect(homepageLink(lane({ appName: 'sales' }), ORIGIN, 's_1')).toBe(
      `${ORIGIN}/noco/api/__app/sales/wecom:authorize?authenticator=s_1`,
    );
  });

  it('use this page while the origin is not usable', () => {
    expect(originForLinks(lane(), ' https://a.example/ ')).toBe('https://a.example');
    expect(originForLinks(lane(), '{{ $env.ORIGIN }}')).toBe(ORIGIN);
    expect(originForLinks(lane(), undefined)).toBe(ORIGIN);
  });

  it.each([
    ['/', false, '/admin', '/v/mobile'],
    ['/v/', true, '/admin', '/v/mobile'],
    ['/noco/', false, '/noco/admin', '/noco/v/mobile'],
    ['/noco/v/', true, '/noco/admin', '/noco/v/mobile'],
    ['/apps/sales/', false, '/apps/sales/admin', '/v/apps/sales/mobile'],
    ['/v/apps/sales/', true, '/apps/sales/admin', '/v/apps/sales/mobile'],
  ])('name the pages of both clients (seen from %s)', (basename, modern, classicAdmin, modernMobile) => {
    const pages = pageLinks(lane({ basename, modern }), ORIGIN);
    expect(pages.classic[0]).toBe(`${ORIGIN}${classicAdmin}`);
    expect(pages.modern[1]).toBe(`${ORIGIN}${modernMobile}`);
  });
});
