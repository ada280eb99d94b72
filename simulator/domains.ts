/** The redirect address, or null when it is not an absolute http(s) address. */
export function parseRedirectUri(redirectUri: string): URL | null {
  try {
    const url = new URL(redirectUri);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
  } catch {
    return null;
  }
}

/** Exact match, port included; no wildcard, no inheritance by sub-domains (WeCom docs 91022, 91335). */
export function isTrustedDomain(redirectUri: string, trusted: string): boolean {
  const url = parseRedirectUri(redirectUri);
  if (!url || trusted === '') return false;
  const expected = parseRedirectUri(`${url.protocol}//${trusted}`);
  return expected !== null && expected.pathname === '/' && expected.username === '' && expected.host === url.host;
}

/**
 * Appends parameters the way WeCom does: to the query that is there, before the fragment. Works on the text, because a
 * parsed address would rewrite the percent-encoding that the caller chose.
 */
export function appendQuery(redirectUri: string, params: [name: string, value: string][]): string {
  const hashAt = redirectUri.indexOf('#');
  const base = hashAt < 0 ? redirectUri : redirectUri.slice(0, hashAt);
  const hash = hashAt < 0 ? '' : redirectUri.slice(hashAt);
  const glue = !base.includes('?') ? '?' : /[?&]$/.test(base) ? '' : '&';
  const query = params.map(([name, value]) => `${name}=${encodeURIComponent(wellFormed(value))}`).join('&');
  return headerSafe(base + glue + query + hash);
}

/** A header may hold visible ASCII only (and spaces, where they may stand); everything else is percent-encoded. */
export function headerSafe(text: string, { spaces = false } = {}): string {
  return wellFormed(text).replace(spaces ? /[^\x20-\x7e]/gu : /[^\x21-\x7e]/gu, (char) => encodeURIComponent(char));
}

/** Half of a surrogate pair cannot be encoded: it becomes the replacement character. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
