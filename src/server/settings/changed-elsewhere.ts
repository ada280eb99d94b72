import { isDeepStrictEqual } from 'node:util';
import type { Model } from '@nocobase/database';
import type { Application } from '@nocobase/server';
import { AUTH_TYPE } from '../../shared/constants';

/** What the host keeps of the enabled authenticators in the memory of each process (`Storer` of its auth plugin). */
interface Remembered {
  /** The authenticator of that name, or the first there is; variables are put in. */
  get(name: string): Promise<Model | undefined>;
  renderJsonTemplate(authenticator: Model): Model;
  readonly key: string;
  readonly cache: {
    setValueInObject(key: string, name: string, authenticator: Model): Promise<void>;
    delValueInObject(key: string, name: string): Promise<void>;
  };
}

/**
 * Notices authenticators that another process has saved, deleted or switched off. The host tells nobody: a process that
 * has read them once goes on with what it read. The same holds for variables that were changed in this process.
 */
export class ChangedElsewhere {
  constructor(private readonly app: Application) {}

  /**
   * Compares one WeCom authenticator with the database, and remembers it anew when it is not as it was: others are not
   * ours to change. One query. Without an answer of the database, what is remembered has to do.
   */
  async lookUp(name: string): Promise<void> {
    const { db } = this.app;
    const { storer } = this.app.pm.get('auth') as unknown as { storer: Remembered };
    try {
      const found: Model | null = await db.getRepository('authenticators').findOne({ filter: { name, enabled: true } });
      // The host remembers others in place of an unknown name, and MySQL finds names in other capitals.
      const [stored, remembered] = [found, await storer.get(name)].map((model) =>
        model?.get('name') === name ? model : undefined,
      );
      const isOurs = [stored, remembered].some((model) => model?.get('authType') === AUTH_TYPE);
      if (!isOurs || this.isSame(stored, remembered)) {
        return;
      }
      if (stored) {
        await storer.cache.setValueInObject(storer.key, name, storer.renderJsonTemplate(stored));
      } else {
        await storer.cache.delValueInObject(storer.key, name);
      }
    } catch (error) {
      this.app.logger.warn('WeCom settings could not be compared with the database', {
        error: (error as Error | null)?.name,
      });
    }
  }

  private isSame(stored: Model | undefined, remembered: Model | undefined): boolean {
    if (!stored || !remembered) {
      return false;
    }
    const options = this.app.environment.renderJsonTemplate(stored.get('options'));
    const sameType = stored.get('authType') === remembered.get('authType');
    return sameType && isDeepStrictEqual(options, remembered.get('options'));
  }
}
