import type { WeComClient } from '../../wecom/client';
import type { MemberDetail, MemberRecord } from '../../wecom/answers';
import { WeComError } from '../../wecom/error';
import { memberKey } from '../member-key';
import { readProfile } from '../profile';

function wecom(record: MemberRecord | Error, detail?: MemberDetail | Error) {
  const answer = async <T>(value: T | Error | undefined) => {
    if (value instanceof Error) throw value;
    return value as T;
  };
  const calls = {
    memberRecord: jest.fn(() => answer(record)),
    memberDetail: jest.fn(() => answer(detail)),
  };
  return { calls, client: calls as unknown as WeComClient };
}

test.each<[string, MemberRecord, MemberDetail | undefined, object]>([
  ['name from the contacts', { name: '张三', status: 1 }, { userid: 'zhangsan' }, { name: '张三' }],
  ['phone by consent', {}, { userid: 'zhangsan', mobile: '1' }, { mobile: '1' }],
  ['phone from the contacts of an old app', { mobile: '2' }, undefined, { mobile: '2' }],
  ['consent before contacts', { mobile: '2' }, { userid: 'zhangsan', mobile: '1' }, { mobile: '1' }],
  ['corporate before personal', {}, { userid: 'zhangsan', bizMail: 'b', email: 'p' }, { email: 'b' }],
  ['corporate of the contacts before personal', { bizMail: 'b' }, { userid: 'zhangsan', email: 'p' }, { email: 'b' }],
  ['personal', {}, { userid: 'zhangsan', email: 'p' }, { email: 'p' }],
  ['personal of the contacts', { email: 'p' }, { userid: 'zhangsan' }, { email: 'p' }],
  ['without control characters and blanks around', { name: ' 张\0三\t' }, undefined, { name: '张三' }],
  ['the next when one is nothing but blanks', { email: 'p' }, { userid: 'zhangsan', bizMail: ' ' }, { email: 'p' }],
  ['not activated yet', { name: 'x', status: 4 }, undefined, { name: 'x' }],
])('%s', async (_name, record, detail, expected) => {
  const { client } = wecom(record, detail);
  const profile = await readProfile(client, 'zhangsan', detail && 'ticket');
  expect(profile).toEqual({ name: undefined, mobile: undefined, email: undefined, ...expected });
});

test('without a ticket the detail is not asked for', async () => {
  const { client, calls } = wecom({ name: '张三' });
  await readProfile(client, 'zhangsan');
  expect(calls.memberDetail).not.toHaveBeenCalled();
});

test.each([2, 5])('a member with status %i may not sign in', async (status) => {
  const { client } = wecom({ status }, { userid: 'zhangsan', mobile: '1' });
  await expect(readProfile(client, 'zhangsan', 'ticket')).rejects.toMatchObject({ reason: 'leftCompany' });
});

test('a ticket of somebody else is refused; capitals do not make somebody else', async () => {
  await expect(readProfile(wecom({}, { userid: 'lisi' }).client, 'zhangsan', 'ticket')).rejects.toMatchObject({
    reason: 'codeInvalid',
  });
  await expect(readProfile(wecom({}, { userid: 'ZhangSan' }).client, 'zhangsan', 'ticket')).resolves.toBeDefined();
});

test('errors of both calls come through', async () => {
  const error = new WeComError({ call: 'user/get', kind: 'refused', errcode: 60011 });
  await expect(readProfile(wecom(error).client, 'zhangsan')).rejects.toBe(error);
  await expect(readProfile(wecom({}, error).client, 'zhangsan', 'ticket')).rejects.toBe(error);
});

test('members are told apart by company and userid, without case', () => {
  expect(memberKey('wwOne', 'ZhangSan')).toBe(memberKey('wwone', 'zhangsan'));
  expect(memberKey('wwone', 'zhangsan')).not.toBe(memberKey('wwtwo', 'zhangsan'));
  expect(memberKey('wwone', 'zhangsan')).not.toBe(memberKey('wwone', 'lisi'));
});
