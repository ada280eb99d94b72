import fc from 'fast-check';
import { doorUrl } from '../client-core/door';
import type { Lane } from '../client-core/lane';
import { askedPage, landing } from '../client-core/target';
import { world } from '../client-core/__tests__/fakes';
import { type AppLayout, resolveVisitLanding } from '../server/visit/landing';
import { hostileTarget, TARGETS } from '../shared/__tests__/hostile-targets';

const ORIGIN = 'https://noco.example.com';

interface Place {
  layout: AppLayout;
  /** What the routers of the two clients call their base. */
  classic: string;
  modern: string;
}

function place(publicPath: string, subAppSegment: string): Place {
  return {
    layout: { publicPath, subAppSegment, modernPrefix: 'v', modernOnly: false },
    classic: `${publicPath}${subAppSegment}/`,
    modern: `${publicPath}/v${subAppSegment}/`,
  };
}

const PLACES = [place('', ''), place('/nocobase', ''), place('', '/apps/sales'), place('/nocobase', '/apps/sales')];

/** The client that shows a page of this NocoBase, on that page. */
function laneAt({ modern, classic }: Place, page: string): Lane {
  return page.startsWith(modern)
    ? world(page, { modern: true, basename: modern }).lane
    : world(page, { basename: classic }).lane;
}

/** Where the browser ends, judged by its own parser: on this origin, and on a page of this NocoBase. */
function isInApp({ layout }: Place, from: string, url: string): boolean {
  const { origin, pathname } = new URL(url, new URL(from, ORIGIN));
  const page = pathname.slice(layout.publicPath.length);
  return (
    origin === ORIGIN &&
    pathname.startsWith(`${layout.publicPath}/`) &&
    !/\/\/|\\/.test(pathname) &&
    !/^\/(api|static|storage|files|uploads)(\/|$)/i.test(page)
  );
}

/** The page that the sign-in page of an address would open. */
function landsOn(here: Place, page: string): string {
  const lane = laneAt(here, page);
  return landing(lane, askedPage(lane)).url;
}

test('ten thousand redirect targets through the door and back never leave the origin or the app', () => {
  let asked = 0;
  fc.assert(
    fc.property(fc.constantFrom(...PLACES), hostileTarget, hostileTarget, (here, target, preferred) => {
      const { signInPath, redirect } = resolveVisitLanding(here.layout, target, preferred);
      const page = new URL(signInPath, ORIGIN);
      page.searchParams.set('authenticator', 'wecom');
      page.searchParams.set('redirect', redirect);
      const back = `${page.pathname}${page.search}&code=x&state=y`;
      asked += redirect === target ? 1 : 0;
      const end = landsOn(here, back);
      if (page.origin !== ORIGIN || !isInApp(here, back, signInPath) || !isInApp(here, back, end)) {
        throw new Error(`${JSON.stringify([target, preferred])} led to ${page.href} and ${end}`);
      }
    }),
    TARGETS,
  );
  // Something that refused everything would pass as well.
  expect(asked).toBeGreaterThan(200);
});

test('nor do they on a sign-in page that somebody was sent to, in either client', () => {
  fc.assert(
    fc.property(fc.constantFrom(...PLACES), hostileTarget, fc.boolean(), fc.boolean(), (here, target, modern, bare) => {
      // As UTF-8, since half of a surrogate pair cannot be encoded.
      const text = Buffer.from(target).toString();
      const written = bare ? encodeURI(text) : encodeURIComponent(text);
      const page = `${modern ? here.modern : here.classic}signin?redirect=${written}`;
      const end = landsOn(here, page);
      const lane = laneAt(here, page);
      const door = doorUrl(lane.app, 'wecom', { redirect: askedPage(lane) });
      if (!isInApp(here, page, end) || new URL(door, ORIGIN).origin !== ORIGIN) {
        throw new Error(`${page} led to ${end} and ${door}`);
      }
    }),
    TARGETS,
  );
});
