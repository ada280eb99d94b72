import { randomUUID } from 'node:crypto';
import { isReference, isTime, referenceOf, timeOf } from '../reference';

test('a reference number is how the id of the request begins', () => {
  const id = randomUUID();
  const reference = referenceOf(id);
  expect(isReference(reference)).toBe(true);
  expect(id.startsWith(`${reference}-`)).toBe(true);
});

test.each([undefined, null, '', 'abc', '3f2a91bc', '3F2A91BC-1111-4111-8111-111111111111', 42, ['3f2a91bc-']])(
  'an id that the host does not make has none: %p',
  (id) => expect(referenceOf(id)).toBeUndefined(),
);

test.each([
  '',
  '3f2a91b',
  '3f2a91bcd',
  '3F2A91BC',
  ' 3f2a91bc',
  '3f2a91bc\n',
  '<b>a91bc',
  'call 555-1',
  '3f2a91bg',
  null,
  undefined,
  12345678,
  ['3f2a91bc'],
])('no reference number: %p', (value) => expect(isReference(value)).toBe(false));

test('a moment travels to the second', () => {
  const time = timeOf(new Date('2026-11-22T09:31:05.678Z'));
  expect(time).toBe('2026-11-22T09:31:05Z');
  expect(isTime(time)).toBe(true);
});

test.each([
  '',
  'now',
  '2026-11-22',
  '2026-13-22T09:31:05Z',
  '2026-11-22T25:31:05Z',
  '2026-11-22T09:31:05+08:00',
  '2026-11-22T09:31:05Z call 555-1',
  '1795334896',
  null,
  undefined,
  1795334896,
])('no moment: %p', (value) => expect(isTime(value)).toBe(false));
