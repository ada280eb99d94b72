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

/** What was saved, with the options as they were sent. */
function asSent(saved: unknown, sent: object | undefined): unknown {
  const model = saved as { toJSON?(): SavedAuthenticator } | null;
  if (typeof model?.toJSON !== 'function') {
    return saved;
  }
  // A copy: the host keeps the model itself for signing in.
  const json = model.toJSON();
  return json.authType === AUTH_TYPE ? { ...json, options: sent } : saved;
}

/**
 * Runs around saving an authenticator.
 *
 * The host logs the parameters of an action when it ends, and would write the Secret of the app and the password of a
 * proxy into its log. And it answers with the options as they are used, so that somebody who may edit authenticators
 * could read any secret of the host by naming its variable: the answer holds what was sent instead.
 */
export async function hideSecret(ctx: Context, next: Next): Promise<void> {
  try {
    await next();
    const sent = (ctx.action?.params?.values as SavedAuthenticator | undefined)?.options;
    ctx.body = Array.isArray(ctx.body) ? ctx.body.map((saved) => asSent(saved, sent)) : asSent(ctx.body, sent);
  } finally {
    const params = ctx.action?.params as { values?: SavedAuthenticator | SavedAuthenticator[] } | undefined;
    if (params?.values) {
      // A copy, because what was saved may still be held elsewhere.
      params.values = Array.isArray(params.values) ? params.values.map(hidden) : hidden(params.values);
    }
  }
}
