import jwt from 'jsonwebtoken';
import type { Claims } from '../../database/claims';
import { readSettings } from '../../settings/settings';
import { type CookieJar, Visits } from '../visits';

const SECRET = 'secret of the app';
const MINUTE = 60_000;

const settings = readSettings({
  corpId: 'wwone',
  agentId: '1000002',
  secret: 'app-secret',
  origin: 'https://nocobase.example.com',
});

/** A browser: cookies in the order in which they were set, as browsers send them. */
class Jar implements CookieJar {
  readonly cookies = new Map<string, string>();
  lastMaxAge = 0;
  get = (name: string) => this.cookies.get(name);
  names = () => [...this.cookies.keys()];
  set = (name: string, value: string, maxAge: number) => {
    this.cookies.set(name, value);
    this.lastMaxAge = maxAge;
  };
  clear = (name: string) => void this.cookies.delete(name);

  /** The one cookie there is. */
  get only(): [name: string, value: string] {
    expect(this.cookies.size).toBe(1);
    return [...this.cookies][0];
  }
}

/** What the database does for all processes. */
function sharedClaims(): Claims {
  const claimed = new Set<string>();
  const claimOnce = async (name: string) => !claimed.has(name) && Boolean(claimed.add(name));
  return { claimOnce } as unknown as Claims;
}

const visit = { inClient: true, consent: false };
const refused = { reason: 'stateInvalid', code: 'WECOM_STATE_INVALID', status: 401 };

let claims: Claims;
let visits: Visits;
let jar: Jar;

beforeEach(() => {
  claims = sharedClaims();
  visits = new Visits(SECRET, 'main', claims);
  jar = new Jar();
});

afterEach(() => {
  jest.useRealTimers();
});

test.each([
  { inClient: true, consent: false },
  { inClient: true, consent: true },
  { inClient: false, consent: false },
])('a visit comes back as it was begun: %j', async (begun) => {
  const state = visits.begin(jar, 'wecom', settings, begun);
  expect(state).toMatch(/^[0-9a-f]{32}$/);
  expect(jar.lastMaxAge).toBe(10 * MINUTE);
  await expect(visits.end(jar, state, 'wecom', settings)).resolves.toEqual(begun);
  expect(jar.cookies.size).toBe(0);
});

test('another process with the same secret finishes it', async () => {
  const state = visits.begin(jar, 'wecom', settings, visit);
  await expect(new Visits(SECRET, 'main', claims).end(jar, state, 'wecom', settings)).resolves.toEqual(visit);
});

test('no two states are alike', () => {
  const states = Array.from({ length: 1000 }, () => visits.begin(new Jar(), 'wecom', settings, visit));
  expect(new Set(states).size).toBe(1000);
});

describe('refused', () => {
  test('without its cookie', async () => {
    const state = visits.begin(jar, 'wecom', settings, visit);
    await expect(visits.end(new Jar(), state, 'wecom', settings)).rejects.toMatchObject(refused);
  });

  test('with the cookie of another visit', async () => {
    const state = visits.begin(jar, 'wecom', settings, visit);
    const other = new Jar();
    visits.begin(other, 'wecom', settings, visit);
    const [name] = jar.only;
    jar.cookies.set(name, other.only[1]);
    await expect(visits.end(jar, state, 'wecom', settings)).rejects.toMatchObject(refused);
  });

  test('when the state shares its beginning with that of the cookie', async () => {
    const state = visits.begin(jar, 'wecom', settings, visit);
    const similar = state.slice(0, 31) + (state.endsWith('0') ? '1' : '0');
    await expect(visits.end(jar, similar, 'wecom', settings)).rejects.toMatchObject(refused);
  });

  test('a second time, even if somebody kept the cookie', async () => {
    const state = visits.begin(jar, 'wecom', settings, visit);
    const copy = new Jar();
    copy.cookies.set(...jar.only);
    await visits.end(jar, state, 'wecom', settings);
    await expect(visits.end(copy, state, 'wecom', settings)).rejects.toMatchObject(refused);
  });

  test('all but one of those that come at once', async () => {
    const state = visits.begin(jar, 'wecom', settings, visit);
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => {
        const copy = new Jar();
        jar.cookies.forEach((value, name) => copy.cookies.set(name, value));
        return visits.end(copy, state, 'wecom', settings);
      }),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('for another authenticator', async () => {
    const state = visits.begin(jar, 'wecom', settings, visit);
    await expect(visits.end(jar, state, 'wecom2', settings)).rejects.toMatchObject(refused);
  });

  test.each([{ corpId: 'wwtwo' }, { agentId: '1000003' }, { apiBaseUrl: 'https://relay.example.com' }])(
    'when the settings now say %j',
    async (change) => {
      const state = visits.begin(jar, 'wecom', settings, visit);
      await expect(visits.end(jar, state, 'wecom', { ...settings, ...change })).rejects.toMatchObject(refused);
    },
  );

  test('but not when the secret was renewed meanwhile', async () => {
    const state = visits.begin(jar, 'wecom', settings, visit);
    await expect(visits.end(jar, state, 'wecom', { ...settings, secret: 'new' })).resolves.toEqual(visit);
  });

  test('after ten minutes', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    const early = visits.begin(jar, 'wecom', settings, visit);
    const late = visits.begin(jar, 'wecom', settings, visit);
    jest.setSystemTime(Date.now() + 10 * MINUTE - 2000);
    await expect(visits.end(jar, early, 'wecom', settings)).resolves.toEqual(visit);
    jest.setSystemTime(Date.now() + 3000);
    await expect(visits.end(jar, late, 'wecom', settings)).rejects.toMatchObject(refused);
  });

  test.each([
    undefined,
    null,
    '',
    'x',
    'A'.repeat(32),
    'g'.repeat(32),
    '0'.repeat(31),
    '0'.repeat(33),
    `${'0'.repeat(32)}\n`,
    '0'.repeat(100_000),
    0,
    {},
    [],
    ['0'.repeat(32)],
  ])('a state that we never make: %p', async (state) => {
    visits.begin(jar, 'wecom', settings, visit);
    await expect(visits.end(jar, state, 'wecom', settings)).rejects.toMatchObject(refused);
  });

  test('in another app of the same host', async () => {
    const state = visits.begin(jar, 'wecom', settings, visit);
    const [name, value] = jar.only;
    const other = new Visits(SECRET, 'sales', claims);
    jar.cookies.set(name.replace('main', 'sales'), value);
    await expect(other.end(jar, state, 'wecom', settings)).rejects.toMatchObject(refused);
  });

  test('a cookie signed with another secret', async () => {
    const state = new Visits('another secret', 'main', claims).begin(jar, 'wecom', settings, visit);
    await expect(visits.end(jar, state, 'wecom', settings)).rejects.toMatchObject(refused);
  });
});

test('knows whether it began with other settings, and says so of no visit that is not there', () => {
  const state = visits.begin(jar, 'wecom', settings, visit);
  expect(visits.beganOtherwise(jar, state, 'wecom', settings)).toBe(false);
  expect(visits.beganOtherwise(jar, state, 'wecom', { ...settings, secret: 'another' })).toBe(true);
  expect(visits.beganOtherwise(jar, state, 'wecom', undefined)).toBe(true);
  expect(visits.beganOtherwise(jar, state, 'other', undefined)).toBe(false);
  expect(visits.beganOtherwise(jar, '0'.repeat(32), 'wecom', undefined)).toBe(false);
  expect(visits.beganOtherwise(new Jar(), state, 'wecom', undefined)).toBe(false);
});

describe('the cookie', () => {
  const forge = (change: (claims: jwt.JwtPayload) => object, key: jwt.Secret, algorithm: jwt.Algorithm) => {
    const [name, value] = jar.only;
    jar.cookies.set(name, jwt.sign(change(jwt.decode(value) as jwt.JwtPayload), key, { algorithm }));
  };

  test('cannot be changed', async () => {
    const state = visits.begin(jar, 'wecom', settings, visit);
    const [name, value] = jar.only;
    const [header, payload, signature] = value.split('.');
    const changed = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), consent: true };
    jar.cookies.set(name, [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.'));
    await expect(visits.end(jar, state, 'wecom', settings)).rejects.toMatchObject(refused);
  });

  test('cannot be unsigned', async () => {
    const state = visits.begin(jar, 'wecom', settings, visit);
    forge((payload) => payload, '', 'none');
    await expect(visits.end(jar, state, 'wecom', settings)).rejects.toMatchObject(refused);
  });

  test('cannot be signed with the secret that the host signs its session tokens with, nor the other way round', async () => {
    const state = visits.begin(jar, 'wecom', settings, visit);
    expect(() => jwt.verify(jar.only[1], SECRET)).toThrow();
    forge((payload) => payload, SECRET, 'HS256');
    await expect(visits.end(jar, state, 'wecom', settings)).rejects.toMatchObject(refused);
  });

  test('holds nothing of the settings that could be read', () => {
    visits.begin(jar, 'wecom', settings, visit);
    const payload = JSON.stringify(jwt.decode(jar.only[1]));
    for (const value of [settings.corpId, settings.agentId, settings.secret, SECRET]) {
      expect(payload).not.toContain(value);
    }
  });

  test.each(['', 'x', 'a.b.c', '{}'])('may hold nonsense: %j', async (value) => {
    const state = visits.begin(jar, 'wecom', settings, visit);
    jar.cookies.set(jar.only[0], value);
    await expect(visits.end(jar, state, 'wecom', settings)).rejects.toMatchObject(refused);
  });
});

test('six tabs can be open at once; the seventh closes the oldest and touches no other cookie', async () => {
  jar.cookies.set('token', 'of the host');
  jar.cookies.set('nb_wecom_sales_00000000', 'of a sub-app');
  const states = Array.from({ length: 7 }, () => visits.begin(jar, 'wecom', settings, visit));
  expect(jar.cookies.size).toBe(2 + 6);
  expect(jar.cookies.get('token')).toBe('of the host');
  expect(jar.cookies.has('nb_wecom_sales_00000000')).toBe(true);
  await expect(visits.end(jar, states[0], 'wecom', settings)).rejects.toMatchObject(refused);
  for (const state of states.slice(1)) {
    await expect(visits.end(jar, state, 'wecom', settings)).resolves.toEqual(visit);
  }
});

test('names of cookies are names whatever the app is called', () => {
  new Visits(SECRET, 'a b;c=d,é', claims).begin(jar, 'wecom', settings, visit);
  expect(jar.only[0]).toMatch(/^[A-Za-z0-9_-]+$/);
});
