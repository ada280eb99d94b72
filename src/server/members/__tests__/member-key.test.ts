import { isColleague, memberKey } from '../member-key';

test('a userid is compared without case, and belongs to its company', () => {
  expect(memberKey('wwOne', 'ZhangSan')).toBe(memberKey('wwone', 'zhangsan'));
  expect(memberKey('wwone', 'zhangsan')).not.toBe(memberKey('wwtwo', 'zhangsan'));
});

test.each<[string, string, boolean]>([
  ['wwone/zhangsan', 'wwone/lisi', true],
  ['wwone/zhangsan', 'wwone/zhangsan', false],
  ['wwone/zhangsan', 'wwtwo/lisi', false],
  ['wwone/zhangsan', 'wwone2/lisi', false],
  ['wwone/zhangsan', '13800000001', false],
])('%s and %s: colleagues %s', (key, other, expected) => {
  expect(isColleague(key, other)).toBe(expected);
});
