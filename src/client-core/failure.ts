import { isReference, isTime } from '../shared/reference';
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
  /** By which the administrator finds the request in the log; only failures that the server knows of have one. */
  reference?: string;
  /** When the server answered, as `timeOf` writes it. */
  time?: string;
}

let remembered: { authenticator: string; message: string } | undefined;

/** Keeps the words of the server until they are shown: text from outside does not belong into a URL. */
export function rememberMessage(authenticator: string, message: string): void {
  remembered = { authenticator, message };
}

/**
 * The failure that a sign-in page's query names. Anybody can make such an address: what is not of the right form is not
 * shown.
 */
export function failureIn(search: string): ShownFailure | undefined {
  const params = new URLSearchParams(search);
  const [authenticator, reason, field, reference, time] = ['authenticator', 'error', 'field', 'reference', 'time'].map(
    (key) => params.get(key) || undefined,
  );
  if (!reason) return undefined;
  return {
    authenticator,
    reason,
    field,
    message: remembered && remembered.authenticator === authenticator ? remembered.message : undefined,
    reference: isReference(reference) ? reference : undefined,
    time: isTime(time) ? time : undefined,
  };
}

/**
 * Makes the sign-in page the current page and names the failure in its query. There it outlives a reload, which the
 * language menu of the sign-in page makes.
 */
export function goToFailure({ browser, base }: Lane, failure: ShownFailure, redirect?: string): void {
  const { authenticator, reason, field, reference, time } = failure;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ authenticator, error: reason, field, reference, time, redirect })) {
    if (value) query.set(name, value);
  }
  browser.history.replaceState(null, '', `${base}signin?${query}`);
}
