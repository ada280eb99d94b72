import type { Database, Model } from '@nocobase/database';
import { AUTH_TYPE } from '../../shared/constants';
import { PACKAGE_NAME } from '../../shared/package-name';
import { saveUnchecked } from './save-guard';
import type { Translate } from './render-problem';
import type { Options } from './settings';

/** Marks an authenticator that was on when the plugin was disabled. */
const PAUSED = 'pausedWithPlugin';

function find(db: Database, filter: { enabled?: boolean } = {}): Promise<Model[]> {
  return db.getRepository('authenticators').find({ filter: { authType: AUTH_TYPE, ...filter } });
}

/** The language in which the host shows its pages unless somebody chose another; no request tells one here. */
async function mainLanguage(db: Database): Promise<string> {
  const settings: Model | null = await db.getRepository('systemSettings')?.findOne();
  const [first] = (settings?.get('enabledLanguages') ?? []) as string[];
  return first ?? process.env.APP_LANG ?? 'en-US';
}

/**
 * Switches the WeCom authenticators off before the plugin is disabled. Without it the host would keep them on the list,
 * answer their sign-ins with a 500, and turn away everybody who signed in by them without ending the session.
 *
 * @throws when nobody could sign in any more
 */
export async function pauseAuthenticators(db: Database, t: Translate): Promise<void> {
  const others = await db.getRepository('authenticators').count({
    filter: { enabled: true, authType: { $ne: AUTH_TYPE } },
  });
  const authenticators = await find(db, { enabled: true });
  if (authenticators.length > 0 && others === 0) {
    throw new Error(
      t(
        'WeCom is the only way of signing in. Enable another authenticator (Settings → Authentication) before disabling this plugin.',
        { ns: PACKAGE_NAME, lng: await mainLanguage(db) },
      ),
    );
  }
  for (const authenticator of authenticators) {
    const options = { ...(authenticator.get('options') as Options), [PAUSED]: true };
    await saveUnchecked(authenticator, { enabled: false, options });
  }
}

/** Switches the authenticators that {@link pauseAuthenticators} switched off on again. */
export async function resumeAuthenticators(db: Database): Promise<void> {
  for (const authenticator of await find(db)) {
    const { [PAUSED]: paused, ...options } = (authenticator.get('options') ?? {}) as Options;
    if (paused) {
      await saveUnchecked(authenticator, { enabled: true, options });
    }
  }
}
