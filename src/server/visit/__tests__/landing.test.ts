import fc from 'fast-check';
import { TARGETS } from '../../../shared/__tests__/hostile-targets';
import { inAppPath } from '../../../shared/in-app-path';
import { type AppLayout, resolveLanding, resolveVisitLanding } from '../landing';

const root: AppLayout = { publicPath: '', subAppSegment: '', modernPrefix: 'v', modernOnly: false };
const below: AppLayout = { ...root, publicPath: '/nocobase' };
const subApp: AppLayout = { ...root, subAppSegment: '/apps/sales' };
const subAppBelow: AppLayout = { ...below, subAppSegment: '/apps/sales' };
const otherPrefix: AppLayout = { ...root, modernPrefix: 'new' };
const modernOnly: AppLayout = { ...root, modernOnly: true };

describe('the client that shows a target, and the target as that client writes it', () => {
  test.each<[string, AppLayout, string, string, string]>([
    ['classic', root, '/admin/x?y=1#z', '/signin', '/admin/x?y=1#z'],
    ['classic, mobile', root, '/m', '/signin', '/m'],
    ['new', root, '/v/admin/x?y=1#z', '/v/signin', '/v/admin/x?y=1#z'],
    ['new, its root', root, '/v', '/v/signin', '/v/'],
    ['new, its root with a query', root, '/v?x=1', '/v/signin', '/v/?x=1'],
    ['only looks new', root, '/video/x', '/signin', '/video/x'],
    ['public path, written without', below, '/admin/x', '/nocobase/signin', '/admin/x'],
    ['public path, written with', below, '/nocobase/admin/x?y=1', '/nocobase/signin', '/admin/x?y=1'],
    ['public path alone', below, '/nocobase', '/nocobase/signin', '/'],
    ['only looks like the public path', below, '/nocobase-help', '/nocobase/signin', '/nocobase-help'],
    ['new below a public path, written without', below, '/v/admin', '/nocobase/v/signin', '/nocobase/v/admin'],
    ['new below a public path, written with', below, '/nocobase/v/admin', '/nocobase/v/signin', '/nocobase/v/admin'],
    ['sub-app, written without', subApp, '/admin/x', '/apps/sales/signin', '/admin/x'],
    ['sub-app, written with', subApp, '/apps/sales/admin/x', '/apps/sales/signin', '/admin/x'],
    ['new, sub-app', subApp, '/v/apps/sales/admin', '/v/apps/sales/signin', '/v/apps/sales/admin'],
    ['new, sub-app, written without', subApp, '/v/admin', '/v/apps/sales/signin', '/v/apps/sales/admin'],
    [
      'everything at once',
      subAppBelow,
      '/nocobase/v/apps/sales/admin?x#y',
      '/nocobase/v/apps/sales/signin',
      '/nocobase/v/apps/sales/admin?x#y',
    ],
    ['another prefix', otherPrefix, '/new/admin', '/new/signin', '/new/admin'],
    ['the usual prefix when there is another', otherPrefix, '/v/admin', '/signin', '/v/admin'],
    ['old address of a modern-only host', modernOnly, '/admin/x', '/v/signin', '/v/admin/x'],
    ['new address of a modern-only host', modernOnly, '/v/admin/x', '/v/signin', '/v/admin/x'],
  ])('%s: %#', (_name, layout, target, signInPath, redirect) => {
    expect(resolveLanding(layout, target)).toEqual({ signInPath, redirect });
  });
});

describe('a target that must not be followed gives way to the next one', () => {
  test.each<[string, unknown[], string]>([
    ['nothing asked for', [undefined, '/m'], '/m'],
    ['evil asked for', ['//evil.example', '/m'], '/m'],
    ['both evil', ['/\\evil.example', 'https://evil.example'], '/admin'],
    ['nothing at all', [], '/admin'],
    ['not text', [['/x'], { a: 1 }, '/m'], '/m'],
    ['the sign-in page itself', ['/signin?redirect=/x', '/m'], '/m'],
  ])('%s', (_name, targets, redirect) => {
    expect(resolveLanding(root, ...targets).redirect).toBe(redirect);
  });

  test.each(['/nocobase/null', '/nocobase/api/x', '/nocobase/signin', `/nocobase/${'a'.repeat(1485)}`.slice(0, 1499)])(
    'what is left of %s has to be followable too',
    (target) => {
      const { redirect } = resolveLanding(below, target, '/m');
      expect(inAppPath(redirect)).toBe(redirect);
    },
  );

  test('a target that grows too long by its prefix', () => {
    const long = `/v/${'a'.repeat(1490)}`;
    expect(resolveLanding(subAppBelow, long, '/m')).toEqual({
      signInPath: '/nocobase/apps/sales/signin',
      redirect: '/m',
    });
  });
});

test('whatever is asked for, the landing is a page of the app', () => {
  const piece = fc.constantFrom(
    ...['/', '\\', '.', '..', '//', '%2f', '%5c', '%2e', '%252f', '?', '#', '@', ':', '\t', '\n', 'https:'],
    ...[
      'v',
      '/v',
      '/new',
      'nocobase',
      '/nocobase',
      '/apps/sales',
      '/apps',
      '/admin',
      'null',
      '/api',
      'signin',
      'evil.example',
    ],
  );
  const target = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join('')}`.replace(/^\/\//, '/'));
  const layout = fc.constantFrom(root, below, subApp, subAppBelow, otherPrefix, modernOnly);
  let own = 0;
  fc.assert(
    fc.property(layout, target, (where, text) => {
      const { signInPath, redirect } = resolveLanding(where, text);
      if (redirect !== '/admin' && redirect !== '/v/admin') own += 1;
      return inAppPath(redirect) === redirect && /^(\/nocobase)?(\/v|\/new)?(\/apps\/sales)?\/signin$/.test(signInPath);
    }),
    TARGETS,
  );
  expect(own).toBeGreaterThan(300);
});

describe('the page that opens when none was asked for', () => {
  test.each<[string, AppLayout, string | undefined, string, string]>([
    ['the chosen page', root, undefined, '/admin/start', '/admin/start'],
    ['the chosen page of the new client, for its home', root, '/v/admin/', '/v/admin/start', '/v/admin/start'],
    ['the home of the new client, when a page of the classic one is chosen', root, '/v/admin/', '/admin', '/v/admin/'],
    ['a page that was asked for', root, '/v/admin/other', '/v/admin/start', '/v/admin/other'],
    [
      'below a public path, in a sub-app',
      subAppBelow,
      '/nocobase/v/apps/sales/admin/',
      '/v/admin/start',
      '/nocobase/v/apps/sales/admin/start',
    ],
  ])('%s', (_name, layout, asked, preferred, redirect) => {
    expect(resolveVisitLanding(layout, asked, preferred).redirect).toBe(redirect);
  });
});
