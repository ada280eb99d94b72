import type { Context, Next } from '@nocobase/actions';
import { RESOURCE } from '../../shared/constants';
import { forgetBody } from './forget-body';

/**
 * Forgets the settings that a request to `wecom:*` carried, the Secret among them, before the host logs the parameters
 * of its action; it does that for requests that were refused, too.
 */
export async function hideForm(ctx: Context, next: Next): Promise<void> {
  try {
    await next();
  } finally {
    if (ctx.action?.resourceName === RESOURCE) {
      forgetBody(ctx, ['options']);
    }
  }
}
