import { createHash, randomBytes } from 'node:crypto';

/**
 * Something secret that WeCom hands out: random URL-safe text. It begins with what it is, so that tests recognise it where
 * it must not be.
 */
export function randomSecret(what: 'access-token' | 'code' | 'ticket', bytes: number): string {
  const name = `sim-${what}-`;
  // As long as without the name.
  return name + randomBytes(bytes).toString('base64url').slice(name.length);
}

/** The openid of a person towards a company: stable, and different in each company. */
export function openidOf(corpId: string, who: string): string {
  return 'o' + createHash('sha256').update(`${corpId}\n${who}`).digest('base64url').slice(0, 27);
}

/** A hint as it stands in WeCom's error texts: 25 digits. */
export function hintNumber(now: number): string {
  const tail = BigInt('0x' + randomBytes(8).toString('hex'))
    .toString()
    .padStart(15, '0')
    .slice(-15);
  return `${String(Math.floor(now / 1000)).padStart(10, '1')}${tail}`;
}
