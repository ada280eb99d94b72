import type { Context, Next } from '@nocobase/actions';
import { SETTINGS_FIELDS } from '../../shared/settings-fields';

const SECRETS = SETTINGS_FIELDS.filter((field) => field.secret).map((field) => field.path[0]);

interface Described {
  params?: { values?: { options?: Record<string, unknown> } };
}

function masked<Action extends Described>(action: Action): Action {
  const { params } = action;
  const options = params?.values?.options;
  if (typeof options !== 'object' || options === null) {
    return action;
  }
  const hidden = Object.fromEntries(SECRETS.filter((key) => options[key]).map((key) => [key, '***']));
  return { ...action, params: { ...params, values: { ...params?.values, options: { ...options, ...hidden } } } };
}

/**
 * Hides the Secret of an authenticator that is being saved from the host's request log, which keeps the parameters of
 * every action. The action itself gets what was sent.
 */
export async function maskSecrets(ctx: Context, next: Next): Promise<void> {
  const action = ctx.action as { resourceName?: string; toJSON?(): Described } | undefined;
  if (action?.resourceName === 'authenticators' && action.toJSON) {
    const describe = action.toJSON.bind(action);
    action.toJSON = () => masked(describe());
  }
  await next();
}
