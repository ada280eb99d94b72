import { parsePhoneNumberFromString } from 'libphonenumber-js';

/** WeCom writes mainland numbers without a country code. */
const DEFAULT_COUNTRY = 'CN';

export interface Phone {
  /** International form, by which numbers are compared: `+8613800000000`. */
  international: string;
  /** The digits without the country code. */
  national: string;
}

/**
 * Reads a phone number in any usual form: `13800000000`, `+86 138 0000 0000` and `86-13800000000` are one number.
 *
 * @returns null when it is no phone number
 */
export function parsePhone(value: string | null | undefined): Phone | null {
  if (!value || value.length > 40) {
    return null;
  }
  // `(+86) 138…` is usual, but no bracket may stand before the plus for the parser.
  const plain = value.replace(/[()（）]/g, ' ').trim();
  const parsed = parsePhoneNumberFromString(plain, { defaultCountry: DEFAULT_COUNTRY, extract: false });
  return parsed ? { international: parsed.number, national: parsed.nationalNumber } : null;
}

/**
 * A `LIKE` pattern that matches the number however it is written, and some others: the digits in their order with
 * anything between them. The database narrows down, {@link samePhone} decides.
 */
export function phonePattern(phone: Phone): string {
  return `%${[...phone.national].join('%')}%`;
}

/** Whether a stored value is this number. */
export function samePhone(phone: Phone, stored: string | null | undefined): boolean {
  return parsePhone(stored)?.international === phone.international;
}
