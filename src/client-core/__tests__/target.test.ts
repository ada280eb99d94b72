import { askedPage, landing } from '../target';
import { world } from './fakes';

const asked = (path: string, options?: Parameters<typeof world>[1]) => askedPage(world(path, options).lane);
const modern = { modern: true };

describe('the page asked for, in the classic client', () => {
  it.each([
    ['/signin?redirect=/admin/abc?x=1&y=2', '/admin/abc?x=1&y=2'],
    ['/signin?redirect=/admin/%E4%B8%AD?x=%2520&redirect=/b', '/admin/%E4%B8%AD?x=%2520&redirect=/b'],
    ['/signin?redirect=%2Fadmin%2Fabc%3Fx%3D1%26y%3D2', '/admin/abc?x=1&y=2'],
    ['/signin?redirect=/m&authenticator=wecom', '/m'],
    ['/signin?authenticator=wecom&redirect=%2Fadmin&error=stateInvalid', '/admin'],
    ['/admin/abc?x=1&y=2#tab', '/admin/abc?x=1&y=2#tab'],
  ])('%s -> %s', (path, target) => {
    expect(asked(path)).toBe(target);
  });

  it.each([
    '/signin',
    '/signin?redirect=',
    '/signin?redirect=/',
    '/signin?redirect=null',
    '/signin?redirect=/undefined',
    '/signin?redirect=//evil.example',
    '/signin?redirect=https://evil.example/?x',
    '/signin?redirect=%2F%5Cevil.example',
    '/signin?redirect=/signin?redirect=/admin',
  ])('%s asks for none', (path) => {
    expect(asked(path)).toBeUndefined();
  });

  it('begins after the prefix of a sub-app', () => {
    expect(asked('/apps/sales/admin/abc', { basename: '/apps/sales/' })).toBe('/admin/abc');
  });
});

describe('the page asked for, in the new client', () => {
  it.each([
    ['/v/signin?redirect=%2Fv%2Fadmin%2Fabc%3Fx%3D1', '/v/admin/abc?x=1'],
    ['/v/signin?redirect=%2Fadmin', '/v/admin'],
    ['/v/signin', '/v/admin/'],
    ['/v/signin?redirect=//evil.example', '/v/admin/'],
    ['/v/admin/abc?x=1#tab', '/v/admin/abc?x=1#tab'],
  ])('%s -> %s', (path, target) => {
    expect(asked(path, modern)).toBe(target);
  });
});

describe('landing', () => {
  const land = (target: string | undefined, options?: Parameters<typeof world>[1]) =>
    landing(world('/signin', options).lane, target);

  it('stays in the client that shows the target', () => {
    expect(land('/admin?x=1')).toEqual({ url: '/admin?x=1', reload: false });
    expect(land('/admin', { basename: '/noco/' })).toEqual({ url: '/noco/admin', reload: false });
    expect(land('/admin', { basename: '/apps/sales/' })).toEqual({ url: '/apps/sales/admin', reload: false });
    expect(land('/v/admin', modern)).toEqual({ url: '/v/admin', reload: false });
    expect(land('/views/1')).toEqual({ url: '/views/1', reload: false });
  });

  it('loads the page when another client or another app shows it', () => {
    expect(land('/v/admin?x=1')).toEqual({ url: '/v/admin?x=1', reload: true });
    expect(land('/noco/v/admin', { basename: '/noco/' })).toEqual({ url: '/noco/v/admin', reload: true });
    expect(land('/apps/sales/admin')).toEqual({ url: '/apps/sales/admin', reload: true });
    expect(land('/v/apps/sales/admin', modern)).toEqual({ url: '/v/apps/sales/admin', reload: true });
  });

  it('has a default', () => {
    expect(land(undefined).url).toBe('/admin');
    expect(land(undefined, modern).url).toBe('/v/admin/');
  });
});
