import type { Application } from '@nocobase/server';
import { parse } from '@nocobase/utils';
import { SETTINGS_FIELDS, type SettingsField } from '../../shared/settings-fields';
import { type Problem, checkSavedField } from '../settings/check-field';
import { SettingsRefused } from '../settings/save-guard';
import { type Options, type Settings, SettingProblem, readOption, readSettings } from '../settings/settings';
import { MAX_NAME_LENGTH } from '../../shared/constants';
import { CheckRefused } from './refused';

const ORIGIN = SETTINGS_FIELDS.find(({ kind }) => kind === 'origin') as SettingsField;

/** The variables and secrets of an application. */
export type Environment = Application['environment'];

/** What a check works on: what is in the form, saved or not. */
export interface Form {
  /** Name of the authenticator. */
  name: string;
  options: Options;
}

const NO_FORM = 'A check needs the name and the settings of the authenticator.';

/**
 * Reads a form from the body of a request. Both forms hold the Secret as it is stored (the host sends it to whoever may
 * manage authenticators), so what is in the form is all that is needed.
 *
 * @throws {CheckRefused} for what is no form
 * @throws {SettingsRefused} for values that no setting can have
 */
export function readForm({ name, options }: { name?: unknown; options?: unknown }): Form {
  const isName = typeof name === 'string' && name !== '' && name.length <= MAX_NAME_LENGTH;
  if (!isName || typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new CheckRefused(400, 'WECOM_CONFIG_INVALID', NO_FORM);
  }
  const known: Options = {};
  for (const field of SETTINGS_FIELDS) {
    const value = readOption(options, field);
    // What is missing is a finding; what no form holds, or is too large to be filled in, is refused before that.
    const problem = checkSavedField({ ...field, required: false }, value);
    const isPlain = field.kind !== 'choice' && field.kind !== 'ownershipFile';
    if (problem && (!isPlain || REFUSED_AT_ONCE.includes(problem))) {
      throw new SettingsRefused(field, problem);
    }
    put(known, field.path, value);
  }
  return { name, options: known };
}

const REFUSED_AT_ONCE: readonly Problem[] = [
  '{{field}} must be on or off.',
  '{{field}} must be text.',
  '{{field}} is too long.',
];

function put(options: Options, [key, ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    options[key] = value;
  } else {
    put((options[key] ??= {}) as Options, rest, value);
  }
}

/**
 * The settings of a form with variables and secrets put in, as far as a check uses them.
 *
 * @param unneeded settings that this check does not look at
 * @throws {SettingsRefused} for the first setting that is missing or malformed
 */
export function fillIn({ options }: Form, environment: Environment, unneeded: readonly (keyof Settings)[]): Settings {
  try {
    const settings = readSettings(environment.renderJsonTemplate(options), unneeded);
    if (!unneeded.includes('origin')) {
      assertMayBeShown(options.origin, environment);
    }
    return settings;
  } catch (error) {
    throw error instanceof SettingProblem ? new SettingsRefused(error.field, error.problem) : error;
  }
}

/**
 * Results show the Origin, so it must not come from a secret: whoever may manage authenticators could read any secret of
 * the host by naming it there.
 */
function assertMayBeShown(origin: unknown, environment: Environment): void {
  const everything = parse(origin)({ $env: environment.getVariables() });
  if (parse(origin)({ $env: environment.getNonSecretVariables() }) !== everything) {
    throw new SettingsRefused(ORIGIN, '{{field}} comes from a secret, which a check does not show. Use a variable.');
  }
}
