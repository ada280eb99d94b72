import type { OwnershipFile } from '../../shared/ownership-file';
import { type PhoneMatching, SETTINGS_FIELDS, type SettingsField } from '../../shared/settings-fields';
import { type Problem, checkField } from './check-field';

/** The settings of one authenticator, checked, with defaults and variables put in. */
export interface Settings {
  autoSignup: boolean;
  autoLogin: boolean;
  phoneMatching: PhoneMatching;
  corpId: string;
  agentId: string;
  secret: string;
  /** Without a trailing slash. */
  origin: string;
  ownershipFile?: OwnershipFile;
  redirectPath: string;
  apiBaseUrl: string;
  oauthUrl: string;
  ssoUrl: string;
  /** With user and password in it, if the proxy wants them. */
  proxyUrl?: string;
}

export type Options = Record<string, unknown>;

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
 * @param unneeded settings that the caller does not use: what is wrong with them does not matter, and they read as empty
 * @throws {SettingProblem} for the first setting that is missing or malformed
 */
export function readSettings(options: unknown, unneeded: readonly (keyof Settings)[] = []): Settings {
  const settings: Record<string, unknown> = {};
  for (const field of SETTINGS_FIELDS) {
    const raw = readOption(options, field);
    const value = typeof raw === 'string' ? raw.trim() : raw;
    const key = field.path[field.path.length - 1];
    const problem = checkField(field, value);
    if (problem && unneeded.includes(key as keyof Settings)) {
      settings[key] = '';
      continue;
    }
    if (problem) {
      throw new SettingProblem(field, problem);
    }
    settings[key] = value === undefined || value === null || value === '' ? field.default : value;
  }
  const checked = settings as unknown as Settings;
  return { ...checked, origin: checked.origin && new URL(checked.origin).origin };
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
