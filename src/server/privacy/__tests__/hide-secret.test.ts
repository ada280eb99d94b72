import type { Context } from '@nocobase/actions';
import { hideSecret } from '../hide-secret';

/** What the host logs of a request, and hands to audit logs. */
async function logged(values: unknown, next = async () => undefined): Promise<unknown> {
  const ctx = { action: { params: { values } }, request: { body: values } };
  await hideSecret(ctx as unknown as Context, next).catch(() => undefined);
  expect(ctx.request.body).toEqual(ctx.action.params.values);
  return ctx.action.params.values;
}

const refused = async () => {
  throw new Error('refused');
};

test('the Secret is hidden when saving ends, however it ends', async () => {
  const values = { authType: 'WeCom', name: 'wecom', options: { corpId: 'ww1', secret: 'S' } };
  const hidden = { ...values, options: { corpId: 'ww1', secret: '***' } };
  await expect(logged(values)).resolves.toEqual(hidden);
  await expect(logged(values, refused)).resolves.toEqual(hidden);
  await expect(logged([values, values])).resolves.toEqual([hidden, hidden]);
  expect(values.options.secret).toBe('S');
});

test('so is the address of a proxy, which may hold a password', async () => {
  const options = { secret: 'S', proxyUrl: 'http://user:password@proxy:3128' };
  await expect(logged({ options })).resolves.toEqual({ options: { secret: '***', proxyUrl: '***' } });
});

test('a change of options alone names no type', async () => {
  await expect(logged({ options: { secret: 'S' } })).resolves.toEqual({ options: { secret: '***' } });
});

test.each([
  [{ authType: 'Email/Password', options: { secret: 'S' } }],
  [{ authType: 'WeCom', options: { corpId: 'ww1' } }],
  [{ authType: 'WeCom' }],
  [{ options: null }],
  ['text'],
  [null],
  [undefined],
  [[null, 1]],
])('left alone: %j', async (values) => {
  await expect(logged(values)).resolves.toEqual(values);
});
