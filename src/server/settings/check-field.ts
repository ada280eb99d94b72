import { inAppPath } from '../../shared/in-app-path';
import { type OwnershipFileProblem, ownershipFileProblem } from '../../shared/ownership-file';
import type { FieldKind, SettingsField } from '../../shared/settings-fields';

/** What is wrong with a value; an i18n key with `{{field}}` for the label of the field. */
export type Problem =
  | '{{field}} is required.'
  | '{{field}} must be on or off.'
  | '{{field}} must be one of the choices.'
  | '{{field}} must be text.'
  | '{{field}} is too long.'
  | '{{field}} is not valid. It consists of letters and digits and usually begins with ww.'
  | '{{field}} is not valid. It consists of digits only, such as 1000002.'
  | '{{field}} is not valid. Copy it from the WeCom console without spaces.'
  | '{{field}} must be an address such as https://nocobase.example.com, without a path.'
  | '{{field}} must be a path inside the app that begins with a slash, such as /admin.'
  | '{{field}} must be a complete URL that begins with https:// or http://.'
  | '{{field}} must be an address such as http://proxy.example.com:3128 or http://user:password@proxy.example.com:3128, with special characters percent-encoded.'
  | OwnershipFileProblem;

const MAX_LENGTH = 1024;

/** A value that is put together from variables or secrets is known only when it is used. */
export function hasVariables(value: unknown): boolean {
  return typeof value === 'string' && value.includes('{{');
}

function httpUrlWithUser(value: string): URL | null {
  try {
    const url = new URL(value);
    return /^https?:\/\/[^/]/i.test(value) ? url : null;
  } catch {
    return null;
  }
}

function httpUrl(value: string): URL | null {
  const url = httpUrlWithUser(value);
  return url && !url.username && !url.password ? url : null;
}

/** What HTTP can send as user and password (RFC 7617): no colon in the user name, no control characters. */
function hasSendableUser({ username, password }: URL): boolean {
  try {
    const [user, secret] = [decodeURIComponent(username), decodeURIComponent(password)];
    return !/[:\p{Cc}]/u.test(user) && !/\p{Cc}/u.test(secret) && (user !== '' || secret === '');
  } catch {
    return false;
  }
}

const CHECKS: Record<
  Exclude<FieldKind, 'switch' | 'choice' | 'ownershipFile'>,
  (value: string) => Problem | undefined
> = {
  corpId: (value) =>
    /^[A-Za-z0-9_-]{1,64}$/.test(value)
      ? undefined
      : '{{field}} is not valid. It consists of letters and digits and usually begins with ww.',
  agentId: (value) =>
    /^[0-9]{1,20}$/.test(value) ? undefined : '{{field}} is not valid. It consists of digits only, such as 1000002.',
  text: (value) =>
    /^[\x21-\x7e]+$/.test(value) ? undefined : '{{field}} is not valid. Copy it from the WeCom console without spaces.',
  origin: (value) => {
    const url = httpUrl(value);
    return url && !/[?#]/.test(value) && url.pathname === '/'
      ? undefined
      : '{{field}} must be an address such as https://nocobase.example.com, without a path.';
  },
  path: (value) =>
    inAppPath(value) ? undefined : '{{field}} must be a path inside the app that begins with a slash, such as /admin.',
  url: (value) => {
    const url = httpUrl(value);
    return url && !/[?#]/.test(value)
      ? undefined
      : '{{field}} must be a complete URL that begins with https:// or http://.';
  },
  proxy: (value) => {
    const url = httpUrlWithUser(value);
    return url && !/[?#\s]/.test(value) && url.pathname === '/' && hasSendableUser(url)
      ? undefined
      : '{{field}} must be an address such as http://proxy.example.com:3128 or http://user:password@proxy.example.com:3128, with special characters percent-encoded.';
  },
};

/**
 * Checks the value of one setting, after variables have been put in.
 *
 * @returns what is wrong, or undefined
 */
export function checkField(field: SettingsField, value: unknown): Problem | undefined {
  if (value === undefined || value === null || value === '') {
    return field.required ? '{{field}} is required.' : undefined;
  }
  if (field.kind === 'switch') {
    return typeof value === 'boolean' ? undefined : '{{field}} must be on or off.';
  }
  if (field.kind === 'choice') {
    const isChoice = field.choices?.some((choice) => choice.value === value);
    return isChoice ? undefined : '{{field}} must be one of the choices.';
  }
  if (field.kind === 'ownershipFile') {
    return ownershipFileProblem(value);
  }
  if (typeof value !== 'string') {
    return '{{field}} must be text.';
  }
  return value.length > MAX_LENGTH ? '{{field}} is too long.' : CHECKS[field.kind](value);
}

/** Checks a value as it is saved: one with variables is checked when it is used. */
export function checkSavedField(field: SettingsField, value: unknown): Problem | undefined {
  const takesVariables = !['switch', 'choice', 'ownershipFile'].includes(field.kind);
  return takesVariables && hasVariables(value) && (value as string).length <= MAX_LENGTH
    ? undefined
    : checkField(field, value);
}
