import { parsePhone, phonePattern, samePhone } from '../phone';

/** How LIKE reads a pattern without `_`. */
function like(pattern: string, text: string): boolean {
  return new RegExp(`^${pattern.replaceAll('+', '\\+').replaceAll('%', '.*')}$`).test(text);
}

describe('one number in many forms', () => {
  const forms = [
    '13800000000',
    '138 0000 0000',
    '138-0000-0000',
    ' 13800000000 ',
    '+8613800000000',
    '+86 138 0000 0000',
    '+86-138-0000-0000',
    '86-13800000000',
    '8613800000000',
    '0086 13800000000',
    '008613800000000',
    '(+86)13800000000',
    '(+86) 138 0000 0000',
    '（+86）13800000000',
    '+86 (138) 0000-0000',
  ];

  test.each(forms)('%j', (form) => {
    const phone = parsePhone(form);
    expect(phone?.international).toBe('+8613800000000');
    for (const stored of forms) {
      expect(samePhone(phone!, stored)).toBe(true);
      // The database finds it, too.
      expect(like(phonePattern(phone!), stored)).toBe(true);
    }
  });

  test.each(['13800000001', '+85213800000', '+1 380 000 0000', '138000000000', '1380000000', '', null, undefined])(
    'and not %j',
    (other) => {
      expect(samePhone(parsePhone('13800000000')!, other)).toBe(false);
    },
  );
});

test.each([
  ['+85251234567', ['+852 5123 4567', '852-51234567'.replace('852-', '+852-'), '00852 51234567']],
  ['+14155552671', ['+1 415 555 2671', '+1 (415) 555-2671', '001 415 555 2671']],
  ['+861062345678', ['010-62345678', '(010) 62345678', '+86 10 6234 5678', '（010）62345678']],
])('other numbers: %s', (international, forms) => {
  for (const form of forms) {
    expect(parsePhone(form)?.international).toBe(international);
    expect(like(phonePattern(parsePhone(international)!), form)).toBe(true);
  }
});

test('numbers of two countries with the same digits differ', () => {
  expect(samePhone(parsePhone('+852 5123 4567')!, '51234567')).toBe(false);
});

test.each([
  undefined,
  null,
  '',
  ' ',
  'abc',
  '-',
  '+',
  'call me',
  "1' OR '1'='1",
  '%',
  '9'.repeat(41),
  '1'.repeat(100_000),
])('no phone number: %j', (value) => {
  expect(parsePhone(value)).toBeNull();
});

test('what is searched for holds digits only, whatever WeCom sent', () => {
  for (const value of ['138%00_00000', '13800000000; DROP TABLE users', '+86 138 0000 0000 ext. 5']) {
    const phone = parsePhone(value);
    if (phone) expect(phonePattern(phone)).toMatch(/^%(\d%)+$/);
  }
});
