import type { Context, Next } from '@nocobase/actions';
import { AUTH_TYPE } from '../../shared/constants';

interface SavedAuthenticator {
  authType?: unknown;
  options?: { secret?: unknown };
}

function hidden(values: SavedAuthenticator): SavedAuthenticator {
  const isOurs = values?.authType === undefined || values.authType === AUTH_TYPE;
  return isOurs && values?.options?.secret ? { ...values, options: { ...values.options, secret: '***' } } : values;
}

/**
 * Runs around saving an authenticator: the host logs the parameters of an action when it ends, and would write the
 * Secret of the app into its log.
 */
export async function hideSecret(ctx: Context, next: Next): Promise<void> {
  try {
    await next();
  } finally {
    const params = ctx.action?.params as { values?: SavedAuthenticator | SavedAuthenticator[] } | undefined;
    if (params?.values) {
      // A copy, because what was saved may still be held elsewhere.
      params.values = Array.isArray(params.values) ? params.values.map(hidden) : hidden(params.values);
    }
  }
}
