/** Something that must not be in a log. */
export interface Leak {
  what: string;
  /** Number of the line, from 1. */
  line: number;
  /** The line around it, with the thing itself left out: what reports a leak must not be one. */
  context: string;
}

/**
 * What is secret in this repository's tests is made to be recognised: the simulator begins what it hands out with its
 * name, and Secrets of invented apps contain `secret-`. So nobody has to tell the scan what to look for. A token is longer
 * than the random names that the host gives to connections (21 characters), which may begin like one.
 */
const SECRETS: [what: string, pattern: RegExp][] = [
  ['an access token of WeCom', /sim-access-token-[\w-]*/g],
  ['a code of WeCom', /sim-code-[\w-]*/g],
  ['a user ticket of WeCom', /sim-ticket-[\w-]*/g],
  ['a session token, or the cookie of a visit', /eyJ[\w-]{20,}(\.[\w-]+)*/g],
  ['the Secret of an app', /(?<![\w-])[\w-]*secret-[^\s&"\\]*/gi],
  ['a parameter that holds something secret', /(?:access_token|corpsecret|user_ticket|[?&]code)=[^\s&*"\\][^\s&"\\]*/g],
  ['a JSON field that holds something secret', /"(?:access_token|corpsecret|user_ticket)\\*":\s*\\*"[^"*]+/g],
];

/**
 * The host logs the parameters of requests, phone numbers of users and values of secret variables included, and the users
 * that another system pushes: its doing, not the plugin's. In the lines about these requests, this is no leak.
 */
const LOGGED_BY_HOST: Record<string, RegExp> = {
  'a phone number':
    /\bre(quest [A-Z]+|sponse) \/\S*\/(users\b|auth:signUp|userData:push)|"source":"api","sourceType":"api","data":/,
  'the Secret of an app': /\bre(quest [A-Z]+|sponse) \/\S*\/environmentVariables:(create|update)/,
};

const MAINLAND = /(?<![\w.+-])(?:(?:\+|00)?86[ ()-]*)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\w)/g;
const INTERNATIONAL = /(?<!\w)\+[1-9][\d ()-]{7,18}\d(?!\w)/g;
const SHORTEST_NUMBER = 9;

const CONTEXT_LENGTH = 120;

/** Undoes the percent-encoding of what stands in an address, byte by byte: a whole line is seldom valid. */
function plain(line: string): string {
  return line.replace(/%([2-7][0-9a-f])/gi, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function phonesIn(line: string): RegExpMatchArray[] {
  const international = [...line.matchAll(INTERNATIONAL)].filter(
    ([number]) => number.replace(/\D/g, '').length >= SHORTEST_NUMBER,
  );
  return [...line.matchAll(MAINLAND), ...international];
}

/** Everything secret or personal that stands in a log, whoever wrote it there. */
export function findLeaks(log: string): Leak[] {
  return log.split('\n').flatMap((written, index) => {
    const line = plain(written);
    const matches = SECRETS.flatMap(([what, pattern]) =>
      [...line.matchAll(pattern)].map((match): [string, RegExpMatchArray] => [what, match]),
    );
    const phones = phonesIn(line).map((match): [string, RegExpMatchArray] => ['a phone number', match]);
    const all = [...matches, ...phones].filter(([what]) => !LOGGED_BY_HOST[what]?.test(line));
    const hidden = all.reduce((text, [, [value]]) => text.replaceAll(value, '…'), line);
    return [...new Set(all.map(([what]) => what))].map((what) => ({ what, line: index + 1, context: around(hidden) }));
  });
}

function around(line: string): string {
  const at = Math.max(0, line.indexOf('…') - CONTEXT_LENGTH);
  return line.slice(at, at + 2 * CONTEXT_LENGTH);
}
