import { Echoes } from '../echoes';

const nonce = '0'.repeat(32);
const echoes = new Echoes('secret of the app', 'main');

test('another process with the same secret gives the same answer', () => {
  expect(echoes.verify(nonce, new Echoes('secret of the app', 'main').answer(nonce, true))).toBe(true);
});

test.each<[string, unknown]>([
  ['to another nonce', echoes.answer('1'.repeat(32), true)],
  ['that says something else', { ...echoes.answer(nonce, false), trusted: true }],
  ['of another secret', new Echoes('another secret', 'main').answer(nonce, true)],
  ['of a sub-app', new Echoes('secret of the app', 'branch').answer(nonce, true)],
  ['without a proof', { trusted: true }],
  ['with a short proof', { trusted: true, proof: '00' }],
  ['with a proof of another type', { trusted: true, proof: ['0'.repeat(64)] }],
  ['that is nothing', undefined],
  ['that is null', null],
  ['that is text', 'trusted'],
])('an answer %s is none', (_, answer) => {
  expect(echoes.verify(nonce, answer)).toBe(false);
});
