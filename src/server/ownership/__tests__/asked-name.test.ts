import { askedName } from '../asked-name';

const NAME = 'WW_verify_7rG3kjVbXHngiald.txt';

afterEach(() => {
  delete process.env.API_BASE_PATH;
});

it.each([
  ['/', `/${NAME}`],
  ['with a query', `/${NAME}?t=1`],
  ['below the API', `/api/${NAME}`],
])('a request for the file: %s', (_, url) => {
  expect(askedName(url)).toBe(NAME);
});

it('below the API of a host with a public path', () => {
  process.env.API_BASE_PATH = '/nocobase/api/';
  expect(askedName(`/nocobase/api/${NAME}`)).toBe(NAME);
  expect(askedName(`/${NAME}`)).toBe(NAME);
  expect(askedName(`/api/${NAME}`)).toBeUndefined();
});

it.each([
  '',
  '/',
  `//${NAME}`,
  `/./${NAME}`,
  `/x/../${NAME}`,
  `/${NAME}/`,
  `/${NAME}/x`,
  `/${NAME}%00`,
  `/${NAME}#x`,
  `/${NAME}.html`,
  `/${NAME.replace('WW', '%57W')}`,
  `/${NAME.replace('.', '%2e')}`,
  `/${NAME.toLowerCase()}`,
  '/WW_verify_.txt',
  '/WW_verify_7rG3kjVbXHngial.txt',
  '/WW_verify_7rG3kjVbXHngiald1.txt',
  `/admin/${NAME}`,
  `/api/__app/sales/${NAME}`,
  `/api/api/${NAME}`,
  `http://noco.example.com/${NAME}`,
  `/api/auth:check?x=/${NAME}`,
])('any other request is not looked at: %s', (url) => {
  expect(askedName(url)).toBeUndefined();
});
