import { createHash, randomBytes } from 'node:crypto';

/** Random URL-safe text made of `bytes` random bytes. */
export function randomText(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
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
