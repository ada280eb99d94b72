import type { Context } from '@nocobase/actions';
import { failureOf } from '../shared/failures';
import { PACKAGE_NAME } from '../shared/package-name';
import { fieldName, fieldNamed } from '../shared/settings-fields';
import { CheckRefused } from './checks/refused';
import { renderProblem } from './settings/render-problem';
import { SettingsRefused } from './settings/save-guard';

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
  reference?: string;
  time?: string;
}

function isFailure(error: unknown): error is FailureLike {
  const { code, reason } = (error ?? {}) as Partial<FailureLike>;
  return failureOf(reason)?.code === code && code !== undefined;
}

function failureMessage(failure: FailureLike, ctx: Context): string {
  const message: string = ctx.t(failureOf(failure.reason)?.message, { ns: PACKAGE_NAME });
  const field = fieldNamed(failure.field);
  return field && failure.problem ? `${message} ${renderProblem(ctx.t, field, failure.problem)}` : message;
}

/**
 * Answers failures of a sign-in and refused settings as `{ errors: [{ message, code, … }] }`, worded in the language of
 * the request.
 */
export function renderErrors(errorHandler: ErrorHandler): void {
  errorHandler.register(isFailure, (error, ctx) => {
    const failure = error as FailureLike;
    // What a failure lacks does not show in the JSON.
    const { code, reason, field, reference, time } = failure;
    ctx.status = failure.status;
    ctx.body = { errors: [{ message: failureMessage(failure, ctx), code, reason, field, reference, time }] };
  });
  errorHandler.register(
    (error) => error instanceof SettingsRefused,
    (error, ctx) => {
      const { status, code, field, problem, values } = error as SettingsRefused;
      ctx.status = status;
      ctx.body = { errors: [{ message: renderProblem(ctx.t, field, problem, values), code, field: fieldName(field) }] };
    },
  );
  errorHandler.register(
    (error) => error instanceof CheckRefused,
    (error, ctx) => {
      const { status, code, message, values } = error as CheckRefused;
      ctx.status = status;
      ctx.body = { errors: [{ message: ctx.t(message, { ns: PACKAGE_NAME, ...values }), code }] };
    },
  );
}
