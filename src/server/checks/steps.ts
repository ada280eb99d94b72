import type { CheckName, CheckResult, CheckStep } from '../../shared/checks';
import type { Settings } from '../settings/settings';
import { WeComError } from '../wecom/error';
import type { SendHttp } from '../wecom/transport';
import type { WeComClient } from '../wecom/client';
import { IP_NOT_TRUSTED, judgeAgentError, judgeCredentials, judgeTrustedIp } from './access';
import { judgeAgent, judgeCallbackDomain, judgePhone, judgeVisibleRange, webLoginDomain } from './app-info';
import type { ClockWatch } from './clock';
import type { Echoes } from './echoes';
import { judgeHomepage } from './homepage';
import { checkOrigin } from './origin';
import { found } from './result';

/** What the parts of a check work with. */
export interface Surroundings {
  wecom: WeComClient;
  /** Watches the calls of `wecom`. */
  clock: ClockWatch;
  echoes: Echoes;
  send: SendHttp;
  /** Homepage link of the authenticator. */
  homepageLink: string;
  /** Path of `wecom:echo`. */
  echoPath: string;
}

/** One part of a check. */
export interface Step {
  /** Settings that it does not look at. */
  unneeded: readonly (keyof Settings)[];
  run(settings: Settings, surroundings: Surroundings): Promise<CheckResult[]>;
}

/** The error of a call to WeCom, or undefined when it went well. */
async function errorOf(call: Promise<unknown>): Promise<WeComError | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (error instanceof WeComError) {
      return error;
    }
    throw error;
  }
}

const BEHIND_THE_APP = ['visibleRange', 'callbackDomain', 'homepage'] as const satisfies readonly CheckName[];

async function checkApp(settings: Settings, { wecom, clock, homepageLink }: Surroundings): Promise<CheckResult[]> {
  const { agentId, origin, autoLogin } = settings;
  const byHand = webLoginDomain(origin);
  let info;
  try {
    info = await wecom.appInfo(agentId);
  } catch (error) {
    if (!(error instanceof WeComError)) {
      throw error;
    }
    // Access itself failed: a token from earlier was good no more, or nobody asked for one yet.
    const isAccess = error.call === 'gettoken' || error.errcode === undefined;
    // Which comes first, the look at the address or at the app, is not documented: a call without an app tells.
    const atAddress = isAccess || error.errcode === IP_NOT_TRUSTED ? error : await errorOf(wecom.knock());
    return [
      ...(isAccess ? [judgeCredentials(error)] : []),
      judgeTrustedIp(atAddress),
      isAccess ? found('agent', 'notReached') : judgeAgentError(error),
      ...BEHIND_THE_APP.map((check) => found(check, 'notReached')),
      judgePhone(false),
      byHand,
      clock.judge(),
    ];
  }
  return [
    judgeTrustedIp(),
    judgeAgent(info),
    judgeVisibleRange(info),
    judgeCallbackDomain(info, origin),
    byHand,
    judgeHomepage(info, { link: homepageLink, autoLogin }),
    judgePhone(await showsPhone(wecom, info.visible?.userids[0])),
    clock.judge(),
  ];
}

/** When access is refused, nobody asks for the app: the clock is judged by this answer, if there was one. */
async function checkCredentials(_settings: Settings, { wecom, clock }: Surroundings): Promise<CheckResult[]> {
  const error = await errorOf(wecom.connect());
  return [judgeCredentials(error), ...(error && clock.hasSeen ? [clock.judge()] : [])];
}

/** Whether the record of a member holds a phone number, and nothing else of it. */
async function showsPhone(wecom: WeComClient, userid: string | undefined): Promise<boolean> {
  if (userid === undefined) {
    return false;
  }
  try {
    return (await wecom.memberRecord(userid)).mobile !== undefined;
  } catch (error) {
    if (error instanceof WeComError) {
      return false;
    }
    throw error;
  }
}

const NO_SIGN_IN_PAGES = ['redirectPath', 'oauthUrl', 'ssoUrl'] as const;

/** The parts of a check. None of them says in an answer what a setting was filled in with, except the Origin. */
export const STEPS: Record<CheckStep, Step> = {
  credentials: {
    unneeded: [...NO_SIGN_IN_PAGES, 'agentId', 'origin'],
    run: checkCredentials,
  },
  app: { unneeded: NO_SIGN_IN_PAGES, run: checkApp },
  origin: {
    unneeded: [...NO_SIGN_IN_PAGES, 'agentId', 'corpId', 'secret', 'apiBaseUrl', 'proxyUrl'],
    run: async ({ origin }, { echoes, send, echoPath }) => [
      await checkOrigin({ origin, path: echoPath, echoes, send }),
    ],
  },
};
