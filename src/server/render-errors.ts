import type { Context } from '@nocobase/actions';
import { failureOf } from '../shared/failures';
import { PACKAGE_NAME } from '../shared/package-name';
import { SETTINGS_FIELDS } from '../shared/settings-fields';
import { renderProblem } from './settings/render-problem';
import { SettingsRefused } from './settings/save-guard';
import { fieldName } from './settings/settings';

/** The host's error handler (`@nocobase/plugin-error-handler`), as far as it is used. */
export interface ErrorHandler {
  register(guard: (error: unknown) => boolean, render: (error: unknown, ctx: Context) => void): void;
}

/** A failure as it arrives here: the host has copied its properties onto an HTTP error. */
interface FailureLike {
  status: number;
  code: string;
  reason: string;
  field?: string;
  problem?: string;
}

function isFailure(error: unknown): error is FailureLike {
  const { code, reason } = (error ?? {}) as Partial<FailureLike>;
  return failureOf(reason)?.code === code && code !== undefined;
}

function failureMessage(failure: FailureLike, ctx: Context): string {
  const message: string = ctx.t(failureOf(failure.reason)?.message, { ns: PACKAGE_NAME });
  const field = SETTINGS_FIELDS.find((candidate) => fieldName(candidate) === failure.field);
  return field && failure.problem ? `${message} ${renderProblem(ctx.t, field, failure.problem)}` : message;
}

/**
 * Answers failures of a sign-in and refused settings as `{ errors: [{ message, code, … }] }`, worded in the language of
 * the request.
 */
export function renderErrors(errorHandler: ErrorHandler): void {
  errorHandler.register(isFailure, (error, ctx) => {
    const failure = error as FailureLike;
    const { code, reason, field } = failure;
    ctx.status = failure.status;
    ctx.body = { errors: [{ message: failureMessage(failure, ctx), code, reason, ...(field ? { field } : {}) }] };
  });
  errorHandler.register(
    (error) => error instanceof SettingsRefused,
    (error, ctx) => {
      const { status, code, field, problem, values } = error as SettingsRefused;
      ctx.status = status;
      ctx.body = { errors: [{ message: renderProblem(ctx.t, field, problem, values), code, field: fieldName(field) }] };
    },
  );
}
