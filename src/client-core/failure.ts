import type { Lane } from './lane';

/** A failure to be shown on the sign-in page. */
export interface ShownFailure {
  authenticator?: string;
  /** Key of the failures table; `offline` and unknown ones have words of their own. */
  reason: string;
  /** The setting that is wrong, as its path in the options (`corpId`). */
  field?: string;
  /** What the server said, for reasons that the table does not know. */
  message?: string;
}

let remembered: { authenticator: string; message: string } | undefined;

/** Keeps the words of the server until they are shown: text from outside does not belong into a URL. */
export function rememberMessage(authenticator: string, message: string): void {
  remembered = { authenticator, message };
}

/** The failure that a sign-in page's query names. */
export function failureIn(search: string): ShownFailure | undefined {
  const params = new URLSearchParams(search);
  const [authenticator, reason, field] = ['authenticator', 'error', 'field'].map((key) => params.get(key) || undefined);
  const message = remembered && remembered.authenticator === authenticator ? remembered.message : undefined;
  return reason ? { authenticator, reason, field, message } : undefined;
}

/**
 * Makes the sign-in page the current page and names the failure in its query. There it outlives a reload, which the
 * language menu of the sign-in page makes.
 */
export function goToFailure({ browser, base }: Lane, authenticator: string, reason: string, redirect?: string): void {
  const query = new URLSearchParams({ authenticator, error: reason });
  if (redirect) query.set('redirect', redirect);
  browser.history.replaceState(null, '', `${base}signin?${query}`);
}
