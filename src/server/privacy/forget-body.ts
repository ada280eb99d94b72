import type { Context } from '@nocobase/actions';

function empty(values: unknown, fields?: string[]): void {
  if (Array.isArray(values)) {
    values.length = 0;
  } else if (typeof values === 'object' && values !== null) {
    (fields ?? Object.keys(values)).forEach((key) => delete (values as Record<string, unknown>)[key]);
  }
}

/**
 * Empties the body of a request. The host logs the parameters of an action when it ends, and hands the body to audit
 * logs: a code does not belong there, and what anybody sends without signing in would fill the disk.
 *
 * @param fields the only ones to go; without it, all do
 */
export function forgetBody(ctx: Context, fields?: string[]): void {
  empty(ctx.action?.params?.values, fields);
  empty((ctx.request as { body?: unknown }).body, fields);
}
