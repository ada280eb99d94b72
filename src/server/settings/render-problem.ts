import { PACKAGE_NAME } from '../../shared/package-name';
import type { SettingsField } from '../../shared/settings-fields';

/** Translates a key in the language of the request. */
export type Translate = (key: string, options: Record<string, unknown>) => string;

/** Says what is wrong with a setting, naming the field as the settings form does. */
export function renderProblem(t: Translate, field: SettingsField, problem: string, values: object = {}): string {
  const label = t(field.label, { ns: PACKAGE_NAME });
  // The answer is JSON, and React escapes what it shows: escaping here would show `&amp;`.
  return t(problem, { ns: PACKAGE_NAME, field: label, ...values, interpolation: { escapeValue: false } });
}
