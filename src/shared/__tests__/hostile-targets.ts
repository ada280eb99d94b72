import fc from 'fast-check';

/** Pieces that other-origin tricks are made of, in proportions that make many of the mixtures nearly valid. */
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('/', '\\', '.', '..', '//', '/\\', '/./', '/../') },
  { weight: 4, arbitrary: fc.constantFrom('%2f', '%2F', '%5c', '%5C', '%2e', '%252f', '%255c', '%25252f', '%', '%25') },
  {
    weight: 3,
    arbitrary: fc.constantFrom('admin', 'evil.example', 'v', 'nocobase', '@', ':', '?', '#', ';', '&', '='),
  },
  { weight: 2, arbitrary: fc.constantFrom('https:', 'javascript:', 'data:', 'http://', 'null', 'undefined', 'signin') },
  { weight: 2, arbitrary: fc.constantFrom('\t', '\n', '\r', '\0', ' ', '\u00a0', '\u2028', '\uff0f', '\u2044', '%09') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
);
/** Landing targets as an attacker would make them: other origins in disguise, broken encodings, odd characters. */
export const hostileTarget = fc
  .tuple(fc.constantFrom('', '/', '/', '/', '/admin/', '/v/'), fc.array(piece, { maxLength: 10 }))
  .map(([start, pieces]) => start + pieces.join(''));

/**
 * How many targets are tried, and from which seed: the same ones every time, so that whoever sees a failure can see it
 * again. Another seed looks further.
 */
export const TARGETS = { numRuns: 10_000, seed: 20_261_126 } as const;
