import fc from 'fast-check';
import { inAppPath } from '../in-app-path';
import { hostileTarget, TARGETS } from './hostile-targets';

const ORIGIN = 'https://app.example.com';

describe('targets that are followed', () => {
  test.each([
    '/',
    '/admin',
    '/admin/',
    '/admin/abc123?tab=1&filter=%7B%22a%22%3A1%7D#part',
    '/admin/popups/x/filterbytk/1',
    '/m',
    '/v/admin',
    '/v/mobile?x=1',
    '/nocobase/v/apps/sales/admin',
    '/apps/sales/admin',
    '/admin?next=https://evil.example/',
    '/admin?next=//evil.example',
    '/admin#//evil.example',
    '/admin?x=null',
    '/admin/nullable',
    '/admin/undefined-things',
    '/admin/%E5%BC%A0%E4%B8%89',
    '/admin/张三',
    '/admin/a%2Fb',
    '/admin/..a/b..',
    '/admin/.well-known',
    '/admin/https:',
    '/admin/signin-settings',
    '/apiary',
    '/statics',
    '/filesystem',
    `/${'a'.repeat(1499)}`,
  ])('%s', (target) => {
    expect(inAppPath(target)).toBe(target);
  });
});

describe('targets that are not followed', () => {
  test.each([
    // Another origin.
    'https://evil.example',
    'HTTPS://evil.example/admin',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '\\/evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'https:evil.example',
    'evil.example',
    '@evil.example',
    ':443/x',
    // The same after a step to the side.
    '/admin//evil.example',
    '/admin/..//evil.example',
    '/./evil',
    // Blanks at the ends, which browsers drop.
    '/.. ',
    '/admin/.. ',
    ' /admin',
    '/admin\u3000',
    '/../evil',
    '/admin/..',
    '/admin/.',
    '/admin/../../x',
    // Encoded forms, once and more often.
    '/%2Fevil.example',
    '/%2fevil.example',
    '%2F%2Fevil.example',
    '/%5Cevil.example',
    '/%5cevil.example',
    '/%252Fevil.example',
    '/%25252Fevil.example',
    '/%2525252Fevil.example',
    '/%2525252525252525252Fevil.example',
    '/%2e%2e/evil',
    '/.%2e/evil',
    '/%252e%252e/evil',
    '/%09/evil.example',
    '/%0d%0aSet-Cookie:x',
    '/%00',
    '/%2509/evil.example',
    // Control characters, which parsers drop.
    '/\t/evil.example',
    '/\n/evil.example',
    '/\r\nSet-Cookie: a=b',
    '\t//evil.example',
    '/admin\u0000',
    '/admin\u007f',
    '/admin?x=\u0085',
    // Not decodable.
    '/%',
    '/%zz',
    '/%C0%AF',
    '/%ff',
    // Words that careless callers write.
    'null',
    'undefined',
    '/null',
    '/undefined',
    '/NULL',
    '/null?x=1',
    '/undefined#x',
    '/%6eull',
    // Not pages of the app, or pages for those who are not signed in.
    '/api/auth:signOut',
    '/API/users:list',
    '/%61pi/auth:signOut',
    '/api',
    '/static/plugins/x.js',
    '/storage/uploads/x.html',
    '/files/x',
    '/uploads/x',
    '/signin',
    '/signin/',
    '/signin?redirect=/signin',
    '/v/signin?authenticator=wecom',
    '/apps/sales/signin',
    '/signup',
    '/forgot-password',
    '/reset-password',
    '/%73ignin',
    // Not a path at all.
    '',
    ' /admin',
    'admin',
    '?x=1',
    '#x',
    `/${'a'.repeat(1500)}`,
  ])('%j', (target) => {
    expect(inAppPath(target)).toBeNull();
  });

  test.each([
    undefined,
    null,
    0,
    1,
    true,
    {},
    [],
    ['/admin'],
    { toString: () => '/admin' },
    Symbol('x'),
    () => '/admin',
  ])('not text: %p', (target) => {
    expect(inAppPath(target)).toBeNull();
  });
});

function decodedForms(path: string): string[] {
  const forms = [path];
  for (;;) {
    const last = forms[forms.length - 1];
    let next: string;
    try {
      next = decodeURIComponent(last);
    } catch {
      return forms;
    }
    if (next === last) return forms;
    forms.push(next);
  }
}

test('whatever is followed stays on the origin, in every decoded form, for browsers and for careless joins', () => {
  let followed = 0;
  fc.assert(
    fc.property(hostileTarget, (text) => {
      const path = inAppPath(text);
      if (path === null) return;
      followed += 1;
      const stays =
        path === text &&
        new URL(path, ORIGIN).origin === ORIGIN &&
        new URL(ORIGIN + path).origin === ORIGIN &&
        decodedForms(path.split(/[?#]/, 1)[0]).every(
          (form) =>
            form.startsWith('/') && !/\/\/|\\|\/\.{1,2}(\/|$)/.test(form) && new URL(form, ORIGIN).origin === ORIGIN,
        );
      if (!stays) throw new Error(`followed: ${JSON.stringify(path)}`);
    }),
    TARGETS,
  );
  // A check that refuses everything would pass as well.
  expect(followed).toBeGreaterThan(300);
});
