import type { HttpRequest, SendHttp } from '../../wecom/transport';
import { Echoes } from '../echoes';
import { checkOrigin } from '../origin';

const echoes = new Echoes('secret of the app', 'main');
const path = '/nocobase/api/wecom:echo';

function probe(send: SendHttp, origin: string) {
  return checkOrigin({ origin, path, echoes, send });
}

/** Answers as this NocoBase does. */
const ours =
  (trusted: boolean): SendHttp =>
  (request) => {
    const nonce = new URL(request.url).searchParams.get('nonce') ?? '';
    return Promise.resolve({ status: 200, data: JSON.stringify(echoes.answer(nonce, trusted)) });
  };

const fails =
  (code?: string): SendHttp =>
  () =>
    Promise.reject(Object.assign(new Error('private detail'), { code }));

const HTTPS = 'https://noco.example.com';

test.each<[string, SendHttp, string, string]>([
  ['this NocoBase', ours(true), 'ok', HTTPS],
  ['this NocoBase without TLS', ours(true), 'overHttp', 'http://noco.example.com'],
  ['this NocoBase behind a proxy that hides the address', ours(false), 'proxyHeaders', HTTPS],
  ['an expired certificate', fails('CERT_HAS_EXPIRED'), 'certificateExpired', HTTPS],
  ['a certificate of another host', fails('ERR_TLS_CERT_ALTNAME_INVALID'), 'certificateName', HTTPS],
  ['a certificate without its chain', fails('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'certificateIssuer', HTTPS],
  ['a self-signed certificate', fails('DEPTH_ZERO_SELF_SIGNED_CERT'), 'certificateIssuer', HTTPS],
  ['nobody', fails('ECONNREFUSED'), 'unreachable', HTTPS],
  ['an answer that is too large', fails('ERR_BAD_RESPONSE'), 'notThis', HTTPS],
  ['an error without a code', fails(), 'unreachable', HTTPS],
])('%s', async (_, send, finding, origin) => {
  const result = await probe(send, origin);
  expect(result.finding).toBe(finding);
  expect(JSON.stringify(result)).not.toContain('private');
});

test('is one bound request to our own action', async () => {
  const sent: HttpRequest[] = [];
  await probe((request) => {
    sent.push(request);
    return Promise.resolve({ status: 200, data: '' });
  }, HTTPS);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ method: 'GET', maxRedirects: 0, maxContentLength: 4096, timeout: 6000 });
  expect(new URL(sent[0].url)).toMatchObject({ origin: 'https://noco.example.com', pathname: path });
});
