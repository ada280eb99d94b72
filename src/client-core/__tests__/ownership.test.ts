import { lookForOwnershipFile, ownershipFileUrl, proxyLines, type Fetch } from '../ownership';
import { world } from './fakes';

const ORIGIN = 'https://noco.example.com';
const FILE = { name: 'WW_verify_7rG3kjVbXHngiald.txt', content: '7rG3kjVbXHngiald', lineBreak: 'LF' } as const;
const TEXT = '7rG3kjVbXHngiald\n';
const API = 'http://10.0.0.1:13000/noco/api/';

const { app } = world('/admin');
app.getApiUrl = (path = '') => API + path;

type Answer = () => Promise<Response>;
const text =
  (content: string, type = 'text/plain; charset=utf-8', status = 200): Answer =>
  async () =>
    new Response(content, { status, headers: { 'content-type': type } });
const file = text(TEXT);
const page = text('<!doctype html>', 'text/html');
/** An answer that may not be read, such as a redirect. */
const closed: Answer = async () => Response.error();
const nothing: Answer = () => Promise.reject(new TypeError('Failed to fetch'));

async function look(root: Answer, api: Answer, blindly: Answer = closed) {
  const asked: [string, RequestInit][] = [];
  const fetch: Fetch = (url, init) => {
    asked.push([url, init]);
    return url.startsWith(API) ? api() : init.mode === 'no-cors' ? blindly() : root();
  };
  return { reach: await lookForOwnershipFile(fetch, app, ORIGIN, FILE), asked };
}

it.each<[string, Answer, Answer, Answer, string]>([
  ['at the root of the domain', file, nothing, nothing, 'served'],
  ['not saved yet', page, page, closed, 'notServed'],
  ['saved, behind a proxy that answers with a page', page, file, closed, 'answeredElsewhere'],
  ['saved, behind a proxy that answers with another text', text('else'), file, closed, 'answeredElsewhere'],
  ['saved, but it has lost its line break on the way', text(FILE.content), file, closed, 'answeredElsewhere'],
  ['saved, but at the domain it is HTML', text(TEXT, 'text/html'), file, closed, 'answeredElsewhere'],
  ['saved, but at the domain with an error', text(TEXT, 'text/plain', 404), file, closed, 'answeredElsewhere'],
  ['saved, but at the domain there is a redirect', closed, file, closed, 'answeredElsewhere'],
  ['saved, but another site answers', nothing, file, closed, 'answeredElsewhere'],
  ['saved, but nothing answers', nothing, file, nothing, 'unreachable'],
  ['nowhere', nothing, nothing, nothing, 'notServed'],
])('the file is %s', async (_, root, api, blindly, reach) => {
  expect((await look(root, api, blindly)).reach).toBe(reach);
});

it('a proxy that was just reloaded may answer as before, on connections that were open already', async () => {
  const answers = [page, file];
  const root: Answer = () => (answers.shift() ?? nothing)();
  expect((await look(root, file)).reach).toBe('served');
});

it('asks for nothing but the file, without cookies, caches and redirects', async () => {
  const { asked } = await look(nothing, file, nothing);
  expect(asked.map(([url]) => url)).toEqual([`${ORIGIN}/${FILE.name}`, API + FILE.name, `${ORIGIN}/${FILE.name}`]);
  for (const [, init] of asked) {
    expect(init).toMatchObject({ credentials: 'omit', cache: 'no-store', signal: expect.any(AbortSignal) });
  }
  expect(asked.map(([, init]) => init.redirect)).toEqual(['manual', 'manual', undefined]);
});

it('does not wait for ever', async () => {
  jest.useFakeTimers();
  const hanging: Fetch = (_, { signal }) =>
    new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
  const found = lookForOwnershipFile(hanging, app, ORIGIN, FILE);
  await jest.advanceTimersByTimeAsync(20_000);
  expect(await found).toBe('notServed');
  jest.useRealTimers();
});

it('the address is at the root of the domain, whatever the path of NocoBase', () => {
  expect(ownershipFileUrl(ORIGIN, FILE.name)).toBe('https://noco.example.com/WW_verify_7rG3kjVbXHngiald.txt');
});

it('a proxy hands the files to the API path of this NocoBase', () => {
  expect(proxyLines(app).split('\n')).toEqual([
    'location ^~ /WW_verify_ {',
    '    proxy_pass http://127.0.0.1:13000/noco/api/WW_verify_;',
    '    proxy_set_header Host $http_host;',
    '}',
  ]);
});
