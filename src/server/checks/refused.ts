import type { FailureCode } from '../../shared/failures';

/** A check that was not made. The error handler words it in the language of the request. */
export class CheckRefused extends Error {
  readonly logLevel = 'debug';

  /**
   * @param message i18n key
   * @param values what stands in its double braces
   */
  constructor(
    readonly status: number,
    readonly code: FailureCode,
    message: string,
    readonly values: Record<string, string> = {},
  ) {
    super(message);
    this.name = 'CheckRefused';
  }
}
