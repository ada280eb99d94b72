import type { Context, Next } from '@nocobase/actions';
import { checkUrlAgainstWhitelist, serverRequest } from '@nocobase/utils';
import type { CheckResult, CheckStep } from '../../shared/checks';
import { servicesOf } from '../services';
import type { Settings } from '../settings/settings';
import { SettingsRefused } from '../settings/save-guard';
import { type SettingsField, fieldNamed } from '../../shared/settings-fields';
import { actionPath } from '../visit/action-path';
import { WeComError } from '../wecom/error';
import type { SendHttp } from '../wecom/transport';
import { ClockWatch } from './clock';
import { type Form, fillIn, readForm } from './form';
import { CheckRefused } from './refused';
import { found } from './result';
import { STEPS, type Surroundings } from './steps';

/**
 * The actions behind "Check configuration", for whoever may manage authenticators.
 *
 * They send filled-in variables and secrets to the addresses in the form, as a sign-in does with what is saved. Whoever
 * may manage authenticators could so have a secret sent to a server of their own, with a check or by saving: the
 * permission includes that, and the manual says so.
 */

/** Hosts on which only the clouds' own services live, which hand out credentials. Never WeCom, never NocoBase. */
const METADATA_HOST =
  /^(169\.254\.\d+\.\d+|100\.100\.100\.200|\[(fd00:ec2::254|::ffff:(a9fe:[\da-f]+|6464:64c8))\]|metadata(\.google\.internal)?\.?)$/i;

interface Body {
  step?: unknown;
  name?: unknown;
  options?: unknown;
  from?: unknown;
  to?: unknown;
}

/** Reads the body; answers other methods, whose parameters would be in the address and so in logs, with 405. */
function bodyOf(ctx: Context): Body {
  if (ctx.method !== 'POST') {
    ctx.set('Allow', 'POST');
    ctx.throw(405, 'Method Not Allowed');
  }
  ctx.set('Cache-Control', 'no-store');
  const values: unknown = ctx.action?.params?.values;
  return typeof values === 'object' && values !== null ? values : {};
}

/** `POST wecom:check` with `{ step, name, options }`: makes one part of a check, answers its results. */
export async function check(ctx: Context, next: Next): Promise<void> {
  const body = bodyOf(ctx);
  if (typeof body.step !== 'string' || !Object.prototype.hasOwnProperty.call(STEPS, body.step)) {
    throw new CheckRefused(400, 'WECOM_CONFIG_INVALID', 'There is no such check.');
  }
  const name = body.step as CheckStep;
  const form = readForm(body);
  ctx.body = await inTurn(ctx, async (): Promise<CheckResult[]> => {
    const step = STEPS[name];
    const settings = fillIn(form, ctx.app.environment, step.unneeded);
    if (name === 'origin' && !mayBeCalled(settings.origin)) {
      return [found('origin', 'notAllowed')];
    }
    return step.run(settings, surroundings(ctx, form, settings));
  });
  await next();
}

/**
 * `POST wecom:setHomepage` with `{ name, options, from, to }`: makes the homepage link the homepage of the app in WeCom,
 * provided that both are still what the administrator saw and agreed to.
 */
export async function setHomepage(ctx: Context, next: Next): Promise<void> {
  const { from, to, ...body } = bodyOf(ctx);
  const form = readForm(body);
  await inTurn(ctx, async () => {
    const settings = fillIn(form, ctx.app.environment, STEPS.app.unneeded);
    const { wecom, homepageLink } = surroundings(ctx, form, settings);
    try {
      if (to !== homepageLink || from !== (await wecom.appInfo(settings.agentId)).homeUrl) {
        throw new CheckRefused(409, 'WECOM_CONFIG_INVALID', 'The homepage has changed meanwhile. Check again first.');
      }
      await wecom.setHomepage(settings.agentId, homepageLink);
    } catch (error) {
      throw error instanceof WeComError ? notSet(error) : error;
    }
  });
  ctx.logger.info('The homepage of the WeCom app was set', { authenticator: form.name });
  ctx.body = {};
  await next();
}

function notSet({ errcode }: WeComError): CheckRefused {
  return errcode === undefined
    ? new CheckRefused(
        503,
        'WECOM_UNAVAILABLE',
        'WeCom did not answer, so the homepage may not have been set. Check again.',
      )
    : new CheckRefused(
        400,
        'WECOM_CONFIG_INVALID',
        'WeCom does not let the homepage be set (errcode {{errcode}}). Enter it in the WeCom console.',
        { errcode: String(errcode) },
      );
}

function inTurn<T>(ctx: Context, work: () => Promise<T>): Promise<T> {
  return servicesOf(ctx.app).checks.run(String(ctx.auth?.user?.id ?? ''), work);
}

function surroundings(ctx: Context, { name }: Form, settings: Settings): Surroundings {
  const services = servicesOf(ctx.app);
  const clock = new ClockWatch();
  assertMayBeCalled('apiBaseUrl', settings);
  assertMayBeCalled('origin', settings);
  assertMayBeCalled('proxyUrl', settings);
  const link = new URL(actionPath(ctx.app.name, 'authorize'), settings.origin || 'http://unused.invalid');
  link.search = new URLSearchParams({ authenticator: name }).toString();
  return {
    wecom: services.wecomToCheck(settings, clock),
    clock,
    echoes: services.echoes,
    send: serverRequest as SendHttp,
    homepageLink: link.href,
    echoPath: actionPath(ctx.app.name, 'echo'),
  };
}

/** @throws {SettingsRefused} when a setting leads where nobody may be sent */
function assertMayBeCalled(key: 'apiBaseUrl' | 'origin' | 'proxyUrl', settings: Settings): void {
  const address = settings[key];
  if (!address) {
    return;
  }
  const field = fieldNamed(key) as SettingsField;
  if (METADATA_HOST.test(new URL(address).hostname) || (key === 'apiBaseUrl' && !mayBeCalled(address))) {
    throw new SettingsRefused(
      field,
      '{{field}} is an address that NocoBase may not call. If it is right, add its host to SERVER_REQUEST_WHITELIST.',
    );
  }
}

/** Whether the host's rules on addresses (SERVER_REQUEST_*) allow a call. */
function mayBeCalled(address: string): boolean {
  try {
    checkUrlAgainstWhitelist(address);
    return true;
  } catch {
    return false;
  }
}
