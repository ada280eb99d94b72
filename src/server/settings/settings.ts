import { SETTINGS_FIELDS, type SettingsField } from '../../shared/settings-fields';
import { type Problem, checkField } from './check-field';

/** The settings of one authenticator, checked, with defaults and variables put in. */
export interface Settings {
  autoSignup: boolean;
  autoLogin: boolean;
  corpId: string;
  agentId: string;
  secret: string;
  /** Without a trailing slash. */
  origin: string;
  redirectPath: string;
  apiBaseUrl: string;
  oauthUrl: string;
  ssoUrl: string;
}

export type Options = Record<string, unknown>;

/** Name of a setting as error answers give it: `origin`, `public.autoLogin`. */
export function fieldName(field: SettingsField): string {
  return field.path.join('.');
}

/** The value of a setting in the `options` of an authenticator. */
export function readOption(options: unknown, field: SettingsField): unknown {
  return field.path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Options)[key] : undefined),
    options,
  );
}

/** A setting that cannot be used as it is. */
export class SettingProblem extends Error {
  constructor(
    readonly field: SettingsField,
    readonly problem: Problem,
  ) {
    super(problem);
    this.name = 'SettingProblem';
  }
}

/**
 * Reads the options of an authenticator after variables have been put in (the host does that when it loads them).
 *
 * @throws {SettingProblem} for the first setting that is missing or malformed
 */
export function readSettings(options: unknown): Settings {
  const settings: Record<string, unknown> = {};
  for (const field of SETTINGS_FIELDS) {
    const raw = readOption(options, field);
    const value = typeof raw === 'string' ? raw.trim() : raw;
    const problem = checkField(field, value);
    if (problem) {
      throw new SettingProblem(field, problem);
    }
    const key = field.path[field.path.length - 1];
    settings[key] = value === undefined || value === null || value === '' ? field.default : value;
  }
  const checked = settings as unknown as Settings;
  return { ...checked, origin: new URL(checked.origin).origin };
}

/**
 * What anonymous browsers may know of an authenticator.
 *
 * The host hands in the options as stored, and sends `options.public` whole when nothing is returned.
 */
export function publicOptions(options: unknown): Pick<Settings, 'autoSignup' | 'autoLogin'> {
  const given = (options as { public?: Options } | null)?.public;
  return { autoSignup: given?.autoSignup !== false, autoLogin: given?.autoLogin === true };
}
