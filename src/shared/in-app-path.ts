/** Longest landing target that is followed; browsers, proxies and WeCom cut far longer URLs. */
const MAX_LENGTH = 1500;

/** Decoding more often than this is not something a page of the app needs. */
const MAX_DECODINGS = 4;

/** Parsers drop some of them silently. */
const CONTROL_CHARACTERS = /\p{Cc}/u;

/** Served by NocoBase under the same origin, but not pages of the app; and what careless code makes of nothing. */
const NOT_A_PAGE = /^\/((api|static|storage|files|uploads)(\/|$)|(null|undefined)$)/i;

/** Pages that exist for people who are not signed in: landing there would look as if the sign-in had failed. */
const SIGNED_OUT_PAGE = /\/(signin|signup|forgot-password|reset-password)\/?$/i;

function isPlainPath(path: string): boolean {
  return (
    path.startsWith('/') &&
    !path.includes('//') &&
    !path.includes('\\') &&
    !CONTROL_CHARACTERS.test(path) &&
    !/\/\.{1,2}(\/|$)/.test(path)
  );
}

/**
 * Checks a landing target that came from outside (a query parameter, a setting).
 *
 * A target is a root-relative path with an optional query and hash. Anything that a browser, a proxy or the router could
 * read as another origin is refused, in encoded forms too: `//host`, `/\host`, schemes, control characters, dot segments.
 *
 * @returns the target unchanged, or null when it must not be followed (then the default landing page applies)
 */
export function inAppPath(target: unknown): string | null {
  if (typeof target !== 'string' || target.length > MAX_LENGTH || CONTROL_CHARACTERS.test(target)) {
    return null;
  }
  // Browsers drop blanks at the ends, and what is left of `/.. ` leaves the app.
  if (target.trim() !== target) {
    return null;
  }
  let path = target.split(/[?#]/, 1)[0];
  for (let decodings = 0; ; decodings += 1) {
    if (!isPlainPath(path) || NOT_A_PAGE.test(path) || SIGNED_OUT_PAGE.test(path)) {
      return null;
    }
    let decoded: string;
    try {
      decoded = decodeURIComponent(path);
    } catch {
      return null;
    }
    if (decoded === path) {
      break;
    }
    if (decodings === MAX_DECODINGS) {
      return null;
    }
    path = decoded;
  }
  // The browser's own parser has the last word on what is another origin.
  try {
    return new URL(target, 'https://app.invalid').origin === 'https://app.invalid' ? target : null;
  } catch {
    return null;
  }
}
