import type { Context, Next } from '@nocobase/actions';
import { AUTH_TYPE } from '../../shared/constants';
import { SETTINGS_FIELDS } from '../../shared/settings-fields';

interface SavedAuthenticator {
  authType?: unknown;
  options?: Record<string, unknown>;
}

const SECRETS = SETTINGS_FIELDS.filter(({ secret }) => secret).map(({ path }) => path[0]);

function hidden(values: SavedAuthenticator): SavedAuthenticator {
  const isOurs = values?.authType === undefined || values.authType === AUTH_TYPE;
  const given = SECRETS.filter((name) => values?.options?.[name]);
  return isOurs && given.length > 0
    ? { ...values, options: { ...values.options, ...Object.fromEntries(given.map((name) => [name, '***'])) } }
    : values;
}

/** Without the secrets in it. A copy, because what was saved may still be held elsewhere. */
function withoutSecrets<T>(values: T): T {
  const copy: unknown = Array.isArray(values) ? values.map(hidden) : hidden(values as SavedAuthenticator);
  return copy as T;
}

/**
 * What was saved, with the options as they were sent, but without the secrets: audit logs keep answers, and whoever
 * sent them has them. They are left out rather than masked, so that nobody saves a mask by sending the answer back.
 */
function asSent(saved: unknown, sent: Record<string, unknown> | undefined): unknown {
  const model = saved as { toJSON?(): SavedAuthenticator } | null;
  if (typeof model?.toJSON !== 'function') {
    return saved;
  }
  // A copy: the host keeps the model itself for signing in.
  const json = model.toJSON();
  const rest = sent && Object.fromEntries(Object.entries(sent).filter(([name]) => !SECRETS.includes(name)));
  return json.authType === AUTH_TYPE ? { ...json, options: rest } : saved;
}

/**
 * Runs around saving an authenticator.
 *
 * The host logs the parameters of an action when it ends, and would write the Secret of the app and the password of a
 * proxy into its log; it hands the body and the answer to audit logs. And it answers with the options as they are used,
 * so that somebody who may edit authenticators could read any secret of the host by naming its variable: the answer
 * holds what was sent instead.
 */
export async function hideSecret(ctx: Context, next: Next): Promise<void> {
  try {
    await next();
    const sent = (ctx.action?.params?.values as SavedAuthenticator | undefined)?.options;
    ctx.body = Array.isArray(ctx.body) ? ctx.body.map((saved) => asSent(saved, sent)) : asSent(ctx.body, sent);
  } finally {
    const params = ctx.action?.params as { values?: unknown } | undefined;
    if (params?.values) {
      params.values = withoutSecrets(params.values);
    }
    const request = ctx.request as { body?: unknown } | undefined;
    if (request?.body) {
      request.body = withoutSecrets(request.body);
    }
  }
}
