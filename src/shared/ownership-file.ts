/**
 * The file by which WeCom checks that a domain belongs to the company: WeCom names it and fills it, and asks for it at the
 * root of the domain (WeCom document 90315).
 */
export interface OwnershipFile {
  /** `WW_verify_` with 16 letters or digits, and `.txt`. */
  name: string;
  content: string;
  /** What ends the line, if anything. Kept apart because the forms of the host trim every text that they save. */
  lineBreak?: keyof typeof LINE_BREAKS;
}

const LINE_BREAKS = { LF: '\n', CRLF: '\r\n' } as const;

/** What is wrong with the file; an i18n key with `{{field}}` for the label of the setting. */
export type OwnershipFileProblem =
  | '{{field}} must consist of a name and a content.'
  | '{{field}}: the name has to be as WeCom gave it, WW_verify_ with 16 letters or digits, and .txt.'
  | '{{field}}: the content has to be one short line of plain text, unchanged as WeCom gave it.';

const NAME = /^WW_verify_[A-Za-z0-9]{16}\.txt$/;

/**
 * What WeCom writes into the file is not documented beyond one short line. Angle brackets are left out so that no browser
 * finds markup in it, braces so that the host finds no variable.
 */
const CONTENT = /^[!-;=?-z|~](?:[ -;=?-z|~]{0,126}[!-;=?-z|~])?$/;

/** Size in bytes that no file with a valid content exceeds. */
export const MAX_OWNERSHIP_FILE_BYTES = 130;

/**
 * Checks the value of the setting.
 *
 * @param value of any type, as it was sent or stored
 * @returns what is wrong, or undefined
 */
export function ownershipFileProblem(value: unknown): OwnershipFileProblem | undefined {
  const { name, content, lineBreak, ...others } = (typeof value === 'object' && value !== null ? value : {}) as Partial<
    Record<string, unknown>
  >;
  const isText = typeof name === 'string' && typeof content === 'string';
  const isKnown = lineBreak === undefined || lineBreak === 'LF' || lineBreak === 'CRLF';
  if (!isText || !isKnown || Object.keys(others).length > 0) {
    return '{{field}} must consist of a name and a content.';
  }
  if (!NAME.test(name)) {
    return '{{field}}: the name has to be as WeCom gave it, WW_verify_ with 16 letters or digits, and .txt.';
  }
  return CONTENT.test(content)
    ? undefined
    : '{{field}}: the content has to be one short line of plain text, unchanged as WeCom gave it.';
}

/** The file in the value of the setting, if it is a valid one. */
export function ownershipFileOf(value: unknown): OwnershipFile | undefined {
  return ownershipFileProblem(value) ? undefined : (value as OwnershipFile);
}

/** Takes the line break out of the content, if the value is a file whose content ends with one. */
export function separateLineBreak(value: unknown): unknown {
  const { content, lineBreak } = (value ?? {}) as Partial<Record<string, unknown>>;
  if (typeof content !== 'string' || lineBreak !== undefined || !content.endsWith('\n')) {
    return value;
  }
  const found = content.endsWith('\r\n') ? 'CRLF' : 'LF';
  return { ...(value as object), content: content.slice(0, -LINE_BREAKS[found].length), lineBreak: found };
}

/** The file as it is served, every character a byte. */
export function ownershipFileText({ content, lineBreak }: OwnershipFile): string {
  return content + (lineBreak ? LINE_BREAKS[lineBreak] : '');
}
