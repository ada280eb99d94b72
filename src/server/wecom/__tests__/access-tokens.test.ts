import { AccessTokens, type RunAlone, type TokenStore } from '../access-tokens';
import { WeComError } from '../error';

/** A store whose entries end when a clock that the test moves says so. */
class Store implements TokenStore {
  now = 0;
  private readonly entries = new Map<string, { value: unknown; until: number }>();

  async get<T>(key: string): Promise<T | undefined> {
    const entry = this.entries.get(key);
    return entry && entry.until > this.now ? (entry.value as T) : undefined;
  }

  async set(key: string, value: unknown, ttl = Infinity): Promise<void> {
    this.entries.set(key, { value, until: this.now + ttl });
  }
}

const atOnce: RunAlone = (_key, run) => run();

/** WeCom: hands out a new token for each call, and counts. */
function wecom(expiresIn = 7200) {
  let count = 0;
  return jest.fn(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    count += 1;
    return { token: `token-${count}`, expiresIn };
  });
}

const hundred = <T>(run: (index: number) => Promise<T>) => Promise.all(Array.from({ length: 100 }, (_, i) => run(i)));

let store: Store;
let tokens: AccessTokens;

beforeEach(() => {
  store = new Store();
  tokens = new AccessTokens(store, atOnce);
});

test('a hundred callers at once make one call', async () => {
  const fetch = wecom();
  const got = await hundred(() => tokens.get('key', fetch));
  expect(new Set(got)).toEqual(new Set(['token-1']));
  expect(fetch).toHaveBeenCalledTimes(1);
});

test('a token is kept until shortly before its end', async () => {
  const fetch = wecom();
  await tokens.get('key', fetch);
  store.now = 7_189_000;
  await expect(tokens.get('key', fetch)).resolves.toBe('token-1');
  store.now = 7_190_000;
  await expect(tokens.get('key', fetch)).resolves.toBe('token-2');
});

test('a token that lives for seconds is still used once', async () => {
  const fetch = wecom(5);
  await tokens.get('key', fetch);
  await expect(tokens.get('key', fetch)).resolves.toBe('token-1');
  store.now = 1000;
  await expect(tokens.get('key', fetch)).resolves.toBe('token-2');
});

test('fifty refusals of one token lead to one new token', async () => {
  const fetch = wecom();
  const refused = await tokens.get('key', fetch);
  const fresh = await Promise.all(Array.from({ length: 50 }, () => tokens.get('key', fetch, refused)));
  expect(new Set(fresh)).toEqual(new Set(['token-2']));
  expect(fetch).toHaveBeenCalledTimes(2);
});

test('a refusal that comes late gets the token that was fetched meanwhile', async () => {
  const fetch = wecom();
  const refused = await tokens.get('key', fetch);
  await tokens.get('key', fetch, refused);
  await expect(tokens.get('key', fetch, refused)).resolves.toBe('token-2');
  expect(fetch).toHaveBeenCalledTimes(2);
});

test('other keys have other tokens', async () => {
  const fetch = wecom();
  expect(await tokens.get('one', fetch)).not.toBe(await tokens.get('two', fetch));
});

test('a failure reaches everybody who waits, and is not kept', async () => {
  const away = jest.fn(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    throw new Error('away');
  });
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => tokens.get('key', away)));
  expect(results.every(({ status }) => status === 'rejected')).toBe(true);
  expect(away).toHaveBeenCalledTimes(1);
  await expect(tokens.get('key', wecom())).resolves.toBe('token-1');
});

test('processes that share the store and take turns make one call together', async () => {
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn: RunAlone = (_key, run) => {
    const mine = turn.then(run);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const processes = Array.from({ length: 4 }, () => new AccessTokens(store, inTurn));
  const fetch = wecom();
  const got = await hundred((index) => processes[index % 4].get('key', fetch));
  expect(new Set(got).size).toBe(1);
  expect(fetch).toHaveBeenCalledTimes(1);

  const fresh = await hundred((index) => processes[index % 4].get('key', fetch, got[0]));
  expect(new Set(fresh)).toEqual(new Set(['token-2']));
  expect(fetch).toHaveBeenCalledTimes(2);
});

describe('a secret that WeCom refuses', () => {
  const refusedWith = (errcode: number) =>
    jest.fn(async () => {
      throw new WeComError({ call: 'gettoken', kind: 'refused', errcode });
    });

  afterEach(() => jest.restoreAllMocks());

  test('is not tried on and on: an address that repeats it is banned for an hour', async () => {
    const fetch = refusedWith(40001);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await expect(tokens.get('key', fetch)).rejects.toMatchObject({ errcode: 40001 });
    }
    expect(fetch).toHaveBeenCalledTimes(5);
  });

  test('is tried once a minute after that, and then works as before', async () => {
    const start = Date.now();
    const fetch = refusedWith(40013);
    const tryTenTimes = async () => {
      for (let attempt = 0; attempt < 10; attempt += 1) {
        await expect(tokens.get('key', fetch)).rejects.toMatchObject({ errcode: 40013 });
      }
    };
    await tryTenTimes();
    const now = jest.spyOn(Date, 'now').mockReturnValue(start + 120_000);
    await tryTenTimes();
    expect(fetch).toHaveBeenCalledTimes(6);
    now.mockReturnValue(start + 240_000);
    await expect(tokens.get('key', wecom())).resolves.toBe('token-1');
  });

  test('is asked about once by those who look at the set-up, and the answer tells when it was given', async () => {
    const start = Date.now();
    const now = jest.spyOn(Date, 'now').mockReturnValue(start);
    const fetch = refusedWith(40001);
    const look = () => tokens.get('key', fetch, undefined, 1);
    await expect(look()).rejects.toMatchObject({ errcode: 40001, answeredAt: undefined });
    now.mockReturnValue(start + 20_000);
    await expect(look()).rejects.toMatchObject({ errcode: 40001, call: 'gettoken', answeredAt: start });
    expect(fetch).toHaveBeenCalledTimes(1);
    // A sign-in in between is not kept waiting.
    await expect(tokens.get('key', wecom())).resolves.toBe('token-1');
    await expect(look()).resolves.toBe('token-1');
  });

  test('does not stand in the way of another secret', async () => {
    const fetch = refusedWith(40001);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await expect(tokens.get('wrong', fetch)).rejects.toThrow();
    }
    await expect(tokens.get('corrected', wecom())).resolves.toBe('token-1');
  });

  test.each([-1, 45009, 60020])('is not blamed for errcode %i', async (errcode) => {
    const fetch = refusedWith(errcode);
    for (let attempt = 0; attempt < 8; attempt += 1) {
      await expect(tokens.get('key', fetch)).rejects.toMatchObject({ errcode });
    }
    expect(fetch).toHaveBeenCalledTimes(8);
  });
});
