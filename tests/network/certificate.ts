import { isIP } from 'node:net';
import { generate } from 'selfsigned';

/** How `subjectAltName` marks what follows (RFC 5280, 4.2.1.6). */
const DNS_NAME = 2;
const IP_ADDRESS = 7;

/** A key and a certificate for it that nobody vouches for, good for a day. */
export function selfSignedCertificate(host: string): { key: string; cert: string } {
  const altName = isIP(host) ? { type: IP_ADDRESS, ip: host } : { type: DNS_NAME, value: host };
  const { private: key, cert } = generate([{ name: 'commonName', value: host }], {
    days: 1,
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [altName] }],
  });
  return { key, cert };
}
