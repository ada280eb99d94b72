import type { Application } from '@nocobase/client-v2';
import { PACKAGE_NAME } from '../shared/package-name';

/** Translates a text of this plugin, or one that an administrator entered, which may hold `{{t("...")}}`. */
export type Translate = (text: string, values?: Record<string, string>) => string;

/** The translator of either client; both have the flow engine, whose `t` also resolves `{{t("...")}}`. */
export function translator(app: Application): Translate {
  const { context } = app.flowEngine;
  // React escapes what it shows.
  const options = { ns: [PACKAGE_NAME, 'client'], nsMode: 'fallback', interpolation: { escapeValue: false } };
  return (text, values) => context.t(text, { ...options, ...values });
}

/** A moment as the language writes it, in the time zone of the browser, which is named: it is passed on to others. */
export function localTime(app: Application, moment: Date): string {
  const options = { year: 'numeric', month: 'short', day: 'numeric' } as const;
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' } as const;
  return new Intl.DateTimeFormat(app.i18n.language, { ...options, ...clock }).format(moment);
}
