/**
 * What an employee reads out to the administrator when a sign-in fails: how the id of the request begins in the host's
 * logs (`reqId`, header `X-Request-Id`), so that searching them for it finds everything about the request.
 */
const REFERENCE = /^[0-9a-f]{8}$/;

/** A moment in UTC to the second, `2026-11-22T09:31:05Z`. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** The reference number of the request with this id; undefined when it is no id as the host makes them (a UUID). */
export function referenceOf(requestId: unknown): string | undefined {
  return typeof requestId === 'string' && /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(requestId)
    ? requestId.slice(0, 8)
    : undefined;
}

/** Whether something from outside has the form of a reference number. It may still be invented. */
export function isReference(value: unknown): value is string {
  return typeof value === 'string' && REFERENCE.test(value);
}

/** The moment as it travels in answers and addresses. */
export function timeOf(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}

/** Whether something from outside has the form of {@link timeOf} and names a moment that exists. */
export function isTime(value: unknown): value is string {
  return typeof value === 'string' && TIME.test(value) && !Number.isNaN(Date.parse(value));
}
