/** Where nodes keep what they cache; each by itself (`memory`), or together in Redis. */
export function storeEnv(store: string): Record<string, string> {
  if (store === 'memory') return {};
  if (store !== 'redis') throw new Error(`No such cache store: ${store}. There are: memory, redis`);
  const url = new URL(process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379');
  // NocoBase empties the whole database of Redis when somebody clears its cache, so this is not the usual one.
  if (url.pathname.length <= 1) url.pathname = '/9';
  return { CACHE_DEFAULT_STORE: 'redis', CACHE_REDIS_URL: url.href };
}
