import type { Database, Model, Transaction } from '@nocobase/database';
import { AUTH_TYPE } from '../../shared/constants';
import { separateLineBreak } from '../../shared/ownership-file';
import { SETTINGS_FIELDS, type SettingsField } from '../../shared/settings-fields';
import type { Claims } from '../database/claims';
import { checkSavedField } from './check-field';
import { type Options, publicOptions, readOption } from './settings';

/** Settings that were refused when they were saved. The error handler words it in the language of the request. */
export class SettingsRefused extends Error {
  readonly status = 400;
  readonly code = 'WECOM_CONFIG_INVALID';
  readonly logLevel = 'debug';

  constructor(
    readonly field: SettingsField,
    readonly problem: string,
    readonly values: Record<string, string> = {},
  ) {
    super(problem);
    this.name = 'SettingsRefused';
  }
}

const UNCHECKED = 'wecomUnchecked';

interface SaveOptions {
  transaction?: Transaction;
  [UNCHECKED]?: boolean;
}

/** Saves a change that is not the administrator's and must not fail on what was saved long ago. */
export async function saveUnchecked(model: Model, values: object): Promise<void> {
  const options: object = { [UNCHECKED]: true };
  await model.update(values, options);
}

/** The host's own field for the name, as far as it is named in an answer. */
const NAME: SettingsField = { path: ['name'], kind: 'text', label: 'Auth UID' };

const AUTO_LOGIN = SETTINGS_FIELDS.find((field) => field.path[1] === 'autoLogin') as SettingsField;

/** Values are pasted: blanks around them, and the slash browsers put behind an origin, mean nothing. */
function tidy(options: Options): Options {
  const tidied: Options = { ...options };
  for (const field of SETTINGS_FIELDS) {
    const [key, ...rest] = field.path;
    const value = tidied[key];
    if (rest.length === 0 && typeof value === 'string') {
      const trimmed = value.trim();
      tidied[key] = field.kind === 'origin' ? trimmed.replace(/\/$/, '') : trimmed;
    } else if (field.kind === 'ownershipFile' && key in tidied) {
      tidied[key] = separateLineBreak(value);
    }
  }
  return tidied;
}

/**
 * Checks WeCom authenticators whenever they are saved, by a form, the API or other code of the server.
 */
export class SaveGuard {
  constructor(
    private readonly db: Database,
    private readonly claims: Claims,
  ) {}

  /**
   * Handler for `authenticators.beforeSave`.
   *
   * @throws {SettingsRefused}
   */
  readonly beforeSave = async (model: Model, { transaction, [UNCHECKED]: unchecked }: SaveOptions): Promise<void> => {
    if (unchecked || model.get('authType') !== AUTH_TYPE || !(model.changed('options') || model.changed('authType'))) {
      return;
    }
    const given: unknown = model.get('options');
    const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
    const options = tidy(isObject ? (given as Options) : {});
    for (const field of SETTINGS_FIELDS) {
      const problem = checkSavedField(field, readOption(options, field));
      if (problem) {
        throw new SettingsRefused(field, problem);
      }
    }
    model.set('options', options);
    if (model.isNewRecord) {
      await this.assertNewName(model, transaction);
    }
    if (publicOptions(options).autoLogin) {
      await this.assertOnlyAutoLogin(model, transaction);
    }
  };

  /** The database would refuse it too, but the host prints a failed statement with its values, the Secret among them. */
  private async assertNewName(model: Model, transaction?: Transaction): Promise<void> {
    const where = { name: model.get('name') };
    if ((await this.db.getModel('authenticators').count({ where, transaction })) > 0) {
      throw new SettingsRefused(NAME, '{{field}} is already in use.');
    }
  }

  /** Holds the turn until the transaction ends, so that of two saved at once one sees the other. */
  private async assertOnlyAutoLogin(model: Model, transaction?: Transaction): Promise<void> {
    if (transaction) {
      await this.claims.holdUntilEnd('autoLogin', transaction);
    }
    const others: Model[] = await this.db.getModel('authenticators').findAll({
      where: { authType: AUTH_TYPE },
      transaction,
      // Reads what others have committed since this transaction began (MySQL would show an older state).
      lock: Boolean(transaction),
    });
    const other = others.find(
      (candidate) => candidate.get('id') !== model.get('id') && publicOptions(candidate.get('options')).autoLogin,
    );
    if (other) {
      throw new SettingsRefused(
        AUTO_LOGIN,
        'Automatic login is already on for the authenticator "{{name}}". Switch it off there first.',
        { name: String(other.get('title') || other.get('name')) },
      );
    }
  }
}
